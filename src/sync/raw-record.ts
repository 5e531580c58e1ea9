import { parseAuthors, type AuthorParts } from './parse-authors.js';

/** The content of a record's `arXivRaw` element, by the names of its elements, and the header's datestamp. */
export interface RawFields {
  datestamp: string;
  texts: ReadonlyMap<string, string>;
  versions: readonly { version: string; created: string }[];
}

/** A record as in a dump, see `kaggle-record.ts`. */
export type DumpRecord = Readonly<Record<string, string | null | RawFields['versions'] | AuthorParts[]>>;

/**
 * Elements for which a dump's record has a field, except classes: arXiv's server confuses `acm-class` and
 * `msc-class`.
 */
export const RECORD_ELEMENTS: ReadonlySet<string> = new Set([
  'id',
  'submitter',
  'title',
  'authors',
  'comments',
  'journal-ref',
  'doi',
  'report-no',
  'categories',
  'license',
  'abstract',
]);

/** Converts the record to the form of the dump, so that both are loaded in the same way. */
export function toDumpRecord({ datestamp, texts, versions }: RawFields): DumpRecord {
  const textOf = (element: string) => texts.get(element) ?? null;
  const authors = textOf('authors');
  return {
    id: textOf('id'),
    submitter: textOf('submitter'),
    authors,
    title: textOf('title'),
    comments: textOf('comments'),
    'journal-ref': textOf('journal-ref'),
    doi: textOf('doi'),
    'report-no': textOf('report-no'),
    categories: textOf('categories'),
    license: textOf('license'),
    abstract: textOf('abstract'),
    versions,
    update_date: datestamp,
    authors_parsed: parseAuthors(authors ?? ''),
  };
}
