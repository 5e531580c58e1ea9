import { cutOut, collapse } from './parse-query/text.js';
import type { DayRange } from './parse-query/periods.js';
import { parseQuery } from './parse-query/parse-query.js';
import { settle, type AuthorSource, type SettledPart } from './settle.js';
import { toQdrantFilter } from './to-qdrant-filter.js';
import { BadUserInputError } from '../errors/errors.js';
import type { SearchFilter } from '../generated/graphql.js';
import type { Filter } from '../store/filter.js';

/** What was understood of a query. All parts must hold; `text` is what is left of it. */
export interface Interpretation {
  text: string;
  title: string | null;
  authors: string[];
  categories: string[];
  phrases: string[];
  excluded: string[];
  submitted: DayRange | null;
  ids: string[];
}

export interface InterpretedQuery {
  interpretation: Interpretation;
  /** What the parts select; undefined when that is every paper. */
  filter: Filter | undefined;
}

const MAX_QUERY_LENGTH = 10_000;
const MAX_AUTHORS = 20;
const MAX_PARTS = 100;
const MAX_PART_LENGTH = 1_000;

/**
 * Reads a query by the grammar in docs/query-language.md; with `interpret: false` all of it is text.
 *
 * @param clock what "last year" counts from.
 * @throws BadUserInputError for a query, or something named in it, that is out of bounds; what `source` throws.
 */
export async function interpretQuery(
  source: AuthorSource,
  { query, interpret }: { query?: string | null | undefined; interpret: boolean },
  clock: Date,
): Promise<InterpretedQuery> {
  const typed = query ?? '';
  demand(
    typed.length <= MAX_QUERY_LENGTH,
    `A query may have at most ${MAX_QUERY_LENGTH} characters, this has ${typed.length}`,
  );
  const parts = interpret ? await settle(parseQuery(typed, clock), source) : [];
  const interpretation = toInterpretation(typed, parts);
  checkBounds(interpretation);
  return { interpretation, filter: toQdrantFilter(toSearchFilter(parts, interpretation), ['query']) };
}

/** Names and the like once each, in the order of the query. */
export function toInterpretation(query: string, parts: readonly SettledPart[]): Interpretation {
  const all = <T>(pick: (part: SettledPart) => readonly T[]) => [...new Set(parts.flatMap(pick))];
  const titles = all((part) => (part.kind === 'title' ? [part.text] : []));
  const ranges = all((part) => (part.kind === 'submitted' ? [part.range] : []));
  return {
    text: parts.length === 0 ? collapse(query) : cutOut(query, parts),
    title: titles.length === 0 ? null : titles.join(' '),
    authors: all((part) =>
      part.kind === 'authors' ? part.names : part.kind === 'author' ? [part.name] : [],
    ),
    categories: all((part) => (part.kind === 'categories' ? part.categories : [])),
    phrases: all((part) => (part.kind === 'phrase' ? [part.text] : [])),
    excluded: all((part) => (part.kind === 'excluded' ? [part.text] : [])),
    submitted: ranges.length === 0 ? null : ranges.reduce(intersect),
    ids: all((part) => (part.kind === 'ids' ? part.ids : [])),
  };
}

/** Days as `YYYY-MM-DD` sort as text. */
function intersect(one: DayRange, other: DayRange): DayRange {
  return {
    ...latest('gte', one.gte, other.gte),
    ...latest('gt', one.gt, other.gt),
    ...earliest('lte', one.lte, other.lte),
    ...earliest('lt', one.lt, other.lt),
  };
}

function latest(bound: keyof DayRange, ...days: (string | undefined)[]): DayRange {
  const last = days
    .filter((day) => day !== undefined)
    .sort()
    .at(-1);
  return last === undefined ? {} : { [bound]: last };
}

function earliest(bound: keyof DayRange, ...days: (string | undefined)[]): DayRange {
  const first = days
    .filter((day) => day !== undefined)
    .sort()
    .at(0);
  return first === undefined ? {} : { [bound]: first };
}

function checkBounds({ authors, categories, phrases, excluded, ids, title }: Interpretation): void {
  demand(
    authors.length <= MAX_AUTHORS,
    `A query may name at most ${MAX_AUTHORS} authors, this names ${authors.length}`,
  );
  for (const [what, parts] of Object.entries({
    categories,
    phrases,
    exclusions: excluded,
    identifiers: ids,
  })) {
    demand(
      parts.length <= MAX_PARTS,
      `A query may have at most ${MAX_PARTS} ${what}, this has ${parts.length}`,
    );
  }
  const long = [...authors, ...phrases, ...excluded, title ?? ''].find(
    (part) => part.length > MAX_PART_LENGTH,
  );
  demand(
    long === undefined,
    `A name, title, phrase or exclusion of a query may have at most ${MAX_PART_LENGTH} characters, one has ${long?.length ?? 0}`,
  );
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new BadUserInputError(otherwise, ['query']);
}

function toSearchFilter(parts: readonly SettledPart[], read: Interpretation): SearchFilter {
  const { authors, categories, phrases, excluded, submitted, ids } = read;
  const titles = parts.filter((part) => part.kind === 'title');
  const conditions: SearchFilter[] = [
    ...titles.map(({ text, isPhrase }) => ({ title: isPhrase ? { phrase: text } : { match: text } })),
    ...categories.map(toCategoryFilter),
    ...phrases.map(inTitleOrAbstract),
    ...excluded.map((phrase) => ({ not: inTitleOrAbstract(phrase) })),
  ];
  return {
    ...(authors.length > 0 && { authors: { match: authors } }),
    ...(submitted && { submitted: toDateBounds(submitted) }),
    ...(ids.length > 0 && { ids }),
    ...(conditions.length > 0 && { and: conditions }),
  };
}

function toCategoryFilter(category: string): SearchFilter {
  return category.endsWith('.*')
    ? { archives: { in: [category.slice(0, -2)] } }
    : { categories: { in: [category] } };
}

function inTitleOrAbstract(phrase: string): SearchFilter {
  return { or: [{ title: { phrase } }, { abstract: { phrase } }] };
}

function toDateBounds(range: DayRange): NonNullable<SearchFilter['submitted']> {
  return Object.fromEntries(
    Object.entries(range).map(([bound, day]) => [
      bound,
      { at: new Date(`${day}T00:00:00Z`), wholeDay: true },
    ]),
  );
}
