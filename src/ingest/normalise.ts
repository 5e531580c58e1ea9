import { toAuthorNames, toKeyName } from './author-names.js';
import { cleanText, collapse } from './clean-text.js';
import { countVersions, toDay, toInstant, toVersions } from './dates.js';
import type { CheckedField, KaggleRecord } from './kaggle-record.js';
import { ARCHIVES, toArchive } from '../papers/taxonomy.js';
import { arxivIdMonth } from '../papers/arxiv-id.js';
import { authorKeys } from '../papers/author-name.js';
import { toYear } from '../papers/bibtex.js';
import { toCitationKey } from '../papers/citation-key.js';
import { splitDois, toDoiKey } from '../papers/doi.js';
import type { PaperPayload } from '../papers/payload.js';

/** The payload of a record: cleaned, without empty fields, and with the keys derived from it. */
export function toPayload(record: KaggleRecord): PaperPayload {
  const authors = toAuthorNames(record);
  const categories = toCategories(record.categories ?? '');
  const versions = toVersions(record.versions ?? []);
  const updateDate = toDay(record.update_date);
  const doi = collapse(record.doi ?? '');
  const submittedAt = versions[0]?.created ?? toInstant(arxivIdMonth(record.id));
  const updatedAt = toInstant(updateDate) ?? versions.at(-1)?.created;
  const year = toYear({
    versions,
    ...(updatedAt !== undefined && { updated_at: updatedAt }),
    ...(submittedAt !== undefined && { submitted_at: submittedAt }),
  });
  return {
    id: record.id,
    title: cleanText(record.title),
    abstract: cleanText(record.abstract),
    authors,
    categories,
    ...optional('submitter', cleanText(record.submitter)),
    ...optional('comments', cleanText(record.comments)),
    ...optional('journal-ref', cleanText(record['journal-ref'])),
    ...optional('doi', doi),
    ...optional('report-no', collapse(record['report-no'] ?? '')),
    ...optional('license', collapse(record.license ?? '')),
    ...optional('versions', versions),
    ...optional('update_date', updateDate),
    author_keys: authorKeys(authors),
    author_names: [...new Set(authors)],
    ...optional('doi_keys', splitDois(doi).map(toDoiKey)),
    citation_key: toCitationKey(toKeyName(record), year, collapse(record.title)),
    ...optional('primary_category', categories[0] ?? ''),
    archives: [...new Set(categories.map(toArchive))],
    ...optional('submitted_at', submittedAt ?? ''),
    ...optional('updated_at', updatedAt ?? ''),
    version_count: countVersions(record.versions ?? []),
    ...(submittedAt && { year: new Date(submittedAt).getUTCFullYear() }),
  };
}

/**
 * Fields that have a value in the record but not in the payload, or of which, for `versions`, a part is missing.
 */
export function unreadableFields({ given, versions }: KaggleRecord, payload: PaperPayload): CheckedField[] {
  return given.filter((field) =>
    field === 'versions'
      ? (versions ?? []).length === 0 || (versions ?? []).length > (payload.versions ?? []).length
      : (payload[field] ?? '').length === 0,
  );
}

/** The field with its value; nothing if the value is empty. */
function optional<Field extends keyof PaperPayload, Value extends string | unknown[]>(
  field: Field,
  value: Value,
): Partial<Record<Field, Value>> {
  return value.length === 0 ? {} : ({ [field]: value } as Record<Field, Value>);
}

const CODE = /^[a-z-]+(?:\.[a-z-]+)?$/i;

/**
 * arXiv's category codes, primary first, without duplicates. MSC (`68T45`) and ACM (`I.2.10`) classes among them
 * belong to no archive and are removed.
 */
export function toCategories(codes: string): string[] {
  const written = codes.split(/[\s,;]+/).filter((code) => CODE.test(code));
  return [...new Set(written.map(toCode).filter((code) => ARCHIVES.has(toArchive(code))))];
}

/**
 * In arXiv's own case: archives in lower case, subject classes in capitals (`LG`) unless they are words (`flu-dyn`).
 */
function toCode(code: string): string {
  const [archive = '', subject] = code.split('.');
  if (subject === undefined) return archive.toLowerCase();
  return `${archive.toLowerCase()}.${subject.length === 2 ? subject.toUpperCase() : subject.toLowerCase()}`;
}
