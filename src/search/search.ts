import { explain } from './explain.js';
import {
  foundByFilter,
  foundByWords,
  foundInWindow,
  toReached,
  type CountSource,
  type Found,
} from './found.js';
import { interpretQuery, positiveConditions, type Interpretation, type AuthorSource } from './interpret.js';
import {
  MAX_DEPTH,
  MAX_LISTING_DEPTH,
  parsePage,
  readClock,
  type PageArguments,
  type Slice,
} from './paging.js';
import { rankCandidates, type CandidateSource, type RankedQuery } from './rank-candidates.js';
import { cutRanking, type WindowSource } from './rank-window.js';
import { toRankedPapers, type FoundBy } from './ranked-paper.js';
import { toSearchPage, type Results, type SearchPage } from './search-page.js';
import {
  isBestFirst,
  readOptions,
  type SearchOptionArguments,
  type SearchOptions,
} from './search-options.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
import type { SearchFilter } from './search-filter.js';
import type { PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import type { Ranking } from '../store/store.js';

export interface SearchArguments extends PageArguments, SearchOptionArguments {
  query?: string | null | undefined;
  filter?: SearchFilter | null | undefined;
  interpret: boolean;
}

export interface SearchSource extends WindowSource, CandidateSource, AuthorSource, CountSource {
  /** The embedding of a query's text. */
  embed(text: string): Promise<Float32Array>;
}

/** What is searched for, read from the arguments. */
interface Search {
  /** Empty: a listing. */
  text: string;
  filter: Filter | undefined;
  options: SearchOptions;
  clock: Date;
  foundBy: FoundBy | null;
}

/**
 * Reads the query, ranks by what is left of it, and cuts the page out of what the store finds.
 *
 * @param fields payload fields that the page's papers must carry.
 * @param now the clock of a first page, which "last year" in the query and ages count from; later pages go by the first's.
 * @throws BadUserInputError for input out of bounds; what `source` throws.
 */
export async function search(
  source: SearchSource,
  args: SearchArguments,
  fields: readonly PayloadField[],
  now = new Date(),
): Promise<SearchPage> {
  const startedAt = performance.now();
  const clock = readClock(args) ?? now;
  const options = readOptions(args);
  const { interpretation, filter: readFilter } = await interpretQuery(source, args, clock);
  const { text } = interpretation;
  const filter = joinFilters(toQdrantFilter(args.filter), readFilter);
  const pages = parsePage(args, {
    // Ages that count from another moment are another order.
    identity: [text, filter, options, options.recency && clock.getTime()],
    clock,
    depth: text === '' ? MAX_LISTING_DEPTH : MAX_DEPTH,
  });
  const read = { text, filter, options, clock, foundBy: toFoundBy(interpretation, options) };
  const results = await find(source, read, fields, pages.slice);
  return toSearchPage(results, pages, {
    filter,
    found: findAll(source, read),
    interpretation,
    tookMs: performance.now() - startedAt,
  });
}

/** Everything that pages are cut from, and in KEYWORD what lies beyond. */
function findAll(source: SearchSource, search: Search): Found {
  const { text, filter, options } = search;
  if (text === '') return foundByFilter(source, filter);
  if (options.mode === 'KEYWORD') return foundByWords(source, text, filter);
  return foundInWindow(async () => {
    // What is kept apart or ordered by date is the same.
    const unordered = { ...options, diversity: 0 };
    const query = await toRankedQuery(source, { ...search, options: unordered });
    return toReached(await rankCandidates(source, query, MAX_DEPTH));
  });
}

/** Null where papers were found by no words. */
function toFoundBy({ text, expression }: Interpretation, { mode }: SearchOptions): FoundBy | null {
  const named = positiveConditions(expression)
    .flatMap((each) => (each.kind === 'text' ? [each.text] : []))
    .join(' ');
  return text === '' && named === '' ? null : { text, named, mode };
}

/** What one ranking orders as it is comes from the store page by page; what we order ourselves, as candidates first. */
async function find(
  source: SearchSource,
  search: Search,
  fields: readonly PayloadField[],
  slice: Slice,
): Promise<Results> {
  const { text, filter, options, foundBy } = search;
  if (text === '') {
    const { hits, hasMore } = await cutRanking(source, toListing(options), filter, fields, slice);
    return { nodes: toRankedPapers(hits, slice.offset, { foundBy }), hasMore };
  }
  if (!isPlain(options)) return findAmongCandidates(source, search, fields, slice);
  const { mode, params } = options;
  const ranking = mode === 'KEYWORD' ? byWords(text) : await byMeaning(source, text);
  const { hits, hasMore } = await cutRanking(source, ranking, filter, fields, slice, params);
  const ranker = mode === 'KEYWORD' ? 'keyword' : 'semantic';
  return { nodes: toRankedPapers(hits, slice.offset, { ranker, foundBy }), hasMore };
}

/** Whether the order is that of a single ranking. */
function isPlain({ mode, recency, diversity, scoreThreshold, order }: SearchOptions): boolean {
  return mode !== 'HYBRID' && !recency && diversity === 0 && scoreThreshold === null && isBestFirst(order);
}

async function findAmongCandidates(
  source: SearchSource,
  search: Search,
  fields: readonly PayloadField[],
  { offset, limit }: Slice,
): Promise<Results> {
  if (limit === 0) return { nodes: [], hasMore: false };
  const { options, foundBy } = search;
  const query = await toRankedQuery(source, search);
  const candidates = await rankCandidates(source, query, Math.min(offset + limit + 1, MAX_DEPTH));
  const cut = candidates.slice(offset, offset + limit);
  const papers = await source.retrieve(
    cut.map(({ id }) => id),
    fields,
  );
  const nodes = cut.flatMap((candidate, at) => {
    const paper = papers[at];
    const rank = offset + at + 1;
    const explanation = explain(candidate, options);
    return paper ? [{ paper, score: candidate.score, rank, explanation, foundBy }] : [];
  });
  return { nodes, hasMore: candidates.length > offset + limit };
}

async function toRankedQuery(
  source: SearchSource,
  { text, filter, options, clock }: Search,
): Promise<RankedQuery> {
  const { mode } = options;
  return {
    semantic: mode === 'KEYWORD' ? null : await byMeaning(source, text),
    keyword: mode === 'SEMANTIC' ? null : byWords(text),
    filter,
    options,
    clock,
  };
}

async function byMeaning(source: SearchSource, text: string): Promise<Ranking> {
  return { kind: 'nearest', vector: await source.embed(text) };
}

function byWords(text: string): Ranking {
  return { kind: 'keyword', text };
}

function toListing({ order }: SearchOptions): Ranking {
  return {
    kind: 'listing',
    by: order.field === 'UPDATED' ? 'updated_at' : 'submitted_at',
    direction: order.direction === 'ASC' ? 'asc' : 'desc',
  };
}
