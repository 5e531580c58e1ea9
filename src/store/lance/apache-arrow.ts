/*
 * Arrow as CommonJS, which is what the engine itself loads. `import` would load the library's other build beside it: twice
 * the memory, and a sixth of a second at every start.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
import arrow = require('apache-arrow');

export import Bool = arrow.Bool;
export import Data = arrow.Data;
export import DataType = arrow.DataType;
export import Field = arrow.Field;
export import FixedSizeList = arrow.FixedSizeList;
export import Float32 = arrow.Float32;
export import Int64 = arrow.Int64;
export import List = arrow.List;
export import Schema = arrow.Schema;
export import Table = arrow.Table;
export import Utf8 = arrow.Utf8;
export import makeData = arrow.makeData;
export import makeVector = arrow.makeVector;
export import tableFromIPC = arrow.tableFromIPC;
export import tableToIPC = arrow.tableToIPC;
