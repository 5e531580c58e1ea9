import { Bool, type Data, Float32, Int64, makeData, Table, tableFromIPC, tableToIPC } from 'apache-arrow';

import {
  int64,
  makeLists,
  Scratch,
  tableOf,
  toBits,
  toUtf8Data,
  toWordColumns,
  utf8,
  utf8Lists,
  validity,
} from './arrow.js';
import {
  BM25_TERMS,
  CONTENT_HASH,
  countColumn,
  filterColumn,
  ID,
  INDEXED_FIELDS,
  kindOf,
  PAYLOAD,
  sentenceColumn,
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

/** By hand: a million papers have hundreds of millions of numbers, and a callback for each is felt. */
function isFinite(vector: PaperPoint['vector']): boolean {
  for (const number of vector) {
    if (!Number.isFinite(number)) return false;
  }
  return true;
}

/**
 * The points as rows. Columns are built straight from typed arrays: going through objects, or through Arrow's own
 * builders, takes ten times as long.
 *
 * @returns views of the scratch memory.
 */
function toTable(points: readonly PaperPoint[], dimension: number, scratch: Scratch): Table {
  const texts = (toText: (point: PaperPoint) => string | null) => utf8(points.map(toText), scratch);
  const columns: Record<string, Data> = {
    [ID]: texts(({ id }) => id),
    ...vectorColumns(points, dimension, scratch),
    [PAYLOAD]: texts(({ payload, payloadJson }) => payloadJson ?? JSON.stringify(payload)),
    [BM25_TERMS]: texts(({ payload }) => toTerms(toBm25Text(payload)).join(' ')),
    [CONTENT_HASH]: texts(({ payload }) => payload.content_hash ?? null),
  };
  for (const field of INDEXED_FIELDS) Object.assign(columns, filterColumns(field, points, scratch));
  return tableOf(columns);
}

function filterColumns(
  field: IndexedField,
  points: readonly PaperPoint[],
  scratch: Scratch,
): Record<string, Data> {
  const values = points.map(({ payload }): unknown => payload[field]);
  const kind = kindOf(field);
  switch (kind) {
    case 'keyword':
      return {
        [filterColumn(field)]: utf8(
          values.map((value) => (typeof value === 'string' ? value : null)),
          scratch,
        ),
      };
    case 'integer':
      return { [filterColumn(field)]: int64(values.map(toInteger)) };
    case 'datetime':
      return {
        [filterColumn(field)]: int64(
          values.map((value) => (typeof value === 'string' ? toMicroseconds(value) : null)),
        ),
      };
    case 'keywords':
      return listColumns(field, values.map(toStrings), scratch);
    case 'text':
    case 'texts':
      return textColumns(field, values.map(toStrings), scratch);
  }
}

function listColumns(
  field: IndexedField,
  values: readonly (readonly string[] | null)[],
  scratch: Scratch,
): Record<string, Data> {
  return {
    [filterColumn(field)]: utf8Lists(values, scratch),
    [countColumn(field)]: toCounts(values),
  };
}

function textColumns(
  field: IndexedField,
  values: readonly (readonly string[] | null)[],
  scratch: Scratch,
): Record<string, Data> {
  const { words, rowOffsets, sentences } = toWordColumns(values, scratch);
  return {
    [filterColumn(field)]: makeLists(rowOffsets, toUtf8Data(words)),
    [countColumn(field)]: toCounts(values),
    [sentenceColumn(field)]: toUtf8Data(sentences),
  };
}

/** How many values the field has in each row; null where it is missing. */
function toCounts(values: readonly (readonly string[] | null)[]): Data<Int64> {
  return int64(values.map((list) => (list ? BigInt(list.length) : null)));
}

function toInteger(value: unknown): bigint | null {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
}

/** The field's values; null where the payload lacks it. */
function toStrings(value: unknown): string[] | null {
  if (typeof value === 'string') return [value];
  return isStrings(value) ? value : null;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function vectorColumns(
  points: readonly PaperPoint[],
  dimension: number,
  scratch: Scratch,
): Record<string, Data> {
  const numbers = scratch.takeNumbers(points.length * dimension);
  const directed = points.map(({ vector }, row) => {
    numbers.set(vector, row * dimension);
    return vector.some((each) => each !== 0);
  });
  return {
    [VECTOR]: makeData({
      type: vectorType(dimension),
      length: points.length,
      ...validity(directed.map((each) => each || null)),
      child: makeData({ type: new Float32(), length: numbers.length, nullCount: 0, data: numbers }),
    }),
    [ZERO_VECTOR]: makeData({
      type: new Bool(),
      length: points.length,
      nullCount: 0,
      data: toBits(directed.map((each) => !each)),
    }),
  };
}
