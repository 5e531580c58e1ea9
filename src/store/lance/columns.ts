import type { FieldMetadataUpdate } from '@lancedb/lancedb';

import { Bool, DataType, Field, FixedSizeList, Float32, Int64, List, Schema, Utf8 } from './arrow.js';
import { type CollectionMetadata, type IndexedField, type IndexKind, PAYLOAD_INDEXES } from '../layout.js';
import type { FacetCount, FacetField } from '../store.js';

/** Columns of the table itself. In addition, every indexed payload field has a filter column. */
export const ID = 'id';
/** Null for a vector of zeros, which has no direction. */
export const VECTOR = 'vector';
export const ZERO_VECTOR = 'zero_vector';
/** The payload as JSON, without the author keys. One string is read much faster than many columns. */
export const PAYLOAD = 'payload';
/** The terms that keyword search compares (see `toTerms`), separated by spaces. */
export const BM25_TERMS = 'bm25_text';
/** Separate from the payload, because loading reads it for every paper. */
export const CONTENT_HASH = 'content_hash';

/**
 * The column of the field's values: instants in microseconds; texts as their words, in order and with repeats.
 */
export function filterColumn(field: IndexedField): string {
  return `f_${field.replaceAll('-', '_')}`;
}

/**
 * The column of the number of values of the field; null if the payload lacks it. Lists and texts have such a column,
 * and their lists are empty rather than null: only a predicate without nulls can be negated and still use its index.
 */
export function countColumn(field: IndexedField): string {
  return `n_${field.replaceAll('-', '_')}`;
}

/** Before layout 4, a column with such a name contained a text's words a second time, separated by spaces. */
export const SENTENCE_COLUMN = /^s_/;

/** Full-text indexes omit longer words. Unbroken Chinese text is a single word. */
export const MAX_TERM_BYTES = 1_000;

export const INDEXED_FIELDS = Object.keys(PAYLOAD_INDEXES).filter(isIndexedField);

export function isIndexedField(key: string): key is IndexedField {
  return Object.hasOwn(PAYLOAD_INDEXES, key);
}

export function kindOf(field: IndexedField): IndexKind {
  return PAYLOAD_INDEXES[field];
}

/** Whether the field's filter column is a list and has a count column. */
export function isListKind(kind: IndexKind): boolean {
  return kind === 'keywords' || isTextKind(kind);
}

/** Whether the field's filter column contains the words of texts. */
export function isTextKind(kind: IndexKind): boolean {
  return kind === 'text' || kind === 'texts';
}

/** Key of the collection's metadata in the metadata of the table's schema. */
const METADATA_KEY = 'paperql';

/**
 * Key of a renewed table's layout version in the metadata of the keyword column, because that of the schema cannot
 * change.
 */
export const LAYOUT_KEY = 'paperql.layout';

/**
 * Key of the facet counts over all papers, and of their table version, in the metadata of the column of hashes, which
 * queries hardly ever read.
 */
const FACETS_KEY = 'paperql.facets';

/** The most frequent values of each field: all of them, or as many as a request may ask for. */
export type WholeFacets = Partial<Record<FacetField, FacetCount[]>>;
export const MOST_WHOLE = 100;

/** The change that stores the counts for the table's next version, which this change itself creates. */
export function toFacetsChange(version: number, facets: WholeFacets): FieldMetadataUpdate {
  return { path: CONTENT_HASH, metadata: { [FACETS_KEY]: JSON.stringify({ version, facets }) } };
}

/** Empty unless the counts are for this version of the table. */
export function readFacets({ fields }: Schema, version: number): WholeFacets {
  const text = fields.find(({ name }) => name === CONTENT_HASH)?.metadata.get(FACETS_KEY);
  if (text === undefined) return {};
  // Written by `toFacetsChange`.
  const kept = JSON.parse(text) as { version: number; facets: WholeFacets };
  return kept.version === version ? kept.facets : {};
}

/**
 * Texts are compressed only when `optimize` merges files. Compressing them on arrival as well would take half of the
 * writing time. https://lance.org/format/file/encoding/
 */
const COMPRESSION = 'lance-encoding:compression';
const PLAIN = new Map([[COMPRESSION, 'none']]);

/** Blocks of many texts, each of which is read as a whole: a third smaller than texts compressed one by one. */
const BLOCKS = {
  [COMPRESSION]: 'zstd',
  'lance-encoding:structural-encoding': 'miniblock',
  'lance-encoding:minichunk-size': '16384',
};
const IN_BLOCKS: readonly string[] = [PAYLOAD, BM25_TERMS];

/**
 * The changes that the encoding of columns needs before files are merged. The elements of a list get none, because the
 * engine takes it for a part of their type, and uses no index for a list of another type.
 */
export function encodingChanges({ fields }: Schema): FieldMetadataUpdate[] {
  return fields.flatMap(({ name, type, metadata }): FieldMetadataUpdate[] => {
    if (IN_BLOCKS.includes(name)) {
      const isInBlocks = Object.entries(BLOCKS).every(([key, value]) => metadata.get(key) === value);
      return isInBlocks ? [] : [{ path: name, metadata: BLOCKS }];
    }
    const isPlainList = DataType.isList(type) && type.valueField.metadata.has(COMPRESSION);
    return isPlainList ? [{ path: `${name}.item`, metadata: { [COMPRESSION]: null } }] : [];
  });
}

/** The table's columns, in the order of `encodePoints`. */
export function toSchema(metadata: CollectionMetadata): Schema {
  const fields = [
    new Field(ID, new Utf8(), false),
    new Field(VECTOR, vectorType(metadata.dimension), true),
    new Field(ZERO_VECTOR, new Bool(), false),
    new Field(PAYLOAD, new Utf8(), false, PLAIN),
    new Field(BM25_TERMS, new Utf8(), false, PLAIN),
    new Field(CONTENT_HASH, new Utf8(), true),
    ...INDEXED_FIELDS.flatMap(toFilterFields),
  ];
  return new Schema(fields, new Map([[METADATA_KEY, JSON.stringify(metadata)]]));
}

function toFilterFields(field: IndexedField): Field[] {
  const kind = kindOf(field);
  const column = filterColumn(field);
  if (!isListKind(kind)) return [new Field(column, kind === 'keyword' ? new Utf8() : new Int64(), true)];
  return [
    new Field(column, new List(new Field('item', new Utf8(), true, PLAIN)), false),
    new Field(countColumn(field), new Int64(), true),
  ];
}

export function vectorType(dimension: number): FixedSizeList<Float32> {
  return new FixedSizeList(dimension, new Field('item', new Float32(), true));
}

/** The dimension of the vectors; 0 for a table without vectors. */
export function dimensionOf({ fields }: Schema): number {
  const type: unknown = fields.find(({ name }) => name === VECTOR)?.type;
  const isList = typeof type === 'object' && type !== null && 'listSize' in type;
  return isList && typeof type.listSize === 'number' ? type.listSize : 0;
}

/** Null for a table that another program created. */
export function readMetadata({ metadata, fields }: Schema): CollectionMetadata | null {
  const text = metadata.get(METADATA_KEY);
  if (text === undefined) return null;
  // Written by `toSchema` from a value of this type.
  const made = JSON.parse(text) as CollectionMetadata;
  const renewed = fields.find(({ name }) => name === BM25_TERMS)?.metadata.get(LAYOUT_KEY);
  return renewed === undefined ? made : { ...made, layout_version: Number(renewed) };
}

const INSTANT =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ]((?:[01]\d|2[0-3]):\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*([Zz]|[+-]\d\d:?\d\d)?)?$/;

/**
 * An RFC 3339 instant as exact microseconds since 1970; smaller units are cut off. A bare date is midnight and a time
 * without a zone is UTC, as in Qdrant. Null if the text is not such an instant or not a day of the calendar.
 */
export function toMicroseconds(text: string): bigint | null {
  const [match, day = '', time = '00:00', second = '0', fraction = '', zone = 'Z'] =
    INSTANT.exec(text.trim()) ?? [];
  if (match === undefined || !isCalendarDay(day) || Number(second) > 60) return null;
  const offset = zone.toUpperCase().replace(/^(.\d\d)(\d\d)$/, '$1:$2');
  const milliseconds = Date.parse(`${day}T${time}${offset}`) + Number(second) * 1000;
  if (Number.isNaN(milliseconds)) return null;
  return BigInt(milliseconds) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

/** Node reads the 31st of a shorter month as a day of the next one. */
function isCalendarDay(day: string): boolean {
  const midnight = new Date(day);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
