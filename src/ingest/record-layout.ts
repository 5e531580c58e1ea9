import { firstGiven, hasValue, isFields, toList, toText, type Fields } from './field-values.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import { CATEGORIES, findCategory } from '../papers/taxonomy.js';

/**
 * What other layouts call the dump's fields: arXiv's API as feedparser and arxiv.py give it, its OAI formats (arXiv,
 * arXivRaw, oai_dc) as JSON, records of Semantic Scholar, OpenAlex, INSPIRE, ADS, BibTeX, columns of data sets. The dump's own
 * name is first. Case and separators of a name do not count: `journalRef`, `Journal_Ref`.
 */
const NAMES = {
  id: [
    'id',
    'arxiv_id',
    'arxiv',
    'entry_id',
    'identifier',
    'paper_id',
    'eprint',
    'arxiv_eprints',
    'abs_url',
    'url_abs',
    'pdf_url',
    'url_pdf',
    'link',
    'url',
    '_id',
    'bibcode',
    'doi',
  ],
  title: ['title', 'titles'],
  abstract: ['abstract', 'summary', 'description', 'abstracts', 'abstract_text'],
  submitter: ['submitter'],
  comments: ['comments', 'comment', 'arxiv_comment'],
  'journal-ref': ['journal-ref', 'arxiv_journal_ref', 'journal'],
  doi: ['doi', 'arxiv_doi'],
  'report-no': ['report-no', 'report_number'],
  license: ['license', 'licence', 'rights'],
  categories: ['categories', 'category', 'tags', 'subject', 'subjects', 'arxiv_class', 'set_spec'],
  primary_category: ['primary_category', 'arxiv_primary_category', 'primary_class'],
  versions: ['versions', 'version'],
  update_date: [
    'update_date',
    'updated',
    'updated_date',
    'updated_at',
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
    'published_at',
    'submitted_date',
    'published_parsed',
    'publication_date',
    'pubdate',
    'date',
  ],
} as const;

export type LayoutField = keyof typeof NAMES;

/** The field's value, under whatever name the record has it; undefined when it says nothing. */
export function valueOf(record: Fields, field: LayoutField): unknown {
  return firstGiven(record, NAMES[field]);
}

/** Names of other fields that are read; case and separators do not count in them either. */
const OTHER_NAMES = [
  'authors',
  'author',
  'authors_parsed',
  'embedding',
  'externalIds',
  'keyname',
  'forenames',
];

const NAME_BY_KEY = new Map(
  [...Object.values(NAMES).flat(), ...OTHER_NAMES].map((name) => [toNameKey(name), name] as const),
);
const KNOWN_NAMES: ReadonlySet<string> = new Set([...NAME_BY_KEY.values()]);

function toNameKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The fields, those of other case or separators also under the name that is looked for. */
function withKnownNames(fields: Fields): Fields {
  const others = Object.keys(fields).filter((name) => !KNOWN_NAMES.has(name));
  const renamed = others.flatMap((name) => {
    const known = NAME_BY_KEY.get(toNameKey(name));
    return known === undefined || hasValue(fields[known]) ? [] : [[known, fields[name]] as const];
  });
  return renamed.length === 0 ? fields : { ...fields, ...Object.fromEntries(renamed) };
}

/** Where databases, search engines and data sets put the record, beside what they know of it. */
const HOLDERS = ['record', '_source', 'payload', 'paper', 'metadata', 'document', 'data', 'item'];

/** The record with what a holder around it says. */
function unpack(record: Fields): Fields {
  const holder = HOLDERS.find((name) => hasTitle(record[name]));
  if (holder === undefined) return record;
  if (hasValue(record['title']) && idTexts(record).some((text) => parseArxivId(text) !== null)) return record;
  const inner = record[holder];
  return isFields(inner) ? { ...record, [holder]: undefined, ...inner } : record;
}

function hasTitle(value: unknown): boolean {
  return isFields(value) && Object.keys(value).some((name) => toNameKey(name) === 'title');
}

/** The names of OAI's wrappings and XML's prefixes. */
const WRAPPED = ['arXiv', 'arXivRaw', 'oai_dc:dc', 'oai_dc', 'dc'];
const PREFIX = /^(?:dc|arxiv|oai_dc|ns\d*):/;

/** The record's fields themselves: without OAI's header and metadata around them, names without prefixes. */
export function unwrap(record: Fields): Fields {
  const inner = unpack(isFields(record['record']) ? record['record'] : record);
  const { header, metadata } = inner;
  const content = isFields(metadata)
    ? (WRAPPED.map((name) => metadata[name]).find(isFields) ?? metadata)
    : null;
  const fields = content === null ? inner : { ...inner, ...(isFields(header) ? header : {}), ...content };
  const names = Object.keys(fields);
  const plain = withKnownNames(
    names.some((name) => PREFIX.test(name))
      ? Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.replace(PREFIX, ''), value]))
      : fields,
  );
  if (hasValue(plain['creator'])) return fromDublinCore(plain);
  const ids = externalIds(plain);
  const withDoi = isFields(ids) && !hasValue(plain['doi']) ? { ...plain, doi: ids['DOI'] } : plain;
  // The place of a preprint is no journal.
  return ARXIV_ITSELF.test(toText(withDoi['journal']) ?? '') ? { ...withDoi, journal: undefined } : withDoi;
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
const ARXIV_ITSELF = /^\s*(?:arxiv|corr)\b/i;

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

const CODES_BY_NAME = codesByName();

/** By plain names, and as Dublin Core has them. Where two have one name, it is that of the current one, and the first. */
function codesByName(): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  const currentFirst = [...CATEGORIES].sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent));
  for (const { code, name, archiveName } of currentFirst) {
    for (const each of [name, `${archiveName} - ${name}`]) {
      const key = each.toLowerCase();
      if (!codes.has(key)) codes.set(key, code);
    }
  }
  return codes;
}

/** Where converters of XML put the code of a tag. */
const TERM_NAMES = ['term', '@term', '$', 'id'];

/** Codes with spaces between them, of a string, a list of codes, tags with a `term`, or names as oai_dc has them. */
export function toCategoryText(value: unknown): string | null {
  const texts = toTerms(value).flatMap((text) => (isOfCodes(text) ? [text] : splitNames(text)));
  const codes = texts.map((text) => toCode(text.trim())).filter(Boolean);
  return codes.length === 0 ? null : codes.join(' ');
}

function toTerms(value: unknown): string[] {
  if (isFields(value)) {
    const term = firstGiven(value, TERM_NAMES);
    if (term !== undefined) return toTerms(term);
  }
  const items = toList(value);
  return items === null ? [toText(value) ?? ''] : items.flatMap(toTerms);
}

/** Whether there is a code in the text; MSC and ACM classes may stand beside it. */
function isOfCodes(text: string): boolean {
  return text.split(/[\s,;]+/).some((word) => findCategory(word) !== null);
}

/** Names between semicolons or bars, or between commas where these are in none of them. */
function splitNames(text: string): string[] {
  return text.split(/[;|]/).flatMap((part) => {
    const isWhole = toCode(part.trim()) !== part.trim();
    return isWhole || !part.includes(',') ? [part] : part.split(',');
  });
}

/** `Machine Learning (cs.LG)`, `Computer Science - Machine Learning`, OAI's set `cs:cs:LG`. */
function toCode(text: string): string {
  const named = /\(([a-z-]+(?:\.[a-z-]+)?)\)$/i.exec(text)?.[1];
  if (named !== undefined && findCategory(named)) return named;
  const [, archive, subject] = /^[a-z-]+:([a-z-]+)(?::([a-z-]+))?$/i.exec(text) ?? [];
  if (archive !== undefined) return subject === undefined ? archive : `${archive}.${subject}`;
  return CODES_BY_NAME.get(text.toLowerCase()) ?? text;
}
