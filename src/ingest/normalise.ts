import type { KaggleRecord } from './kaggle-record.js';
import { ARCHIVES, toArchive } from '../papers/archives.js';
import { arxivIdMonth } from '../papers/arxiv-id.js';
import { authorKeys } from '../papers/author-name.js';
import { toDoiKey } from '../papers/doi.js';
import type { PaperPayload, PaperVersion } from '../papers/payload.js';

/** What is stored for a record of the dump: cleaned, empty fields left out, with the keys derived from it. */
export function toPayload(record: KaggleRecord): PaperPayload {
  const authors = toAuthorNames(record);
  const categories = toCategories(record.categories ?? '');
  const versions = toVersions(record);
  const submittedAt = versions[0]?.created ?? toInstant(arxivIdMonth(record.id));
  const updatedAt = toInstant(record.update_date) ?? versions.at(-1)?.created;
  return {
    id: record.id,
    title: collapse(record.title),
    abstract: collapse(record.abstract),
    authors,
    categories,
    ...optional('submitter', collapse(record.submitter ?? '')),
    ...optional('comments', collapse(record.comments ?? '')),
    ...optional('journal-ref', collapse(record['journal-ref'] ?? '')),
    ...optional('doi', collapse(record.doi ?? '')),
    ...optional('report-no', collapse(record['report-no'] ?? '')),
    ...optional('license', collapse(record.license ?? '')),
    ...optional('versions', versions),
    ...optional('update_date', record.update_date ?? ''),
    author_keys: authorKeys(authors),
    author_names: [...new Set(authors)],
    ...optional(
      'doi_keys',
      collapse(record.doi ?? '')
        .split(' ')
        .map(toDoiKey)
        .filter(Boolean),
    ),
    ...optional('primary_category', categories[0] ?? ''),
    archives: [...new Set(categories.map(toArchive))],
    ...optional('submitted_at', submittedAt ?? ''),
    ...optional('updated_at', updatedAt ?? ''),
    version_count: versions.length,
    ...(submittedAt && { year: new Date(submittedAt).getUTCFullYear() }),
  };
}

/** The field with its value, or nothing when the value is empty. */
function optional<Field extends keyof PaperPayload, Value extends string | unknown[]>(
  field: Field,
  value: Value,
): Partial<Record<Field, Value>> {
  return value.length === 0 ? {} : ({ [field]: value } as Record<Field, Value>);
}

/** Names in reading order, from the parsed list where there is one: it is in Unicode and tells the parts apart. */
function toAuthorNames({ authors, authors_parsed: parsed }: KaggleRecord): string[] {
  const names = parsed?.length
    ? parsed.map(([family = '', given = '', suffix = '']) =>
        [given, family, suffix].filter(Boolean).join(' '),
      )
    : (authors ?? '').split(/\s*,\s*(?:and\s+)?|\s+and\s+/u);
  return names.map((name) => collapse(name).normalize('NFC')).filter(Boolean);
}

/** MSC (`68T45`) and ACM (`I.2.10`) classes that stand among the categories are of no archive and drop out. */
function toCategories(codes: string): string[] {
  return [...new Set(codes.split(/[\s,;]+/).filter((code) => ARCHIVES.has(toArchive(code))))];
}

function toVersions(record: KaggleRecord): PaperVersion[] {
  return (record.versions ?? []).flatMap(({ version, created }) => {
    const instant = toInstant(created);
    return instant ? [{ version, created: instant }] : [];
  });
}

/** An RFC 822 date or an ISO day as an RFC 3339 instant in UTC. */
function toInstant(date: string | null | undefined): string | undefined {
  const time = date ? Date.parse(date) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
