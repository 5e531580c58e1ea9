import { createRequire } from 'node:module';
import type * as Arrow from 'apache-arrow';

/*
 * Arrow as CommonJS, which is what the engine itself loads. `import` would load the library's other build beside it: twice
 * the memory, and a sixth of a second at every start.
 */
const arrow = createRequire(import.meta.url)('apache-arrow') as typeof Arrow; // both builds export the same

export const { Bool, DataType, Field, FixedSizeList, Float32, Int64, List, Schema, Table, Utf8 } = arrow;
export const { makeData, makeVector, tableFromIPC, tableToIPC } = arrow;

export type { Data } from 'apache-arrow';
export type DataType = Arrow.DataType;
export type Field = Arrow.Field;
export type FixedSizeList<Item extends DataType> = Arrow.FixedSizeList<Item>;
export type Float32 = Arrow.Float32;
export type Int64 = Arrow.Int64;
export type List<Item extends DataType> = Arrow.List<Item>;
export type Schema = Arrow.Schema;
export type Table = Arrow.Table;
export type Utf8 = Arrow.Utf8;
