import { spelledLength, spellOut } from '../papers/words.js';
import { countQueryConditions, MAX_QUERY_LENGTH } from '../search/interpret.js';
import { isGiven } from '../search/paging.js';
import { NEAR_WINDOW } from '../search/ranking.js';
import { MAX_VALUE_LENGTH } from '../search/search-filter.js';

/** Worst-case amounts of a part of an operation. */
export interface Amounts {
  /** Units for the values of the answer. */
  values: number;
  /** Bytes of the answer. */
  bytes: number;
  /** Units for calls to the store and the embedder. */
  work: number;
  /** Work that grows with the conditions in the filter of the enclosing connection. */
  filtered: number;
  /**
   * Amounts of highlights, which only results found by words can have: units for values, bytes, units for embeddings.
   */
  markValues: number;
  markBytes: number;
  markWork: number;
}

export const NOTHING: Readonly<Amounts> = {
  values: 0,
  bytes: 0,
  work: 0,
  filtered: 0,
  markValues: 0,
  markBytes: 0,
  markWork: 0,
};

/** Adds `other`, multiplied by `times`, to `one`. */
export function addTimes(one: Readonly<Amounts>, other: Readonly<Amounts>, times = 1): Readonly<Amounts> {
  if (other === NOTHING) return one;
  return {
    values: one.values + other.values * times,
    bytes: one.bytes + other.bytes * times,
    work: one.work + other.work * times,
    filtered: one.filtered + other.filtered * times,
    markValues: one.markValues + other.markValues * times,
    markBytes: one.markBytes + other.markBytes * times,
    markWork: one.markWork + other.markWork * times,
  };
}

/** Bytes of a long value per unit. */
export const BYTES_PER_UNIT = 64;

/** A value with its key: one unit, plus one for every 64 bytes. */
export function ofValue(bytes: number): Amounts {
  return { ...NOTHING, values: 1 + Math.floor(bytes / BYTES_PER_UNIT), bytes };
}

/** The actual units of an answer's values, counted as by `ofValue` once their lengths are known. */
export function countValues(answer: unknown): number {
  if (typeof answer === 'string') return 1 + Math.floor(answer.length / BYTES_PER_UNIT);
  if (typeof answer !== 'object' || answer === null) return 1;
  let units = 1;
  for (const each of Object.values(answer)) units += countValues(each);
  return units;
}

/** Quotes, colon and comma around a key and its value. */
export const PUNCTUATION_BYTES = 4;

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Number of rankings that a field requests from the store, if its arguments determine that; every other field
 * requests one.
 */
const RANKINGS: Readonly<Record<string, (args: Arguments) => number>> = {
  'Query.search': countRankings,
  // Groups are made from a page of the maximum size.
  'Query.searchGroups': (args) => 2 * countRankings(args),
  'Query.recommend': countComparisons,
  // With FOUND, the papers must be found first.
  'SearchConnection.facets': ({ of }) => (of === 'FOUND' ? 3 : 1),
};

export function rankingsOf(field: string, args: Arguments): number {
  return RANKINGS[field]?.(args) ?? 1;
}

/** A reranking model reads 50 papers, which takes about as long as this many rankings by the store. */
const RERANKING_PRICE = 4;

/** Additional cost of a reranking model, which reads first pages sorted by relevance. */
export function rerankingsOf(field: string, args: Arguments): number {
  const isSearch = field === 'Query.search' || field === 'Query.searchGroups';
  const { after, before, orderBy } = args;
  const isAsked = !isGiven(after) && !isGiven(before) && !isGiven(orderBy);
  return isSearch && isAsked && highlightsOf(args) !== 'none' ? RERANKING_PRICE : 0;
}

/** Whether a text is used to find papers, and whether its meaning is used. Without a text there are no highlights. */
export function highlightsOf(args: Arguments): 'none' | 'words' | 'meaning' {
  const { query, mode } = args;
  if (typeof query !== 'string' || query.trim() === '') return 'none';
  return mode === 'KEYWORD' ? 'words' : 'meaning';
}

/**
 * Two rankings in HYBRID mode, each repeated for a deep window; diversity adds one, to read the vectors of the
 * results. Smoothing reads fewer and is not counted.
 */
function countRankings(args: Arguments): number {
  const found = highlightsOf(args);
  if (found === 'none') return 1;
  const { mode, first, last, after, before, orderBy, ranking } = args;
  const rankings = mode === 'SEMANTIC' || mode === 'KEYWORD' ? 1 : 2;
  // These pages read the deep window of each ranking in addition to the near one.
  const isDeep =
    isGiven(after) || isGiven(before) || isGiven(orderBy) || Number(first ?? last) >= NEAR_WINDOW;
  const isDiverse =
    typeof ranking === 'object' && ranking !== null && 'diversity' in ranking && ranking.diversity;
  return rankings * (isDeep ? 2 : 1) + (isDiverse ? 1 : 0);
}

/**
 * One for the average. For the best score, the nearest papers of each liked one, and a comparison of each example
 * with all of these.
 */
function countComparisons({ like, unlike, strategy }: Arguments): number {
  return strategy === 'BEST_SCORE' ? 2 * lengthOf(like) + lengthOf(unlike) : 1;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

/** Operators for which each value is a separate condition; other operators look up all values together. */
const EACH_OPERATORS: ReadonlySet<string> = new Set(['match', 'all']);
/** Number of words in a text, or of values in a list, that cost as much as one condition. */
const VALUES_PER_CONDITION = 20;
/** Number of conditions for a name of more than three words, because of its choices of three words. */
const LONG_NAME_CONDITIONS = 3;

/**
 * Conditions of a `SearchFilter` as a store evaluates them: one per operator, one per value if all values must match,
 * and one per 20 words or values.
 */
export function countFilterConditions(filter: unknown): number {
  if (typeof filter !== 'object' || filter === null) return 0;
  const known = counted.get(filter) ?? countFilter(filter);
  counted.set(filter, known);
  return known;
}

/** A filter passed as a variable is the same object wherever it is used. */
const counted = new WeakMap<object, number>();

function countFilter(filter: object): number {
  return sum(Object.entries(filter), ([field, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return 0;
    if (field === 'and' || field === 'or') return sum(toObjects(value), countFilter);
    if (field === 'not') return sum(toObjects([value]), countFilter);
    if (Array.isArray(value)) return countOperator('in', value, false);
    return sum(Object.entries(value), ([operator, operand]: [string, unknown]) =>
      countOperator(operator, operand, field === 'authors'),
    );
  });
}

function countOperator(operator: string, operand: unknown, areNames: boolean): number {
  if (operand === null || operand === undefined) return 0;
  const values = Array.isArray(operand) ? operand : [operand];
  const own = EACH_OPERATORS.has(operator) ? values.length : 1;
  return own + sum(values, (value) => countValue(value, areNames));
}

function countValue(value: unknown, isName: boolean): number {
  const words = typeof value === 'string' ? countWords(value) : 1;
  return isName && words > 3 ? LONG_NAME_CONDITIONS : words / VALUES_PER_CONDITION;
}

function toObjects(value: unknown): object[] {
  return Array.isArray(value)
    ? value.filter((each): each is object => typeof each === 'object' && each !== null)
    : [];
}

function sum<Item>(items: readonly Item[], measure: (item: Item) => number): number {
  return items.reduce((total, item) => total + measure(item), 0);
}

/** At least 1. A text that is too long for a filter is rejected before its words are searched for. */
function countWords(text: string): number {
  const spelled = spellOut(text);
  return spelled.length > MAX_VALUE_LENGTH ? 1 : (spelled.match(/[\p{L}\p{N}]+/gu)?.length ?? 1);
}

/** Characters of a query that its embedding pays for. */
const FREE_CHARACTERS = 1_000;

/** Units for the length of a query: reading it and searching for its words takes about a unit per character. */
export function countQueryCharacters(query: unknown): number {
  // A longer query is rejected.
  if (typeof query !== 'string' || query.length > MAX_QUERY_LENGTH) return 0;
  return Math.max(0, Math.min(spelledLength(query), MAX_QUERY_LENGTH) - FREE_CHARACTERS);
}

/** Maximum number of conditions that the text of a query may become. */
export function countInterpretedConditions(query: unknown, isInterpreted: boolean): number {
  if (typeof query !== 'string' || !isInterpreted) return 0;
  return countQueryConditions(query);
}
