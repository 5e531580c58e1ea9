import { Table, tableFromIPC, tableToIPC } from 'apache-arrow';

import { VECTOR } from './column-names.js';
import { toTable } from './columns.js';
import { Scratch } from './text-builder.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { EncodedPoints, EncodePoints, PaperPoint } from '../store.js';

/**
 * Rows of a part. What is made for a part is garbage with it: so little never outlives the collector's first look, and
 * stays in the processor's cache.
 */
const ROWS = 100;

/** Only used while a call runs. */
const scratch = new Scratch();

/** Each part is some rows as a stream of Arrow's. */
export const encodePoints: EncodePoints = (points) => {
  const parts: EncodedPoints['parts'] = [];
  let count = 0;
  let dimension: number | undefined;
  let rows: PaperPoint[] = [];
  const closePart = () => {
    if (rows.length > 0) parts.push(encodeRows(rows));
    count += rows.length;
    rows = [];
  };
  for (const point of points) {
    requireVector(point, (dimension ??= point.vector.length));
    if (rows.push(point) === ROWS) closePart();
  }
  closePart();
  return { count, parts };
};

function encodeRows(points: readonly PaperPoint[]): Uint8Array<ArrayBuffer> {
  const bytes = tableToIPC(toTable(points, points[0]?.vector.length ?? 0, scratch), 'stream');
  scratch.release();
  return toOwnMemory(bytes);
}

/** So that it can be handed to another thread: Arrow might give a view of a larger block. */
function toOwnMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}

/** What `encodePoints` made, uncopied. */
export function decodeRows({ parts }: EncodedPoints): Table {
  return new Table(parts.flatMap((part) => tableFromIPC(part).batches));
}

/** Numbers in the rows' vectors. */
export function dimensionOf(rows: Table): number {
  const type: unknown = rows.schema.fields.find(({ name }) => name === VECTOR)?.type;
  const isList = typeof type === 'object' && type !== null && 'listSize' in type;
  return isList && typeof type.listSize === 'number' ? type.listSize : 0;
}

function requireVector({ id, vector }: PaperPoint, dimension: number): void {
  if (vector.length !== dimension) {
    throw new BadUserInputError(
      `Expected vectors of dimension ${dimension}; the vector of point ${id} has ${vector.length}.`,
    );
  }
  if (!isFinite(vector)) {
    throw new BadUserInputError(`The vector of point ${id} holds something that is no finite number.`);
  }
}

/** By hand: a million papers have hundreds of millions of numbers, and a callback for each is felt. */
function isFinite(vector: PaperPoint['vector']): boolean {
  for (const number of vector) {
    if (!Number.isFinite(number)) return false;
  }
  return true;
}
