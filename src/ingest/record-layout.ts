import { firstGiven, isFields, isGiven, toList, toText, type Fields } from './field-values.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import { CATEGORIES } from '../papers/taxonomy.js';

/**
 * What other layouts call the dump's fields: arXiv's API as feedparser and arxiv.py give it, its OAI formats (arXiv,
 * arXivRaw, oai_dc) as JSON, Semantic Scholar's records, columns of data sets. The dump's own name is first.
 */
const NAMES = {
  id: [
    'id',
    'arxiv_id',
    'arxivId',
    'arxiv',
    'entry_id',
    'identifier',
    'paper_id',
    'abs_url',
    'pdf_url',
    'link',
    'url',
  ],
  title: ['title'],
  abstract: ['abstract', 'summary', 'description'],
  submitter: ['submitter'],
  comments: ['comments', 'comment', 'arxiv_comment'],
  'journal-ref': ['journal-ref', 'journal_ref', 'journalRef', 'arxiv_journal_ref', 'journal'],
  doi: ['doi', 'DOI', 'arxiv_doi'],
  'report-no': ['report-no', 'report_no', 'report_number', 'reportNumber'],
  license: ['license', 'licence', 'rights'],
  categories: [
    'categories',
    'category',
    'tags',
    'subject',
    'subjects',
    'primary_category',
    'arxiv_primary_category',
  ],
  versions: ['versions', 'version'],
  update_date: [
    'update_date',
    'updated',
    'updated_date',
    'last_updated',
    'updated_parsed',
    'datestamp',
    'date',
  ],
  created: [
    'published',
    'created',
    'submitted',
    'published_date',
    'submitted_date',
    'submittedDate',
    'published_parsed',
  ],
} as const;

export type LayoutField = keyof typeof NAMES;

/** The field's value, under whatever name the record has it; undefined when it says nothing. */
export function valueOf(record: Fields, field: LayoutField): unknown {
  return firstGiven(record, NAMES[field]);
}

/** The names of OAI's wrappings and XML's prefixes. */
const WRAPPED = ['arXiv', 'arXivRaw', 'oai_dc:dc', 'oai_dc', 'dc'];
const PREFIX = /^(?:dc|arxiv|oai_dc|ns\d*):/;

/** The record's fields themselves: without OAI's header and metadata around them, names without prefixes. */
export function unwrap(record: Fields): Fields {
  const inner = isFields(record['record']) ? record['record'] : record;
  const { header, metadata } = inner;
  const content = isFields(metadata)
    ? (WRAPPED.map((name) => metadata[name]).find(isFields) ?? metadata)
    : null;
  const fields = content === null ? inner : { ...(isFields(header) ? header : {}), ...content };
  const names = Object.keys(fields);
  const plain = names.some((name) => PREFIX.test(name))
    ? Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.replace(PREFIX, ''), value]))
    : fields;
  if (isGiven(plain['creator'])) return fromDublinCore(plain);
  const ids = externalIds(plain);
  return isFields(ids) && !isGiven(plain['doi']) ? { ...plain, doi: ids['DOI'] } : plain;
}

/** Dublin Core has one name for several things, arXiv's in a fixed order: the abstract, then comments; first and last date. */
function fromDublinCore(fields: Fields): Fields {
  const textsOf = (name: string) =>
    (toList(fields[name]) ?? [fields[name]]).map((item) => toText(item) ?? '');
  const [descriptions, dates] = [textsOf('description'), textsOf('date')];
  return {
    ...fields,
    description: descriptions[0],
    comments: descriptions.find((text) => COMMENT.test(text))?.replace(COMMENT, ''),
    doi: textsOf('identifier').find((text) => /^doi:/i.test(text)),
    created: dates[0],
    updated: dates.at(-1),
  };
}

const COMMENT = /^Comments?: /;

/** Semantic Scholar's. */
function externalIds(fields: Fields): unknown {
  return fields['externalIds'] ?? fields['external_ids'];
}

/** Texts that may hold the identifier, the likeliest first. */
export function idTexts(record: Fields): string[] {
  const ids = externalIds(record);
  const values = [
    ...NAMES.id.map((name) => record[name]),
    ...(isFields(ids) ? [ids['ArXiv'], ids['arxiv']] : []),
  ];
  return values
    .flatMap((value) => toList(value) ?? [value])
    .flatMap((value) => {
      // A number would have lost its zeros.
      const text = typeof value === 'number' ? null : toText(value);
      return text === null || text.trim() === '' ? [] : [text];
    });
}

/** `v7` → 7; 0 for an identifier without version. */
export function versionOf(idText: string): number {
  return parseArxivId(idText) === null ? 0 : Number(/v(\d{1,4})(?:\.pdf)?\s*$/i.exec(idText)?.[1] ?? 0);
}

const CODES_BY_NAME = new Map(
  CATEGORIES.flatMap(({ code, name, archiveName }) => [
    [`${archiveName} - ${name}`.toLowerCase(), code] as const,
    [name.toLowerCase(), code] as const,
  ]),
);

/** Codes with spaces between them, of a string, a list of codes, tags with a `term`, or names as oai_dc has them. */
export function toCategoryText(value: unknown): string | null {
  const items = toList(value);
  if (items === null) return toText(value);
  const codes = items.map(
    (item) => toText(isFields(item) && isGiven(item['term']) ? item['term'] : item) ?? '',
  );
  return codes.map((code) => CODES_BY_NAME.get(code.toLowerCase()) ?? code).join(' ');
}
