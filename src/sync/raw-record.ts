import { parseAuthors, type AuthorParts } from './parse-authors.js';

/** What the `arXivRaw` element of a record says, by the names of its elements, and the header's datestamp. */
export interface RawFields {
  datestamp: string;
  texts: ReadonlyMap<string, string>;
  versions: readonly { version: string; created: string }[];
}

/** A record as a dump has it, see `kaggle-record.ts`. */
export type DumpRecord = Readonly<Record<string, string | null | RawFields['versions'] | AuthorParts[]>>;

/** Elements that a dump's record has a field for. Not the classes: arXiv's server confuses `acm-class` and `msc-class`. */
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

/** The record in the shape of the dump's, so that loading does with both what it does with one. */
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
