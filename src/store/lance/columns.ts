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
  countColumn,
  ELEMENT_MARK,
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
import { type CollectionMetadata, type IndexedField, toBm25Text } from '../layout.js';
import type { PaperPoint } from '../store.js';
import { toWords } from '../../papers/words.js';

/** Key in the table's schema metadata under which the collection's own metadata is kept. */
export const METADATA_KEY = 'paperql';

const UTF8_LIST = new List(new Field('item', new Utf8(), true));

/** The table's columns, in the order of `toColumns`. */
export function toSchema(metadata: CollectionMetadata): Schema {
  const fields = [
    new Field(ID, new Utf8(), false),
    new Field(VECTOR, vectorType(metadata.dimension), true),
    new Field(ZERO_VECTOR, new Bool(), false),
    new Field(PAYLOAD, new Utf8(), false),
    new Field(BM25_TEXT, new Utf8(), false),
    ...INDEXED_FIELDS.flatMap(toFilterFields),
  ];
  return new Schema(fields, new Map([[METADATA_KEY, JSON.stringify(metadata)]]));
}

function toFilterFields(field: IndexedField): Field[] {
  const kind = kindOf(field);
  if (isListKind(kind)) {
    const list = [
      new Field(filterColumn(field), UTF8_LIST, false),
      new Field(countColumn(field), new Int64(), true),
    ];
    return isTextKind(kind) ? [...list, new Field(sentenceColumn(field), new Utf8(), false)] : list;
  }
  return [new Field(filterColumn(field), kind === 'keyword' ? new Utf8() : new Int64(), true)];
}

/**
 * The points as rows. Columns are built straight from typed arrays: going through objects, or through Arrow's own
 * builders, takes ten times as long.
 */
export function toTable(points: readonly PaperPoint[], dimension: number): Table {
  const columns: Record<string, Data> = {
    [ID]: utf8(points.map(({ id }) => id)),
    ...vectorColumns(points, dimension),
    [PAYLOAD]: utf8(points.map(({ payload }) => JSON.stringify(payload))),
    [BM25_TEXT]: utf8(points.map(({ payload }) => toBm25Text(payload))),
  };
  for (const field of INDEXED_FIELDS) Object.assign(columns, filterColumns(field, points));
  return new Table(
    Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, makeVector(data)])),
  );
}

function filterColumns(field: IndexedField, points: readonly PaperPoint[]): Record<string, Data> {
  const values = points.map(({ payload }): unknown => payload[field]);
  const kind = kindOf(field);
  switch (kind) {
    case 'keyword':
      return {
        [filterColumn(field)]: utf8(values.map((value) => (typeof value === 'string' ? value : null))),
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
      return listColumns(
        field,
        values.map(toStrings),
        values.map((value) => toStrings(value) ?? []),
      );
    case 'text':
    case 'texts':
      return textColumns(field, values.map(toStrings));
  }
}

function listColumns(
  field: IndexedField,
  values: readonly (readonly string[] | null)[],
  lists: readonly (readonly string[])[],
): Record<string, Data> {
  return {
    [filterColumn(field)]: utf8Lists(lists),
    [countColumn(field)]: int64(values.map((list) => (list ? BigInt(list.length) : null))),
  };
}

function textColumns(
  field: IndexedField,
  values: readonly (readonly string[] | null)[],
): Record<string, Data> {
  const elements = values.map((list) => (list ?? []).map(toWords));
  return {
    ...listColumns(
      field,
      values,
      elements.map((each) => [...new Set(each.flat())]),
    ),
    [sentenceColumn(field)]: utf8(elements.map(toSentence)),
  };
}

function toSentence(elements: readonly (readonly string[])[]): string {
  return ` ${elements.map((words) => words.join(' ')).join(` ${ELEMENT_MARK} `)} `;
}

function toInteger(value: unknown): bigint | null {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
}

/** The field's values; null where the payload lacks it. */
function toStrings(value: unknown): string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : null;
}

function vectorColumns(points: readonly PaperPoint[], dimension: number): Record<string, Data> {
  const numbers = new Float32Array(points.length * dimension);
  const directed = points.map(({ vector }, row) => {
    numbers.set(vector, row * dimension);
    return vector.some((each) => each !== 0);
  });
  return {
    [VECTOR]: makeData({
      type: vectorType(dimension),
      length: points.length,
      ...validity(directed),
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

function utf8Lists(lists: readonly (readonly string[])[]): Data<List<Utf8>> {
  const valueOffsets = new Int32Array(lists.length + 1);
  lists.forEach((list, row) => {
    valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + list.length;
  });
  return makeData({
    type: UTF8_LIST,
    length: lists.length,
    nullCount: 0,
    valueOffsets,
    child: utf8(lists.flat()),
  });
}

function utf8(values: readonly (string | null)[]): Data<Utf8> {
  const text = values.join('');
  const joined = Buffer.from(text);
  const isAscii = joined.length === text.length;
  const valueOffsets = new Int32Array(values.length + 1);
  values.forEach((value, row) => {
    const bytes = value === null ? 0 : isAscii ? value.length : utf8Length(value);
    valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + bytes;
  });
  // Two halves of a broken surrogate pair become one character when their strings are joined.
  const isWhole = joined.length === valueOffsets[values.length];
  const data = isWhole ? joined : Buffer.concat(values.map((value) => Buffer.from(value ?? '')));
  return makeData({
    type: new Utf8(),
    length: values.length,
    ...validity(values.map((value) => value !== null)),
    valueOffsets,
    data,
  });
}

/** As `Buffer.byteLength`, which takes five times as long for a word. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else {
      bytes += 2;
      if (isSurrogatePair(code, text.charCodeAt(at + 1))) at++;
    }
  }
  return bytes;
}

function isSurrogatePair(first: number, second: number): boolean {
  return first >= 0xd800 && first < 0xdc00 && second >= 0xdc00 && second < 0xe000;
}

function int64(values: readonly (bigint | null)[]): Data<Int64> {
  return makeData({
    type: new Int64(),
    length: values.length,
    ...validity(values.map((value) => value !== null)),
    data: BigInt64Array.from(values, (value) => value ?? 0n),
  });
}

function validity(present: readonly boolean[]): { nullCount: number; nullBitmap: Uint8Array | null } {
  const nullCount = present.filter((each) => !each).length;
  return { nullCount, nullBitmap: nullCount === 0 ? null : toBits(present) };
}

/** Arrow's bitmap: one bit a row, least significant first. */
function toBits(flags: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  flags.forEach((flag, row) => {
    if (flag) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return bits;
}
