import type { PaperPayload, PayloadField } from '../papers/payload.js';

/**
 * The shape of a collection, the same in both stores: a dense unnamed vector (cosine), a `bm25` text, the payload, and
 * an index for every payload field that can be filtered on.
 */
export const LAYOUT_VERSION = 3;

/**
 * Layouts that `paperql ingest` and `paperql repair` bring up to date in place. In layout 1 words were not folded from
 * compatibility forms, and the embedded store's were stemmed before they were folded. Until layout 2 a word of the title
 * counted once.
 */
export const OLDER_LAYOUTS: readonly number[] = [1, 2];

export const BM25_VECTOR = 'bm25';

/** How a payload field is indexed. `text` is tokenised as `toWords` does, and knows phrases. */
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

/** What a collection knows of how it was made, so that vectors of two models never meet. */
export interface CollectionMetadata {
  layout_version: number;
  /** `Embedder.id` */
  embedder: string;
  dimension: number;
  /** Template of the embedded text. */
  embedded_text: string;
  /** What the embedder puts before a paper's text, and before a query; absent where that is nothing. */
  document_prefix?: string | undefined;
  query_prefix?: string | undefined;
}

/**
 * The text that keyword search ranks by: title, abstract, authors, as far as the paper has them. The title is in it twice,
 * which makes a word of the title count twice as much (BM25F with two fields of one length).
 */
export function toBm25Text({ title, abstract, authors = [] }: Partial<PaperPayload>): string {
  return [title, title, abstract, authors.join(', ')].filter(Boolean).join('\n');
}
