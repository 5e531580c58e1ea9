import type { PaperPayload, PayloadField } from '../papers/payload.js';

/**
 * The layout of a collection, the same in both stores: an unnamed dense vector (cosine), a `bm25` text, the payload,
 * and an index for every payload field that can be filtered on.
 */
export const LAYOUT_VERSION = 4;

/**
 * Layouts that `paperql ingest` and `paperql repair` upgrade in place. In layout 1, compatibility forms of words
 * were not folded, and the embedded store stemmed words before folding them. In layout 2, a word of the title
 * counted once. In layout 3, the embedded store kept the words of a text twice; collections on a Qdrant server are the
 * same in layout 4.
 */
export const OLDER_LAYOUTS: readonly number[] = [1, 2, 3];

export const BM25_VECTOR = 'bm25';

/** How a payload field is indexed. `text` is tokenised as in `toWords`, and supports phrases. */
export type IndexKind = 'keyword' | 'keywords' | 'text' | 'texts' | 'integer' | 'datetime';

/** Every indexed payload field. The plural kinds are lists. */
export const PAYLOAD_INDEXES = {
  id: 'keyword',
  title: 'text',
  abstract: 'text',
  comments: 'text',
  'journal-ref': 'text',
  authors: 'texts',
  author_keys: 'keywords',
  author_names: 'keywords',
  categories: 'keywords',
  primary_category: 'keyword',
  archives: 'keywords',
  doi: 'keyword',
  doi_keys: 'keywords',
  license: 'keyword',
  submitted_at: 'datetime',
  updated_at: 'datetime',
  version_count: 'integer',
  year: 'integer',
} as const satisfies Partial<Record<PayloadField, IndexKind>>;

export type IndexedField = keyof typeof PAYLOAD_INDEXES;

/** Metadata about how a collection was made, so that vectors of two models are never mixed. */
export interface CollectionMetadata {
  layout_version: number;
  /** `Embedder.id` */
  embedder: string;
  dimension: number;
  /** Template of the embedded text. */
  embedded_text: string;
  /** Prefixes that the embedder puts before the text of a paper, and before a query; absent if empty. */
  document_prefix?: string | undefined;
  query_prefix?: string | undefined;
}

/**
 * The text for keyword search: title, abstract and authors, if the paper has them. It contains the title twice, so
 * that a word of the title counts twice as much (BM25F with two fields of one length).
 */
export function toBm25Text({ title, abstract, authors = [] }: Partial<PaperPayload>): string {
  return [title, title, abstract, authors.join(', ')].filter(Boolean).join('\n');
}
