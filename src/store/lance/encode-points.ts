import { Bool, type Data, Float32, makeData, Table, tableFromIPC, tableToIPC } from './arrow.js';

import { int64, ColumnMemory, tableOf, toBits, utf8, utf8Lists, validity, wordLists } from './arrow.js';
import {
  BM25_TERMS,
  CONTENT_HASH,
  countColumn,
  filterColumn,
  ID,
  INDEXED_FIELDS,
  kindOf,
  PAYLOAD,
  toMicroseconds,
  VECTOR,
  vectorType,
  ZERO_VECTOR,
} from './columns.js';
import { BadUserInputError } from '../../errors/errors.js';
import { toTerms } from '../../papers/words.js';
import { type IndexedField, toBm25Text } from '../layout.js';
import type { EncodedPoints, EncodePoints, PaperPoint } from '../store.js';

/**
 * Rows per part. Temporary objects are garbage after each part. So few never survive the first garbage collection,
 * and they stay in the processor's cache.
 */
const ROWS = 100;

/** Used only during a call: the columns of a part are views of it. */
const scratch = new ColumnMemory();

/** Each part is a number of rows as an Arrow stream. */
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
  const bytes = tableToIPC(toTable(points), 'stream');
  scratch.release();
  // Each part has its own memory, so that it can be transferred to another thread. Arrow might return a view of a
  // larger block.
  const { buffer, byteLength } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}

/** Decodes the output of `encodePoints` without copying. */
export function decodeRows({ parts }: EncodedPoints): Table {
  return new Table(parts.flatMap((part) => tableFromIPC(part).batches));
}

function requireVector({ id, vector }: PaperPoint, dimension: number): void {
  if (vector.length !== dimension) {
    throw new BadUserInputError(
      `Expected vectors of dimension ${dimension}; the vector of point ${id} has ${vector.length}.`,
    );
  }
  if (!isFinite(vector)) {
    throw new BadUserInputError(`The vector of point ${id} has a value that is not a finite number.`);
  }
}

/**
 * A plain loop: a million papers have hundreds of millions of numbers, and a callback for each would be noticeable.
 */
function isFinite(vector: PaperPoint['vector']): boolean {
  for (const number of vector) {
    if (!Number.isFinite(number)) return false;
  }
  return true;
}

/**
 * The points as rows. Columns are built directly from typed arrays, because objects or Arrow's own builders take ten
 * times as long.
 */
function toTable(points: readonly PaperPoint[]): Table {
  const texts = (toText: (point: PaperPoint) => string | null) => utf8(points.map(toText), scratch);
  const columns: Record<string, Data> = {
    [ID]: texts(({ id }) => id),
    ...vectorColumns(points),
    // The keys are a fifth of the payload and not in any answer; the column that filters need is enough.
    [PAYLOAD]: texts(({ payload }) => JSON.stringify({ ...payload, author_keys: undefined })),
    [BM25_TERMS]: texts(({ payload }) => toTerms(toBm25Text(payload)).join(' ')),
    [CONTENT_HASH]: texts(({ payload }) => payload.content_hash ?? null),
  };
  for (const field of INDEXED_FIELDS) {
    const values = points.map(({ payload }) => payload[field]);
    Object.assign(columns, filterColumns(field, values));
  }
  return tableOf(columns);
}

function filterColumns(field: IndexedField, values: readonly unknown[]): Record<string, Data> {
  const column = filterColumn(field);
  const kind = kindOf(field);
  switch (kind) {
    case 'keyword':
      return { [column]: utf8(values.map(toText), scratch) };
    case 'integer':
      return { [column]: int64(values.map(toInteger)) };
    case 'datetime':
      return { [column]: int64(values.map(toInstant)) };
    case 'keywords': {
      const lists = values.map(toTexts);
      return { [column]: utf8Lists(lists, scratch), [countColumn(field)]: toCounts(lists) };
    }
    case 'text':
    case 'texts': {
      const lists = values.map(toTexts);
      return { [column]: wordLists(lists, scratch), [countColumn(field)]: toCounts(lists) };
    }
  }
}

/** The number of values of the field in each row; null if it is missing. */
function toCounts(lists: readonly (readonly string[] | null)[]): Data {
  return int64(lists.map((list) => list && BigInt(list.length)));
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function toInteger(value: unknown): bigint | null {
  return Number.isInteger(value) ? BigInt(Number(value)) : null;
}

function toInstant(value: unknown): bigint | null {
  return typeof value === 'string' ? toMicroseconds(value) : null;
}

/** The field's values; null if the payload lacks it. */
function toTexts(value: unknown): string[] | null {
  if (typeof value === 'string') return [value];
  return isTexts(value) ? value : null;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function vectorColumns(points: readonly PaperPoint[]): Record<string, Data> {
  const { length } = points;
  const dimension = points[0]?.vector.length ?? 0;
  const data = scratch.takeNumbers(length * dimension);
  const directed = points.map(({ vector }, row) => {
    data.set(vector, row * dimension);
    return vector.some((each) => each !== 0);
  });
  const child = makeData({ type: new Float32(), length: data.length, nullCount: 0, data });
  const zeros = toBits(directed.map((each) => !each));
  return {
    [VECTOR]: makeData({
      type: vectorType(dimension),
      length,
      ...validity(directed.map((each) => each || null)),
      child,
    }),
    [ZERO_VECTOR]: makeData({ type: new Bool(), length, nullCount: 0, data: zeros }),
  };
}
