/** One version of a paper as arXiv lists it. `created` is an RFC 3339 instant. */
export interface PaperVersion {
  version: string;
  created: string;
}

/**
 * The stored fields of a paper: the fields of the Kaggle record under their own names, cleaned, with `authors` and
 * `categories` as lists, and the keys derived from them. A field without a value is omitted, never null or empty.
 */
export interface PaperPayload {
  /** arXiv id without version. */
  id: string;
  title: string;
  abstract: string;
  /** Display names, "Given Family", in the paper's order. */
  authors: string[];
  /** arXiv category codes, primary first. */
  categories: string[];
  submitter?: string;
  comments?: string;
  'journal-ref'?: string;
  doi?: string;
  'report-no'?: string;
  license?: string;
  versions?: PaperVersion[];
  /** Day of the last change to the record, `YYYY-MM-DD`. */
  update_date?: string;

  /** Derived: see `author-name.ts`. */
  author_keys: string[];
  /** Derived: the display names, for facets and suggestions (`authors` itself has the text index). */
  author_names: string[];
  /** Derived: the DOIs in lower case, without resolver; the field of the record may contain several. */
  doi_keys?: string[];
  /**
   * Derived: the key of the BibTeX entry, made from values that only the record has: the key name, and the title as
   * written.
   */
  citation_key?: string;
  primary_category?: string;
  /** Derived: the archives of the categories (`cs`, `math`, `hep-th`), without duplicates. */
  archives: string[];
  /** Derived: RFC 3339 instant of the first version; if the record has no version, that of the id's month. */
  submitted_at?: string;
  /** Derived: `update_date`, otherwise the instant of the last version. */
  updated_at?: string;
  version_count: number;
  /** Derived: year of `submitted_at`. */
  year?: number;
  /** Set by ingestion: shows whether a record has changed since it was stored. */
  content_hash?: string;
}

export type PayloadField = keyof PaperPayload;
