import { LRUCache } from 'lru-cache';
import {
  allOf,
  anyOf,
  countConditions,
  notOf,
  toConjuncts,
  toFilter,
  unique,
  type Byline,
  type BylineAuthor,
  type Condition,
  type Draft,
  type Expression,
  type NameReading,
} from './expression.js';
import { parseQuery, type ParsedQuery, type DraftPart } from './parse-query/parse-query.js';
import type { DayRange } from './parse-query/calendar.js';
import { cutOut, type Span } from './parse-query/tokens.js';
import { tooLong } from './search-filter.js';
import { BadUserInputError } from '../errors/errors.js';
import { spelledLength } from '../papers/words.js';
import type { Filter } from '../store/filter.js';

/** The interpretation of a query. All parts must hold; `text` is the rest of the query. */
export interface Interpretation {
  text: string;
  title: string | null;
  authors: string[];
  categories: string[];
  phrases: string[];
  excluded: string[];
  submitted: DayRange | null;
  ids: string[];
  /** All filters in the query, including those that the lists above cannot express. Null if there are none. */
  expression: Expression | null;
  /** The places in the query where the filters were read. */
  read: { query: string; parts: readonly SettledPart[] };
}

export interface InterpretedQuery {
  interpretation: Interpretation;
  /** The filter for the store; undefined if it selects every paper. */
  filter: Filter | undefined;
}

/** Looks up author names in the corpus. */
export interface AuthorSource {
  /**
   * Those of the names that an author in the corpus has, as an author filter would match them. Makes one call to the
   * store.
   */
  knownAuthors(names: readonly string[]): Promise<ReadonlySet<string>>;
}

/** The recognised parts of a query, with all names looked up, in order and without overlap. */
export interface SettledPart extends Span {
  expression: Expression;
}

export const MAX_QUERY_LENGTH = 10_000;
const MAX_PART_LENGTH = 1_000;
/** Maximum number of each kind in one query. */
const MOST = { authors: 20, phrases: 20, exclusions: 20, identifiers: 50 };
/** Everything that a query may contain; each author and phrase counts once. */
const MAX_CONDITIONS = 64;
/** Maximum number of names to look up for one query; further ones remain text. */
const MAX_LOOK_UPS = 64;

/**
 * Reads a query by the grammar in docs/query-language.md; with `interpret: false`, all of it is text.
 *
 * @param clock the time that "last year" refers to.
 * @throws BadUserInputError for a query, or a part of it, that exceeds a limit; and any error of `source`.
 */
export async function interpretQuery(
  source: AuthorSource,
  { query, interpret }: { query?: string | null | undefined; interpret: boolean },
  clock: Date,
): Promise<InterpretedQuery> {
  const typed = query ?? '';
  if (spelledLength(typed) > MAX_QUERY_LENGTH) throw tooLong(typed, MAX_QUERY_LENGTH, 'A query', ['query']);
  if (!interpret) return toInterpreted(typed, []);
  const read = readOnce(typed, clock);
  const known = await findKnown(read.parsed, source);
  // The same query in another alias or on the next page has the same interpretation if the same of its names are in
  // the corpus.
  const knownNames = [...known].sort().join('\n');
  if (read.last?.knownNames === knownNames) return read.last.interpreted;
  const interpreted = toInterpreted(typed, settleParts(read.parsed, known));
  read.last = { knownNames, interpreted };
  return interpreted;
}

function toInterpreted(query: string, parts: readonly SettledPart[]): InterpretedQuery {
  const interpretation = toInterpretation(query, parts);
  const { expression } = interpretation;
  if (expression === null) return { interpretation, filter: undefined };
  checkBounds(expression);
  return { interpretation, filter: toFilter(expression) };
}

/** The interpretation of an empty query. */
export const NOTHING_READ: Interpretation = {
  text: '',
  title: null,
  authors: [],
  categories: [],
  phrases: [],
  excluded: [],
  submitted: null,
  ids: [],
  expression: null,
  read: { query: '', parts: [] },
};

/**
 * An upper bound of the number of conditions that a store evaluates for the query, whatever authors the corpus has.
 * Takes time linear in the length, and makes no calls.
 */
export function countQueryConditions(query: string): number {
  if (query.length > MAX_QUERY_LENGTH) return 0;
  const read = readOnce(query, new Date());
  read.conditions ??= countConditionsOf(read.parsed);
  return read.conditions;
}

function countConditionsOf({ parts }: ParsedQuery): number {
  const asked = parts.flatMap(({ draft }) => toSeparate(draft));
  const costs = new Map(asked.map((draft) => [JSON.stringify(draft, withoutPlace), costOf(draft)]));
  return [...costs.values()].reduce((sum, conditions) => sum + conditions, 0);
}

interface ReadQuery {
  readonly parsed: ParsedQuery;
  conditions?: number;
  /** The latest interpretation of the query, and the doubtful names that were in the corpus. */
  last?: { knownNames: string; interpreted: InterpretedQuery };
}

/** A query is read for pricing and for answering, for each alias that contains it, and again for each page. */
const readQueries = new LRUCache<string, ReadQuery>({
  maxSize: 200_000,
  sizeCalculation: (_, key) => key.length,
});

function readOnce(query: string, clock: Date): ReadQuery {
  // Only the day of the clock matters.
  const key = `${clock.toISOString().slice(0, 10)} ${query}`;
  const read = readQueries.get(key) ?? { parsed: parseQuery(query, clock) };
  readQueries.set(key, read);
  return read;
}

/**
 * Decides which names are authors: all unmistakable ones, and the others if an author in the corpus has them. Makes
 * one call for all doubtful names of the query, or none.
 */
export async function settle(parsed: ParsedQuery, source: AuthorSource): Promise<SettledPart[]> {
  return settleParts(parsed, await findKnown(parsed, source));
}

async function findKnown(parsed: ParsedQuery, source: AuthorSource): Promise<ReadonlySet<string>> {
  const doubtful = [...new Set(parsed.parts.flatMap(({ draft }) => doubtfulNames(draft)))].slice(
    0,
    MAX_LOOK_UPS,
  );
  return doubtful.length === 0 ? new Set<string>() : source.knownAuthors(doubtful);
}

function settleParts({ parts }: ParsedQuery, known: ReadonlySet<string>): SettledPart[] {
  return parts.flatMap((part) => settlePart(part, known));
}

function doubtfulNames(draft: Draft): string[] {
  switch (draft.kind) {
    case 'and':
    case 'or':
      return draft.operands.flatMap(doubtfulNames);
    case 'not':
      return doubtfulNames(draft.operand);
    case 'byline':
      return [...draft.authors, ...(draft.inverted ?? [])].flatMap(({ readings }) =>
        readings.filter(({ isCertain }) => !isCertain).map(({ name }) => name),
      );
    default:
      return [];
  }
}

/**
 * The names of a byline that stands alone are decided one by one; a byline joined by operators is accepted or
 * rejected as a whole.
 */
function settlePart({ draft, start, end }: DraftPart, known: ReadonlySet<string>): SettledPart[] {
  if (draft.kind === 'byline') {
    const lastEnd = draft.authors.at(-1)?.end;
    // Read to its end, it takes along what the part has around it.
    return settleByline(draft, start, known).map((settled) =>
      settled.end === lastEnd
        ? { ...settled, expression: withYear(draft, settled.expression), end }
        : settled,
    );
  }
  const expression = settleDraft(draft, known);
  return expression === null ? [] : [{ expression, start, end }];
}

function settleDraft(draft: Draft, known: ReadonlySet<string>): Expression | null {
  switch (draft.kind) {
    case 'and':
    case 'or': {
      const operands = draft.operands.map((operand) => settleDraft(operand, known));
      const settled = operands.filter((operand) => operand !== null);
      if (settled.length < operands.length) return null;
      return draft.kind === 'and' ? allOf(settled) : anyOf(settled);
    }
    case 'not': {
      const operand = settleDraft(draft.operand, known);
      return operand && notOf(operand);
    }
    case 'byline': {
      const [settled] = settleByline(draft, 0, known);
      const isWhole = settled?.start === 0 && settled.end === draft.authors.at(-1)?.end;
      return isWhole ? withYear(draft, settled.expression) : null;
    }
    default:
      return draft;
  }
}

function withYear({ year }: Byline, authors: Expression): Expression {
  return year ? allOf([authors, { kind: 'date', field: 'submitted', range: year }]) : authors;
}

/**
 * The authors up to the first that is not one, or that leaves words of its longest reading before the next; for
 * alternatives, all of them.
 */
function settleByline(byline: Byline, start: number, known: ReadonlySet<string>): SettledPart[] {
  const isKnown = ({ readings }: BylineAuthor) =>
    readings.some(({ name, isCertain }) => isCertain || known.has(name));
  const authors = byline.inverted?.every(isKnown) ? byline.inverted : byline.authors;
  const taken: { author: BylineAuthor; reading: NameReading }[] = [];
  let end = start;
  for (const author of authors) {
    const reading = author.readings.find(({ name, isCertain }) => isCertain || known.has(name));
    if (!reading) break;
    taken.push({ author, reading });
    const isWhole = reading.next === author.readings[0]?.next;
    end = isWhole ? author.end : reading.end;
    if (!isWhole) break;
  }
  const isPartOfAlternatives =
    taken.length < authors.length && authors.some(({ joining }) => joining === 'or');
  if (taken.length === 0 || isPartOfAlternatives) return [];
  const [first] = taken;
  const isFromStart = first?.reading === first?.author.readings[0];
  return [
    { expression: joinNames(taken), start: isFromStart ? start : (first?.reading.start ?? start), end },
  ];
}

/** "And" binds tighter than "or", and both tighter than "but not". */
function joinNames(taken: readonly { author: BylineAuthor; reading: NameReading }[]): Expression {
  const alternatives: Expression[][] = [];
  const excluded: Expression[] = [];
  for (const { author, reading } of taken) {
    const condition = { kind: 'author' as const, name: reading.name };
    if (author.joining === 'not') excluded.push(notOf(condition));
    else if (author.joining === 'or' || alternatives.length === 0) alternatives.push([condition]);
    else alternatives.at(-1)?.push(condition);
  }
  return allOf([anyOf(alternatives.map((names) => allOf(names))), ...excluded]);
}

/** Each name and similar value once, in the order of the query. */
export function toInterpretation(query: string, parts: readonly SettledPart[]): Interpretation {
  // Most queries contain only text.
  if (parts.length === 0) return { ...NOTHING_READ, text: cutOut(query, parts), read: { query, parts } };
  const conjuncts = unique(parts.flatMap(({ expression }) => toConjuncts(expression)));
  const papers = conjuncts.filter(namesPapers);
  const dates = conjuncts.filter((each) => each.kind === 'date' && each.field === 'submitted');
  const others = conjuncts.filter((each) => !papers.includes(each) && !dates.includes(each));
  const ranges = dates.flatMap((each) => (each.kind === 'date' ? [each.range] : []));
  const submitted = ranges.length === 0 ? null : ranges.reduce(intersect);
  const named = unique(papers.flatMap((each) => (each.kind === 'or' ? each.operands : [each])));
  const asked: Expression[] = [
    ...others,
    ...(submitted ? [{ kind: 'date' as const, field: 'submitted' as const, range: submitted }] : []),
    // Several identifiers mean any of the papers, because no paper has two.
    ...(named.length > 0 ? [anyOf(named)] : []),
  ];
  const titles = others.flatMap((each) =>
    each.kind === 'text' && each.field === 'title' ? [each.text] : [],
  );
  return {
    text: cutOut(query, parts),
    title: titles.length === 0 ? null : titles.join(' '),
    authors: others.flatMap((each) => (each.kind === 'author' ? [each.name] : [])),
    categories: others.flatMap((each) => (each.kind === 'category' ? [each.code] : [])),
    phrases: others.flatMap((each) => (isAnywhere(each) && each.isPhrase ? [each.text] : [])),
    excluded: others.flatMap((each) =>
      each.kind === 'not' && isAnywhere(each.operand) ? [each.operand.text] : [],
    ),
    submitted,
    ids: named.flatMap((each) => (each.kind === 'id' ? [each.id] : [])),
    expression: asked.length === 0 ? null : allOf(asked),
    read: { query, parts },
  };
}

/** Conditions outside every NOT, including those of alternatives. */
export function positiveConditions(expression: Expression | null): Condition[] {
  if (expression === null || expression.kind === 'not') return [];
  if (expression.kind === 'and' || expression.kind === 'or')
    return expression.operands.flatMap(positiveConditions);
  return [expression];
}

function namesPapers(expression: Expression): boolean {
  const { kind } = expression;
  return kind === 'id' || kind === 'doi' || (kind === 'or' && expression.operands.every(namesPapers));
}

function isAnywhere(expression: Expression): expression is Extract<Condition, { kind: 'text' }> {
  return expression.kind === 'text' && expression.field === 'anywhere';
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

function checkBounds(asked: Expression): void {
  const count = { authors: 0, phrases: 0, exclusions: 0, identifiers: 0 };
  let conditions = 0;
  const visit = (expression: Expression, isExcluded: boolean): void => {
    if (expression.kind === 'and' || expression.kind === 'or') {
      expression.operands.forEach((operand) => visit(operand, isExcluded));
      return;
    }
    if (expression.kind === 'not') {
      visit(expression.operand, !isExcluded);
      return;
    }
    conditions += 1;
    if (isExcluded) count.exclusions += 1;
    else if (expression.kind === 'author') count.authors += 1;
    else if (isAnywhere(expression)) count.phrases += 1;
    else if (expression.kind === 'id' || expression.kind === 'doi') count.identifiers += 1;
    const text = expression.kind === 'author' ? expression.name : isText(expression) ? expression.text : '';
    if (spelledLength(text) > MAX_PART_LENGTH)
      throw tooLong(text, MAX_PART_LENGTH, 'A name, title, phrase or exclusion of a query', ['query']);
  };
  visit(asked, false);
  for (const [kind, most] of Object.entries(MOST)) {
    const given = count[kind as keyof typeof MOST];
    demand(given <= most, `A query may have at most ${most} ${kind}, not ${given}`);
  }
  demand(
    conditions <= MAX_CONDITIONS,
    `A query may have at most ${MAX_CONDITIONS} conditions, not ${conditions}`,
  );
}

function isText(expression: Expression): expression is Extract<Condition, { kind: 'text' }> {
  return expression.kind === 'text';
}

/** Identifies conditions that count only once, however often they occur; authors of a list count one by one. */
function toSeparate(draft: Draft): Draft[] {
  const isList =
    draft.kind === 'byline' &&
    !draft.inverted &&
    !draft.year &&
    draft.authors.every(({ joining }) => joining === 'and');
  return isList ? draft.authors.map((author) => ({ kind: 'byline', authors: [author] })) : [draft];
}

/** Removes the positions of names. */
function withoutPlace(key: string, value: unknown): unknown {
  return key === 'end' || key === 'next' ? undefined : value;
}

function costOf(draft: Draft): number {
  switch (draft.kind) {
    case 'and':
    case 'or':
      return draft.operands.reduce((sum, operand) => sum + costOf(operand), 0);
    case 'not':
      return costOf(draft.operand);
    case 'byline':
      return Math.max(costOfNames(draft.authors), costOfNames(draft.inverted ?? [])) + (draft.year ? 1 : 0);
    default:
      return countConditions(draft);
  }
}

function costOfNames(authors: readonly BylineAuthor[]): number {
  return authors.reduce((sum, { readings }) => {
    const costs = readings.map(({ name }) => countConditions({ kind: 'author', name }));
    return sum + Math.max(0, ...costs);
  }, 0);
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new BadUserInputError(otherwise, ['query']);
}
