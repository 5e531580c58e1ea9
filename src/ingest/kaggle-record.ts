import { toAuthorFields, type AuthorFields } from './author-fields.js';
import { toInstant, toTimeText } from './dates.js';
import { firstGiven, hasValue, isFields, toList, toText, type Fields } from './field-values.js';
import { idTexts, toCategoryText, unwrap, valueOf, versionOf, type LayoutField } from './record-layout.js';
import type { RejectReason } from './rejects.js';
import { parseArxivId } from '../papers/arxiv-id.js';

type Text = string | null;

/** A version as in the record; its date may be missing or unreadable. */
export interface WrittenVersion {
  version: string;
  created: string;
}

/** A raw record of Kaggle's arXiv metadata dump, with its fields in their expected types. */
export interface KaggleRecord extends AuthorFields {
  /** Canonical, without version. */
  id: string;
  submitter: Text;
  title: string;
  comments: Text;
  'journal-ref': Text;
  doi: Text;
  'report-no': Text;
  /** Codes separated by spaces, primary first; MSC and ACM classes may follow. */
  categories: Text;
  license: Text;
  abstract: string;
  versions: WrittenVersion[] | null;
  /** `YYYY-MM-DD`, usually. */
  update_date: Text;
  /** Unchecked: the loader decides whether it is an embedding. Null if there is none. */
  embedding: unknown;
  /** Fields that should have a value in the payload, because the record has one, readable or not. */
  given: readonly CheckedField[];
}

/** Fields whose loss is counted. */
const CHECKED = [
  'submitter',
  'comments',
  'journal-ref',
  'doi',
  'report-no',
  'license',
  'categories',
  'versions',
  'update_date',
] as const satisfies LayoutField[];
export type CheckedField = (typeof CHECKED)[number] | 'authors';

export interface Unusable {
  reason: RejectReason;
  detail: string;
}

/**
 * The record in a parsed line, in the dump's layout or another common one (`record-layout.ts`). It is unusable if it
 * lacks what every paper needs. Checked by hand, because a schema library takes as long per record as parsing does.
 */
export function toKaggleRecord(value: unknown): KaggleRecord | Unusable {
  if (!isFields(value)) return unusable('not_a_record', `expected a JSON object, found ${nameOf(value)}`);
  const fields = unwrap(value);
  const text = (field: LayoutField) => toText(valueOf(fields, field));
  const texts = idTexts(fields);
  const idText = texts.find((each) => parseArxivId(each) !== null);
  const id = idText === undefined ? null : parseArxivId(idText);
  if (idText === undefined || id === null) return withoutId(fields, texts[0]);
  const [title, abstract] = [text('title'), toAbstract(valueOf(fields, 'abstract'))];
  if (!isText(title)) {
    return unusable('no_title', `expected a title of paper ${id}, found ${nameOf(fields['title'])}`);
  }
  if (!isText(abstract)) {
    return unusable(
      'no_abstract',
      `expected an abstract of paper ${id}, found ${nameOf(fields['abstract'])}`,
    );
  }
  return {
    id,
    submitter: text('submitter'),
    ...toAuthorFields(fields),
    title,
    comments: text('comments'),
    'journal-ref': text('journal-ref'),
    doi: text('doi'),
    'report-no': text('report-no'),
    categories: toCategoryText([valueOf(fields, 'primary_category'), valueOf(fields, 'categories')]),
    license: text('license'),
    abstract,
    versions: toVersions(fields, versionOf(idText)),
    update_date: toDate(valueOf(fields, 'update_date')),
    embedding: fields['embedding'] ?? null,
    given: [
      ...CHECKED.filter((field) => hasValue(valueOf(fields, field))),
      // Every paper has authors: if no field is read as theirs, the layout has another name for it.
      'authors',
    ],
  };
}

/** Whether it is a record of the dump, however incomplete, and not just JSON with an id. */
export function resemblesRecord(value: unknown): boolean {
  if (!isFields(value)) return false;
  const fields = unwrap(value);
  if (idTexts(fields).length === 0 && !Object.hasOwn(fields, 'id')) return false;
  return ['title', 'abstract', 'summary', 'authors', 'categories'].some((field) =>
    Object.hasOwn(fields, field),
  );
}

function withoutId(fields: Fields, text: string | undefined): Unusable {
  const id = fields['id'];
  if (text === undefined && (id === undefined || id === null || id === '')) {
    return unusable('no_id', 'expected an arXiv id, found none');
  }
  if (text === undefined) return unusable('invalid_id', `expected an arXiv id, found ${nameOf(id)}`);
  const quoted = JSON.stringify(text.slice(0, 60));
  return unusable('invalid_id', `expected an arXiv id such as 1706.03762, found ${quoted}`);
}

/** The first of oai_dc's descriptions; the others are comments. */
function toAbstract(value: unknown): Text {
  return toText(Array.isArray(value) ? value.find(hasValue) : value);
}

const VERSION = /^v?\d{1,4}$/i;

/**
 * Without a list of versions: the first one, with its date, and the one named by a number or the id, with the date of
 * the update.
 */
function toVersions(fields: Fields, named: number): WrittenVersion[] | null {
  const written = valueOf(fields, 'versions');
  const newest = toText(written);
  if (newest !== null && VERSION.test(newest)) {
    return namedVersions(fields, Number(newest.replace(/^v/i, ''))) ?? [{ version: newest, created: '' }];
  }
  const list = toVersionList(written);
  return list?.map(toVersion).filter((version) => version !== null) ?? namedVersions(fields, named);
}

function namedVersions(fields: Fields, named: number): WrittenVersion[] | null {
  const created = toDate(valueOf(fields, 'created'));
  if (created === null) return null;
  const updated = named > 1 ? toDate(valueOf(fields, 'update_date')) : null;
  return [
    { version: 'v1', created },
    ...(updated === null ? [] : [{ version: `v${named}`, created: updated }]),
  ];
}

/** Also accepts `v1 v2`, dates by version (`{"v1": …}`), and columns (`{"version": […], "created": […]}`). */
function toVersionList(written: unknown): readonly unknown[] | null {
  if (typeof written === 'string') {
    const names = written.split(/[\s,;]+/).filter(Boolean);
    return toList(written) ?? (names.length > 1 && names.every((name) => VERSION.test(name)) ? names : null);
  }
  if (!isFields(written)) return toList(written);
  const names = Object.keys(written);
  if (names.every((name) => VERSION.test(name))) return Object.entries(written);
  const [versions, dates] = [toList(written['version']), toList(written['created'])];
  if (versions && dates) return versions.map((name, at) => [name, dates[at]]);
  return toList(written) ?? [written];
}

function toVersion(value: unknown, index: number): WrittenVersion | null {
  const pair = toList(value);
  if (pair) return toVersion({ version: pair[0], created: pair[1] }, index);
  if (!isFields(value)) {
    const text = toText(value) ?? '';
    if (VERSION.test(text)) return { version: text, created: '' };
    return toInstant(text) === undefined ? null : { version: `v${index + 1}`, created: text };
  }
  const version = toText(value['version'] ?? value['@version'] ?? value['number']) ?? `v${index + 1}`;
  return { version, created: toDate(value['created'] ?? value['date'] ?? value['submitted']) ?? '' };
}

/** Keys under which databases and catalogues put a date: MongoDB, Crossref. */
const DATE_NAMES = ['$date', '$numberLong', 'date-parts', 'date', 'raw'];

/**
 * A date as text. Of several dates, as in oai_dc, the last. Python's `struct_time`, `[2007, 4, 2]` and objects with
 * year, month and day are read by their numbers.
 */
function toDate(value: unknown): Text {
  if (isFields(value)) {
    const parts = [value['year'], value['month'], value['day']].map(Number);
    if (parts.every((part) => part > 0)) return toTimeText(parts);
    const inner = firstGiven(value, DATE_NAMES);
    return inner === undefined ? toText(value) : toDate(inner);
  }
  const items = toList(value);
  if (items === null) return toText(value);
  const isTime = items.length >= 3 && items.every((item) => typeof item === 'number');
  return isTime ? toTimeText(items.map(Number)) : toDate(items.at(-1) ?? null);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
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
