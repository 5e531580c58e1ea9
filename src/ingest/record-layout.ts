import { firstGiven, hasValue, isFields, toList, toText, type Fields } from './field-values.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import { CATEGORIES, findCategory } from '../papers/taxonomy.js';

/**
 * Names of the dump's fields in other layouts: arXiv's API as returned by feedparser and arxiv.py, its OAI formats
 * (arXiv, arXivRaw, oai_dc) as JSON, records of Semantic Scholar, OpenAlex, INSPIRE, ADS, BibTeX, columns of data
 * sets. The dump's own name is first. Case and separators do not matter: `journalRef`, `Journal_Ref`.
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

/** The field's value, under any of its names; undefined if it contains nothing. */
export function valueOf(record: Fields, field: LayoutField): unknown {
  return firstGiven(record, NAMES[field]);
}

/** Names of other fields that are read; case and separators do not matter here either. */
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

/** The fields, with those of another case or separators also under the expected name. */
function withKnownNames(fields: Fields): Fields {
  const others = Object.keys(fields).filter((name) => !KNOWN_NAMES.has(name));
  const renamed = others.flatMap((name) => {
    const known = NAME_BY_KEY.get(toNameKey(name));
    return known === undefined || hasValue(fields[known]) ? [] : [[known, fields[name]] as const];
  });
  return renamed.length === 0 ? fields : { ...fields, ...Object.fromEntries(renamed) };
}

/** Keys under which databases, search engines and data sets put the record, next to their own fields. */
const HOLDERS = ['record', '_source', 'payload', 'paper', 'metadata', 'document', 'data', 'item'];

/** The record, with the fields of an object around it. */
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

/** Names of OAI's wrappers and XML's prefixes. */
const WRAPPED = ['arXiv', 'arXivRaw', 'oai_dc:dc', 'oai_dc', 'dc'];
const PREFIX = /^(?:dc|arxiv|oai_dc|ns\d*):/;

/**
 * The record's own fields: without OAI's header and metadata around them, and with names without prefixes.
 */
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
  // The repository of a preprint is not a journal.
  return ARXIV_ITSELF.test(toText(withDoi['journal']) ?? '') ? { ...withDoi, journal: undefined } : withDoi;
}

/**
 * Dublin Core has one name for several things. arXiv's order is fixed: the abstract, then comments; the first date,
 * then the last.
 */
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

/** Identifiers in Semantic Scholar's records. */
function externalIds(fields: Fields): unknown {
  return fields['externalIds'] ?? fields['external_ids'];
}

/** Texts that may contain the identifier, the likeliest first. */
export function idTexts(record: Fields): string[] {
  const ids = externalIds(record);
  const values = [
    ...NAMES.id.map((name) => record[name]),
    ...(isFields(ids) ? [ids['ArXiv'], ids['arxiv']] : []),
  ];
  return values
    .flatMap((value) => toList(value) ?? [value])
    .flatMap((value) => {
      // As a number, it would have lost its zeros.
      const text = typeof value === 'number' ? null : toText(value);
      return text === null || text.trim() === '' ? [] : [text];
    });
}

/** `v7` → 7; 0 for an identifier without version. */
export function versionOf(idText: string): number {
  return parseArxivId(idText) === null ? 0 : Number(/v(\d{1,4})(?:\.pdf)?\s*$/i.exec(idText)?.[1] ?? 0);
}

const CODES_BY_NAME = codesByName();

/**
 * Codes by their plain names and by those of Dublin Core. If two have the same name, the current one counts, or else
 * the first.
 */
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

/** Keys under which XML converters put the code of a tag. */
const TERM_NAMES = ['term', '@term', '$', 'id'];

/** Codes separated by spaces, from a string, a list of codes, tags with a `term`, or names as in oai_dc. */
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

/** Whether the text contains a code; MSC and ACM classes may be next to it. */
function isOfCodes(text: string): boolean {
  return text.split(/[\s,;]+/).some((word) => findCategory(word) !== null);
}

/** Names of categories, separated by semicolons or bars, or by commas unless these belong to a name. */
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
