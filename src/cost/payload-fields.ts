import { BIBTEX_FIELDS } from '../papers/bibtex.js';
import type { PayloadField } from '../papers/payload.js';
import { HIGHLIGHTED_FIELDS } from '../search/highlight/highlight.js';

/** What a field of the schema reads from the payload of its paper. A field that is not named here reads nothing beside the id. */
const PAYLOAD_FIELDS: Readonly<Record<string, readonly PayloadField[]>> = {
  'Paper.title': ['title'],
  'Paper.abstract': ['abstract'],
  'Paper.authors': ['authors'],
  'Paper.authorCount': ['authors'],
  'Paper.categories': ['categories'],
  'Paper.primaryCategory': ['primary_category'],
  'Paper.submittedAt': ['submitted_at'],
  'Paper.updatedAt': ['updated_at'],
  'Paper.versions': ['versions'],
  'Paper.versionCount': ['version_count'],
  'Paper.submitter': ['submitter'],
  'Paper.comments': ['comments'],
  'Paper.journalRef': ['journal-ref'],
  'Paper.doi': ['doi'],
  'Paper.reportNumber': ['report-no'],
  'Paper.license': ['license'],
  'Paper.bibtex': BIBTEX_FIELDS,
  'SearchResult.highlights': HIGHLIGHTED_FIELDS,
};

/** What a field reads, with what the fields that it selects read. */
export function payloadFieldsOf(name: string, inner: ReadonlySet<PayloadField>): ReadonlySet<PayloadField> {
  const own = PAYLOAD_FIELDS[name];
  return own ? new Set([...inner, ...own]) : inner;
}
