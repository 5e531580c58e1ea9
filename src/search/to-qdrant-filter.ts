import {
  checkFilterSize,
  type AuthorFilter,
  type DateBound,
  type DateRange,
  type Given,
  type IntRange,
  type KeywordFilter,
  type KeywordsFilter,
  type Path,
  type SearchFilter,
  type TextFilter,
} from './search-filter.js';
import { BadUserInputError } from '../errors/errors.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import { authorKeyAlternatives } from '../papers/author-name.js';
import { arxivIdOfDoi, toDoiKey } from '../papers/doi.js';
import { toPointId } from '../papers/point-id.js';
import { toNfc, toWords } from '../papers/words.js';
import type { FilterCondition, Filter } from '../store/filter.js';
import type { IndexedField } from '../store/layout.js';

/**
 * Translates the filter of the API to Qdrant's. Pure; every field and operator is handled here and nowhere else.
 * `schema/filter.graphql` defines the meaning of empty lists, empty text and contradictions.
 *
 * @returns undefined if the filter selects every paper.
 * @throws BadUserInputError with the path to a value that exceeds a limit.
 */
export function toQdrantFilter(filter: Given<SearchFilter>, path: Path = ['filter']): Filter | undefined {
  if (!filter) return undefined;
  checkFilterSize(filter, path);
  const conditions = toConditions(filter, path);
  return conditions.length === 0 ? undefined : { must: conditions };
}

/**
 * Papers that show that an author has a name which may also be other words. The family name, or the last word, is
 * not abbreviated.
 */
export function toEvidenceFilter(name: string): Filter {
  return { must: [anyAuthor([name], { isLastFull: true })] };
}

/** Joins both filters; undefined selects every paper. */
export function joinFilters(...filters: (Filter | undefined)[]): Filter | undefined {
  const given = filters.filter((filter) => filter !== undefined);
  return given.length > 1 ? { must: given } : given[0];
}

/**
 * The translation of every field of SearchFilter. The unit test fails if the schema has a field or an operator without
 * one.
 */
const TRANSLATIONS: {
  [Field in keyof Required<SearchFilter>]: (
    value: NonNullable<SearchFilter[Field]>,
    path: Path,
  ) => FilterCondition[];
} = {
  and: (filters, path) => filters.flatMap((filter, at) => toConditions(filter, [...path, at])),
  or: (filters, path) => [
    anyCondition(filters.map((filter, at) => allConditions(toConditions(filter, [...path, at])))),
  ],
  not: (filter, path) => [{ must_not: [allConditions(toConditions(filter, path))] }],
  ids: (ids, path) => [{ has_id: ids.map((id, at) => toPointId(arxivId(id, [...path, at]))) }],
  authors: authorConditions,
  title: (text) => textConditions('title', text),
  abstract: (text) => textConditions('abstract', text),
  journalRef: (text) => textConditions('journal-ref', text),
  comments: (text) => textConditions('comments', text),
  categories: (codes) => keywordConditions('categories', codes),
  archives: (codes) => keywordConditions('archives', codes),
  primaryCategory: (code) => keywordConditions('primary_category', code),
  license: (url) => keywordConditions('license', url),
  doi: doiConditions,
  submitted: (range) => dateConditions('submitted_at', range),
  updated: (range) => dateConditions('updated_at', range),
  versionCount: (range) => integerConditions('version_count', range),
};

function toConditions(filter: SearchFilter, path: Path): FilterCondition[] {
  return (Object.keys(filter) as (keyof SearchFilter)[]).flatMap((field) =>
    translate(field, filter[field], [...path, field]),
  );
}

function translate<Field extends keyof SearchFilter>(
  field: Field,
  value: SearchFilter[Field],
  path: Path,
): FilterCondition[] {
  return value === null ? [] : TRANSLATIONS[field](value, path);
}

function authorConditions(filter: AuthorFilter): FilterCondition[] {
  return [
    ...(filter.match ?? []).map((name) => anyAuthor([name])),
    ...given(filter.any, anyAuthor),
    ...given(filter.in, (names) => matchAny('author_names', names.map(wellFormed))),
    ...given(filter.phrase, (phrase) => phraseCondition('authors', phrase)),
    ...existsConditions('authors', filter.exists),
  ];
}

/**
 * One of the names is among the authors. Names that consist of single keys, as nearly all do, need only one
 * condition.
 */
export function anyAuthor(names: readonly string[], options?: { isLastFull: boolean }): FilterCondition {
  const alternatives = names.flatMap((name) => authorKeyAlternatives(name, options));
  const keys = alternatives.flatMap((keyLists) => (keyLists.length === 1 ? keyLists.flat() : []));
  const longNames = alternatives.filter((keyLists) => keyLists.length > 1);
  return anyCondition([
    ...(keys.length > 0 ? [matchAny('author_keys', [...new Set(keys)])] : []),
    ...longNames.map((keyLists) => allConditions(keyLists.map((each) => matchAny('author_keys', each)))),
  ]);
}

export function textConditions(key: IndexedField, filter: TextFilter): FilterCondition[] {
  return [
    ...given(filter.match, (text) =>
      anyCondition(toSpellings(text).map((each) => ({ key, match: { text: each } }))),
    ),
    ...given(filter.any, (texts) => ({ key, match: { text_any: texts.flatMap(toAnyWords).join(' ') } })),
    ...given(filter.phrase, (phrase) => phraseCondition(key, phrase)),
    ...existsConditions(key, filter.exists),
  ];
}

function phraseCondition(key: IndexedField, phrase: string): FilterCondition {
  return anyCondition(toSpellings(phrase).map((each) => ({ key, match: { phrase: each } })));
}

/**
 * Letters that have compatibility forms in texts, which people seldom type: results of macros (`\epsilon`, `\ell`),
 * and units.
 */
const RARE_FORMS: ReadonlyMap<string, string> = new Map(
  Object.entries({ ε: 'ϵ', θ: 'ϑ', κ: 'ϰ', μ: 'µ', π: 'ϖ', ρ: 'ϱ', φ: 'ϕ', l: 'ℓ' }),
);
/** Any of these letters, but `l` only in a norm: `l1`. */
const HAS_RARE_FORM = /[εθκμπρφ]|(?<![\p{L}\p{N}])l(?=\d)/gu;

/**
 * Spellings to search for: the text with composed accents; the text as folded by `toWords` if it has compatibility
 * forms (`ℓ`, `ﬁ`, mathematical letters); and the reverse for forms that papers have. A Qdrant server folds only
 * accents, and ends a word at a combining mark.
 */
function toSpellings(text: string): string[] {
  const composed = toNfc(wellFormed(text));
  const compatible = composed.normalize('NFKC');
  const folded = compatible === composed ? '' : toWords(composed).join(' ');
  const rare = compatible.toLowerCase().replace(HAS_RARE_FORM, (letter) => RARE_FORMS.get(letter) ?? letter);
  const isRare = rare !== compatible.toLowerCase() && rare !== composed;
  return [composed, folded, isRare ? rare : ''].filter((each, at) => at === 0 || each !== '');
}

function toAnyWords(text: string): string[] {
  const spellings = toSpellings(text);
  return spellings.length === 1 ? toWords(text) : spellings;
}

function keywordConditions(key: IndexedField, filter: KeywordFilter & KeywordsFilter): FilterCondition[] {
  return [
    ...given(filter.in, (values) => matchAny(key, values.map(wellFormed))),
    // `except` asks whether any value differs, and drops papers without the field. Users mean neither.
    ...given(filter.notIn, (values) => ({ must_not: [matchAny(key, values.map(wellFormed))] })),
    ...(filter.all ?? []).map((value) => ({ key, match: { value: wellFormed(value) } })),
    ...existsConditions(key, filter.exists),
  ];
}

/**
 * A DOI issued by arXiv contains the identifier of the paper, even if the record of the paper does not have the DOI.
 */
export function doiConditions(filter: KeywordFilter): FilterCondition[] {
  const one = (dois: readonly string[]) => {
    const ids = dois.map(arxivIdOfDoi).filter((id) => id !== null);
    const keys = matchAny('doi_keys', dois.map(toDoiKey).map(wellFormed));
    return anyCondition(ids.length === 0 ? [keys] : [keys, { has_id: ids.map(toPointId) }]);
  };
  return [
    ...given(filter.in, one),
    ...given(filter.notIn, (dois) => ({ must_not: [one(dois)] })),
    ...existsConditions('doi_keys', filter.exists),
  ];
}

export function dateConditions(key: IndexedField, filter: DateRange): FilterCondition[] {
  const bounds = [
    ...given(filter.gte, (bound) => ({ gte: toRfc3339(bound.at) })),
    ...given(filter.gt, (bound) => (bound.wholeDay ? { gte: endOf(bound) } : { gt: toRfc3339(bound.at) })),
    ...given(filter.lte, (bound) => (bound.wholeDay ? { lt: endOf(bound) } : { lte: toRfc3339(bound.at) })),
    ...given(filter.lt, (bound) => ({ lt: toRfc3339(bound.at) })),
  ];
  // One condition per bound, because `gt` and `gte` may both become `gte`.
  return [...bounds.map((range) => ({ key, range })), ...existsConditions(key, filter.exists)];
}

/** The first instant after the day of the bound. */
function endOf(bound: DateBound): string {
  return toRfc3339(new Date(bound.at.getTime() + 24 * 60 * 60 * 1000));
}

/** The range of RFC 3339: years with four digits. */
const EARLIEST = Date.parse('0000-01-01T00:00:00.000Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The instant in UTC, in the format of stores. If a time zone or the end of a day moves it out of the years 0 to
 * 9999, it is clamped.
 */
function toRfc3339(instant: Date): string {
  return new Date(Math.min(Math.max(instant.getTime(), EARLIEST), LATEST)).toISOString();
}

function integerConditions(key: IndexedField, filter: IntRange): FilterCondition[] {
  const { gte, gt, lte, lt } = filter;
  const range = Object.fromEntries(
    Object.entries({ gte, gt, lte, lt }).filter(([, bound]) => typeof bound === 'number'),
  );
  return Object.keys(range).length === 0 ? [] : [{ key, range }];
}

function existsConditions(key: IndexedField, exists: Given<boolean>): FilterCondition[] {
  return given(exists, (wanted) => (wanted ? { must_not: [{ is_empty: { key } }] } : { is_empty: { key } }));
}

export function matchAny(key: IndexedField, values: string[]): FilterCondition {
  const [first, ...more] = values;
  return first !== undefined && more.length === 0
    ? { key, match: { value: first } }
    : { key, match: { any: values } };
}

/** Replaces unpaired surrogates by U+FFFD: stores read UTF-8, which cannot represent them. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** All of the conditions. An empty list matches every paper, like Qdrant's empty filter. */
export function allConditions(conditions: FilterCondition[]): FilterCondition {
  const [first, ...more] = conditions;
  return first !== undefined && more.length === 0 ? first : { must: conditions };
}

/**
 * At least one of the conditions. An empty list must match no paper, but Qdrant's empty `should` matches all.
 */
export function anyCondition(conditions: FilterCondition[]): FilterCondition {
  const [first, ...more] = conditions;
  if (first === undefined) return nothing();
  return more.length === 0 ? first : { should: conditions };
}

function nothing(): FilterCondition {
  return matchAny('id', []);
}

function given<T, R>(value: Given<T>, convert: (value: T) => R): R[] {
  return value === null || value === undefined ? [] : [convert(value)];
}

function arxivId(id: string, path: Path): string {
  const parsed = parseArxivId(id);
  if (parsed === null) throw notAnArxivId(id, path);
  return parsed;
}

export function notAnArxivId(id: string, path: Path): BadUserInputError {
  const shown = id.length > 50 ? `${id.slice(0, 50)}…` : id;
  return new BadUserInputError(
    `"${shown}" is not an arXiv identifier; expected a form such as 1706.03762, arXiv:1706.03762v5 or hep-th/9901001`,
    path,
  );
}
