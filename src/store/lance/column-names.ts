import { PAYLOAD_INDEXES, type IndexKind, type IndexedField } from '../layout.js';

/** The table's own columns; beside them every indexed payload field has a filter column. */
export const ID = 'id';
/** Null for a vector of zeros, which has no direction. */
export const VECTOR = 'vector';
export const ZERO_VECTOR = 'zero_vector';
/** The whole payload as JSON: one string is read much faster than many columns. */
export const PAYLOAD = 'payload';
export const BM25_TEXT = 'bm25_text';
/** Apart from the payload: loading asks for it of every paper. */
export const CONTENT_HASH = 'content_hash';

/** Values; instants in microseconds; of texts the distinct words. */
export function filterColumn(field: IndexedField): string {
  return `f_${field.replaceAll('-', '_')}`;
}

/**
 * How many values the field has, null where the payload lacks it. Lists and texts have such a column, and lists that
 * are empty rather than null: only a predicate without nulls can be negated and still use its index.
 */
export function countColumn(field: IndexedField): string {
  return `n_${field.replaceAll('-', '_')}`;
}

/**
 * A text's words in order, each between spaces, where phrases are looked up. Scanning this is five times as fast as
 * putting the words of a list together.
 */
export function sentenceColumn(field: IndexedField): string {
  return `s_${field.replaceAll('-', '_')}`;
}

/**
 * Stands between the elements of a list in its sentence, so that a phrase never runs from one author into the next. It
 * is no word itself: `toWords` yields letters and digits only.
 */
export const ELEMENT_MARK = '|';

export const INDEXED_FIELDS = Object.keys(PAYLOAD_INDEXES).filter(isIndexedField);

export function isIndexedField(key: string): key is IndexedField {
  return Object.hasOwn(PAYLOAD_INDEXES, key);
}

export function kindOf(field: IndexedField): IndexKind {
  return PAYLOAD_INDEXES[field];
}

/** Whether the field's filter column is a list, with a count beside it. */
export function isListKind(kind: IndexKind): boolean {
  return kind === 'keywords' || isTextKind(kind);
}

/** Whether the field has a sentence beside its words. */
export function isTextKind(kind: IndexKind): boolean {
  return kind === 'text' || kind === 'texts';
}
