import type { RejectReason } from './reject.js';
import { parseArxivId } from '../papers/arxiv-id.js';

type Text = string | null;

/** A line of Kaggle's arXiv metadata dump, as dirty as it comes, its fields of the types they should have. */
export interface KaggleRecord {
  /** Canonical, without version. */
  id: string;
  submitter: Text;
  /** All names in one string. */
  authors: Text;
  title: string;
  comments: Text;
  'journal-ref': Text;
  doi: Text;
  'report-no': Text;
  /** Codes separated by spaces, primary first; MSC and ACM classes may follow. */
  categories: Text;
  license: Text;
  abstract: string;
  versions: { version: string; created: string }[] | null;
  /** `YYYY-MM-DD` */
  update_date: Text;
  /** `[family, given, suffix, …affiliations]` for each author. */
  authors_parsed: string[][] | null;
  /** As it came: whether it is an embedding is the loader's question. Null when there is none. */
  embedding: unknown;
}

export interface Unusable {
  reason: RejectReason;
  detail: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The record in a parsed line. What a paper cannot do without makes it unusable; any other field of a wrong type is
 * taken for missing. Checked by hand: a schema library takes as long for a record as parsing it does.
 */
export function toKaggleRecord(value: unknown): KaggleRecord | Unusable {
  if (!isFields(value)) return unusable('not_a_record', `expected a JSON object, found ${nameOf(value)}`);
  const { title, abstract, embedding } = value;
  const id = toId(value['id']);
  if (typeof id !== 'string') return id;
  if (!isText(title)) return unusable('no_title', `expected a title of paper ${id}, found ${nameOf(title)}`);
  if (!isText(abstract)) {
    return unusable('no_abstract', `expected an abstract of paper ${id}, found ${nameOf(abstract)}`);
  }
  return {
    id,
    submitter: toText(value['submitter']),
    authors: toText(value['authors']),
    title,
    comments: toText(value['comments']),
    'journal-ref': toText(value['journal-ref']),
    doi: toText(value['doi']),
    'report-no': toText(value['report-no']),
    categories: toText(value['categories']),
    license: toText(value['license']),
    abstract,
    versions: mapList(value['versions'], toVersion),
    update_date: toText(value['update_date']),
    authors_parsed: mapList(value['authors_parsed'], toNameParts),
    embedding: embedding ?? null,
  };
}

/** Whether it is one of the dump's records, however incomplete: not merely some JSON with an id. */
export function resemblesRecord(value: unknown): boolean {
  if (!isFields(value) || !Object.hasOwn(value, 'id')) return false;
  return ['title', 'abstract', 'authors', 'categories'].some((field) => Object.hasOwn(value, field));
}

function toId(id: unknown): string | Unusable {
  if (id === undefined || id === null || id === '')
    return unusable('no_id', 'expected an arXiv id, found none');
  if (typeof id !== 'string') return unusable('invalid_id', `expected an arXiv id, found ${nameOf(id)}`);
  const quoted = JSON.stringify(id.slice(0, 60));
  return (
    parseArxivId(id) ?? unusable('invalid_id', `expected an arXiv id such as 1706.03762, found ${quoted}`)
  );
}

function toText(value: unknown): Text {
  return typeof value === 'string' ? value : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** What can be read of a list; null when it is none. */
function mapList<Item>(value: unknown, toItem: (each: unknown) => Item | null): Item[] | null {
  return Array.isArray(value) ? value.map(toItem).filter((item) => item !== null) : null;
}

function toVersion(value: unknown): { version: string; created: string } | null {
  if (!isFields(value)) return null;
  const { version, created } = value;
  return typeof version === 'string' && typeof created === 'string' ? { version, created } : null;
}

function toNameParts(value: unknown): string[] | null {
  return Array.isArray(value) ? value.map((part) => (typeof part === 'string' ? part : '')) : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return 'a list';
  return value === '' || (typeof value === 'string' && value.trim() === '')
    ? 'an empty text'
    : `a ${typeof value}`;
}

function unusable(reason: RejectReason, detail: string): Unusable {
  return { reason, detail };
}
