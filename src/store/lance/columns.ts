import {
  Bool,
  type Data,
  Field,
  FixedSizeList,
  Float32,
  Int64,
  List,
  makeData,
  makeVector,
  Schema,
  Table,
  Utf8,
} from 'apache-arrow';

import {
  BM25_TEXT,
  CONTENT_HASH,
  countColumn,
  filterColumn,
  ID,
  INDEXED_FIELDS,
  isListKind,
  isTextKind,
  kindOf,
  PAYLOAD,
  sentenceColumn,
  VECTOR,
  ZERO_VECTOR,
} from './column-names.js';
import { toMicroseconds } from './instant.js';
import { type PackedTexts, Scratch } from './text-builder.js';
import { toWordColumns } from './word-columns.js';
import { type CollectionMetadata, type IndexedField, toBm25Text } from '../layout.js';
import type { PaperPoint } from '../store.js';

/** Key in the table's schema metadata under which the collection's own metadata is kept. */
export const METADATA_KEY = 'paperql';

const UTF8_LIST = toUtf8List();

/**
 * The table's columns, in the order of `toTable`.
 *
 * @param ofTexts metadata of the columns of long texts, and of texts in lists.
 */
export function toSchema(metadata: CollectionMetadata, ofTexts = new Map<string, string>()): Schema {
  const fields = [
    new Field(ID, new Utf8(), false),
    new Field(VECTOR, vectorType(metadata.dimension), true),
    new Field(ZERO_VECTOR, new Bool(), false),
    new Field(PAYLOAD, new Utf8(), false, ofTexts),
    new Field(BM25_TEXT, new Utf8(), false, ofTexts),
    new Field(CONTENT_HASH, new Utf8(), true),
    ...INDEXED_FIELDS.flatMap((field) => toFilterFields(field, ofTexts)),
  ];
  return new Schema(fields, new Map([[METADATA_KEY, JSON.stringify(metadata)]]));
}

function toFilterFields(field: IndexedField, ofTexts: Map<string, string>): Field[] {
  const kind = kindOf(field);
  if (isListKind(kind)) {
    const list = [
      new Field(filterColumn(field), toUtf8List(ofTexts), false),
      new Field(countColumn(field), new Int64(), true),
    ];
    return isTextKind(kind) ? [...list, new Field(sentenceColumn(field), new Utf8(), false, ofTexts)] : list;
  }
  return [new Field(filterColumn(field), kind === 'keyword' ? new Utf8() : new Int64(), true)];
}

function toUtf8List(ofTexts?: Map<string, string>): List<Utf8> {
  return new List(new Field('item', new Utf8(), true, ofTexts));
}

/**
 * The points as rows. Columns are built straight from typed arrays: going through objects, or through Arrow's own
 * builders, takes ten times as long.
 *
 * @returns views of the scratch memory.
 */
export function toTable(points: readonly PaperPoint[], dimension: number, scratch: Scratch): Table {
  const texts = (toText: (point: PaperPoint) => string | null) => utf8(points.map(toText), scratch);
  const columns: Record<string, Data> = {
    [ID]: texts(({ id }) => id),
    ...vectorColumns(points, dimension, scratch),
    [PAYLOAD]: texts(({ payload, payloadJson }) => payloadJson ?? JSON.stringify(payload)),
    [BM25_TEXT]: texts(({ payload }) => toBm25Text(payload)),
    [CONTENT_HASH]: texts(({ payload }) => payload.content_hash ?? null),
  };
  for (const field of INDEXED_FIELDS) Object.assign(columns, filterColumns(field, points, scratch));
  return tableOf(columns);
}

/** Of columns that each have a value for every row. */
export function tableOf(columns: Readonly<Record<string, Data>>): Table {
  return new Table(
    Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, makeVector(data)])),
  );
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

function vectorType(dimension: number): FixedSizeList<Float32> {
  return new FixedSizeList(dimension, new Field('item', new Float32(), true));
}

/** A column of lists, none of them null. */
export function utf8Lists(
  lists: readonly (readonly string[] | null)[],
  scratch = new Scratch(),
): Data<List<Utf8>> {
  const texts = scratch.takeBuilder();
  const rowOffsets = new Int32Array(lists.length + 1);
  lists.forEach((list, row) => {
    if (list) for (const text of list) texts.push(text);
    rowOffsets[row + 1] = texts.count;
  });
  return makeLists(rowOffsets, toUtf8Data(texts.pack()));
}

function makeLists(valueOffsets: Int32Array, child: Data<Utf8>): Data<List<Utf8>> {
  return makeData({ type: UTF8_LIST, length: valueOffsets.length - 1, nullCount: 0, valueOffsets, child });
}

function toUtf8Data({ data, offsets: valueOffsets }: PackedTexts): Data<Utf8> {
  return makeData({ type: new Utf8(), length: valueOffsets.length - 1, nullCount: 0, valueOffsets, data });
}

export function utf8(values: readonly (string | null)[], scratch = new Scratch()): Data<Utf8> {
  const texts = scratch.takeBuilder();
  for (const value of values) {
    if (value === null) texts.end();
    else texts.push(value);
  }
  const { data, offsets: valueOffsets } = texts.pack();
  return makeData({ type: new Utf8(), length: values.length, ...validity(values), valueOffsets, data });
}

export function int64(values: readonly (bigint | null)[]): Data<Int64> {
  return makeData({
    type: new Int64(),
    length: values.length,
    ...validity(values),
    data: BigInt64Array.from(values, (value) => value ?? 0n),
  });
}

/** Of a column in which null stands for no value. */
function validity(values: readonly unknown[]): { nullCount: number; nullBitmap: Uint8Array | null } {
  if (!values.includes(null)) return { nullCount: 0, nullBitmap: null };
  const present = values.map((value) => value !== null);
  return { nullCount: present.filter((each) => !each).length, nullBitmap: toBits(present) };
}

/** Arrow's bitmap: one bit a row, least significant first. */
function toBits(flags: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  flags.forEach((flag, row) => {
    if (flag) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return bits;
}
