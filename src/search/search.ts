import { interpretQuery, positiveConditions, type AuthorSource, type Interpretation } from './interpret.js';
import type { FusionOptions } from './fuse.js';
import {
  foundByFilter,
  foundByWords,
  foundInWindow,
  isGiven,
  LISTING_DEPTH,
  parsePage,
  RANKING_DEPTH,
  readEarlierPage,
  toReached,
  toSearchPage,
  type CountSource,
  type Degradation,
  type EarlierPage,
  type Found,
  type PageArguments,
  type Pages,
  type Results,
  type SearchPage,
  type Slice,
  once,
} from './paging.js';
import type { FoundBy, SearchMode } from './ranked-hit.js';
import {
  cutHits,
  cutRankedQuery,
  cutRanking,
  isBestFirst,
  rankQuery,
  type RankedQuery,
  type RankingOptions,
  type RankingSource,
} from './ranking.js';
import type { Order, RecencyOptions } from './reorder.js';
import { RERANK_WINDOW, rerankAsBefore, rerankHits, type Rerank } from './rerank.js';
import type { Given, SearchFilter } from './search-filter.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
import { BadUserInputError, PublicError, type PublicCode } from '../errors/errors.js';
import type { PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import type { Ranking, SearchParams } from '../store/store.js';

interface RankingArguments {
  fusion?: Given<FusionOptions>;
  recency?: Given<RecencyOptions>;
  diversity: number;
  scoreThreshold?: Given<number>;
}

interface ParamsArguments {
  exact?: Given<boolean>;
  hnswEf?: Given<number>;
  quantization?: Given<{
    ignore?: Given<boolean>;
    rescore?: Given<boolean>;
    oversampling?: Given<number>;
  }>;
}

export interface OptionArguments {
  mode: SearchMode;
  ranking?: Given<RankingArguments>;
  orderBy?: Given<Order>;
  params?: Given<ParamsArguments>;
}

export interface SearchArguments extends PageArguments, OptionArguments {
  query?: string | null | undefined;
  filter?: SearchFilter | null | undefined;
  interpret: boolean;
  /** Whether a HYBRID search may be answered by words alone while the text cannot be embedded. */
  allowDegraded: boolean;
}

export interface SearchSource extends RankingSource, AuthorSource, CountSource {
  /** The embedding of a query's text. */
  embed(text: string): Promise<Float32Array>;
  /** Absent if no reranking model is configured. */
  rerank?: Rerank | undefined;
}

/** A search, read from the arguments. */
interface Search {
  /** Empty for a listing. */
  text: string;
  filter: Filter | undefined;
  options: RankingOptions;
  clock: Date;
  /** The embedding of the text; computed once. */
  embed: () => Promise<Float32Array>;
  degraded?: Degradation | undefined;
}

/**
 * Interprets the query, ranks papers by the remaining text, and cuts the page from the result.
 *
 * If the text of a HYBRID search cannot be embedded, and the caller allows it, the search is answered by words alone
 * and says so. A later page continues the ranking of the page before it, even if the embedder works again.
 *
 * @param fields payload fields that the papers of the page need.
 * @param now the clock of a first page, for ages and for "last year" in the query; later pages use the clock of the
 * first.
 * @throws BadUserInputError for invalid arguments; and any error of `source`.
 */
export async function searchPapers(
  source: SearchSource,
  args: SearchArguments,
  fields: readonly PayloadField[],
  now = new Date(),
): Promise<SearchPage> {
  const startedAt = performance.now();
  const earlier = readEarlierPage(args);
  const clock = earlier?.clock ?? now;
  const options = readOptions(args);
  const { interpretation, filter: readFilter } = await interpretQuery(source, args, clock);
  const { text } = interpretation;
  const filter = joinFilters(toQdrantFilter(args.filter), readFilter);
  const asked: Search = { text, filter, options, clock, embed: once(() => source.embed(text)) };
  const read = await degradeIfNeeded(args, asked, earlier);
  const pages = toPages(args, read);
  const results = await find(source, read, fields, pages.slice, earlier);
  const found = findAll(source, read);
  const tookMs = performance.now() - startedAt;
  const foundBy = toFoundBy(interpretation, read.options);
  const { degraded } = read;
  return toSearchPage(results, pages, { filter, found, interpretation, tookMs, degraded }, foundBy);
}

function toPages(args: PageArguments, { text, filter, options, clock, degraded }: Search): Pages {
  return parsePage(args, {
    // With another clock, ages and therefore the order differ.
    identity: [
      text,
      filter,
      options,
      options.recency && clock.getTime(),
      ...(degraded ? [degraded.reason] : []),
    ],
    clock,
    depth: text === '' ? LISTING_DEPTH : RANKING_DEPTH,
    isDegraded: degraded !== undefined,
  });
}

/**
 * The search as requested; or by words alone, if the page before it was, or if its text cannot be embedded. A search
 * with a similarity threshold fails instead, because words alone cannot apply it.
 *
 * @throws BadUserInputError for an invalid page or one that the caller does not allow; and errors of `source` that
 * clients should see.
 */
async function degradeIfNeeded(
  args: SearchArguments,
  asked: Search,
  earlier: EarlierPage | undefined,
): Promise<Search> {
  const { mode, scoreThreshold } = asked.options;
  if (mode !== 'HYBRID' || asked.text === '') return asked;
  if (earlier?.isDegraded) {
    if (args.allowDegraded) return byWordsAlone(asked);
    throw new BadUserInputError(
      `"${earlier.argument}" is a cursor of results that were ranked by words alone; start again at the first page, or ` +
        'omit "allowDegraded"',
      [earlier.argument],
    );
  }
  if (earlier || !args.allowDegraded || scoreThreshold !== null) return asked;
  // Checks the arguments first, so that invalid ones do not cause an embedding.
  toPages(args, asked);
  try {
    await asked.embed();
    return asked;
  } catch (error) {
    if (!isFailedEmbedding(error)) throw error;
    return byWordsAlone(asked, error);
  }
}

/** Codes of failed embeddings; any other error is a defect, or means that the caller has left. */
const EMBEDDING_CODES: readonly PublicCode[] = ['EMBEDDING_UNAVAILABLE', 'RATE_LIMITED', 'TIMEOUT'];

function isFailedEmbedding(error: unknown): error is PublicError {
  return error instanceof PublicError && EMBEDDING_CODES.includes(error.code);
}

function byWordsAlone(search: Search, cause?: Error): Search {
  return {
    ...search,
    options: { ...search.options, mode: 'KEYWORD', params: undefined },
    degraded: {
      reason: 'EMBEDDING_UNAVAILABLE',
      message:
        'Searching by meaning is not possible at the moment, so these results were found by their words alone',
      cause,
    },
  };
}

/** Everything that pages are cut from, and in KEYWORD mode also the rest. */
function findAll(source: SearchSource, search: Search): Found {
  const { text, filter, options } = search;
  if (text === '') return foundByFilter(source, filter);
  if (options.mode === 'KEYWORD') return foundByWords(source, text, filter);
  return foundInWindow(async () => {
    // Diversity and date orders do not change which papers are found.
    const unordered = { ...options, diversity: 0 };
    const query = await prepareQuery({ ...search, options: unordered });
    return toReached(await rankQuery(source, query, RANKING_DEPTH));
  });
}

/** Null if no words were searched for. */
function toFoundBy({ text, expression }: Interpretation, { mode }: RankingOptions): FoundBy | null {
  const named = positiveConditions(expression)
    .flatMap((each) => (each.kind === 'text' ? [each.text] : []))
    .join(' ');
  return text === '' && named === '' ? null : { text, named, mode };
}

/**
 * If a single ranking determines the order, the store returns page by page. Otherwise a whole window is read first.
 */
async function find(
  source: SearchSource,
  search: Search,
  fields: readonly PayloadField[],
  slice: Slice,
  earlier: EarlierPage | undefined,
): Promise<Results> {
  const { text, filter, options } = search;
  const { mode, params } = options;
  // Nothing is between the cursors, so nothing is embedded.
  if (slice.limit === 0) return { hits: [], hasMore: false };
  if (text === '') return cutRanking(source, { ranking: toListing(options), filter }, fields, slice);
  const { rerank } = source;
  if (rerank && isReranked(options)) {
    return findReranked(source, rerank, search, fields, slice, earlier);
  }
  if (!isPlain(options)) {
    return cutRankedQuery(source, await prepareQuery(search), fields, slice);
  }
  const ranking = mode === 'KEYWORD' ? byWords(text) : await byMeaning(search);
  return cutRanking(source, { ranking, filter, params }, fields, slice);
}

/** Whether a single ranking determines the order. */
function isPlain({ mode, recency, diversity, scoreThreshold, order }: RankingOptions): boolean {
  return mode !== 'HYBRID' && !recency && diversity === 0 && scoreThreshold === null && isBestFirst(order);
}

/** Whether only relevance determines the order, which a reranking model judges better. */
function isReranked({ recency, diversity, order }: RankingOptions): boolean {
  return !recency && diversity === 0 && isBestFirst(order);
}

/**
 * Asks the model for a first page. Later pages take the order of the first results from the cursor, so that no
 * result is repeated or missed, whatever the model would answer by now.
 */
async function findReranked(
  source: SearchSource,
  rerank: Rerank,
  search: Search,
  fields: readonly PayloadField[],
  slice: Slice,
  earlier: EarlierPage | undefined,
): Promise<Results> {
  const end = Math.min(Math.max(slice.offset + slice.limit + 1, RERANK_WINDOW), RANKING_DEPTH);
  const ranked = await rankQuery(source, await prepareQuery(search), end);
  if (earlier) {
    const { order } = earlier;
    return { ...(await cutHits(source, rerankAsBefore(ranked, order), fields, slice)), order };
  }
  const { hits, order, failure } = await rerankHits(source, rerank, search.text, ranked);
  return { ...(await cutHits(source, hits, fields, slice)), order, rerankFailure: failure };
}

async function prepareQuery(search: Search): Promise<RankedQuery> {
  const { text, filter, options, clock } = search;
  const { mode } = options;
  return {
    semantic: mode === 'KEYWORD' ? null : await byMeaning(search),
    keyword: mode === 'SEMANTIC' ? null : byWords(text),
    filter,
    options,
    clock,
  };
}

async function byMeaning({ embed }: Search): Promise<Ranking> {
  return { kind: 'nearest', vector: await embed() };
}

function byWords(text: string): Ranking {
  return { kind: 'keyword', text };
}

function toListing({ order }: RankingOptions): Ranking {
  return {
    kind: 'listing',
    by: order.field === 'UPDATED' ? 'updated_at' : 'submitted_at',
    direction: order.direction === 'ASC' ? 'asc' : 'desc',
  };
}

/** See `docs/decisions/0007-hybrid-ranking.md`. */
const DEFAULT_FUSION: FusionOptions = { method: 'DISTRIBUTION_SCORE', semanticWeight: 0.5 };
const BEST_FIRST: Order = { field: 'RELEVANCE', direction: 'DESC' };
const MAX_HALF_LIFE_DAYS = 36_500;
const MAX_HNSW_EF = 10_000;
const MAX_OVERSAMPLING = 100;

/**
 * @throws BadUserInputError, with the path of the argument, for values out of range or that cannot be combined.
 */
export function readOptions(args: OptionArguments): RankingOptions {
  const { mode } = args;
  const ranking = args.ranking ?? { diversity: 0 };
  const { diversity } = ranking;
  const order = args.orderBy ?? BEST_FIRST;
  checkRange(diversity, 0, 1, ['ranking', 'diversity']);
  if (diversity > 0 && !isBestFirst(order)) {
    throw new BadUserInputError('"diversity" requires best-first order; omit "orderBy"', [
      'ranking',
      'diversity',
    ]);
  }
  return {
    mode,
    fusion: readFusion(ranking.fusion, mode),
    recency: readRecency(ranking.recency),
    diversity,
    scoreThreshold: readThreshold(ranking.scoreThreshold, mode),
    order,
    params: readParams(args.params, mode),
  };
}

function readFusion(fusion: Given<FusionOptions>, mode: SearchMode): FusionOptions {
  if (fusion && mode !== 'HYBRID') {
    throw new BadUserInputError(
      `"fusion" combines two rankings, but mode ${mode} has only one; use mode HYBRID`,
      ['ranking', 'fusion'],
    );
  }
  const { method, semanticWeight } = fusion ?? DEFAULT_FUSION;
  checkRange(semanticWeight, 0, 1, ['ranking', 'fusion', 'semanticWeight']);
  return { method, semanticWeight };
}

function readRecency(recency: Given<RecencyOptions>): RecencyOptions | null {
  if (!recency) return null;
  const { halfLifeDays, weight } = recency;
  const path = ['ranking', 'recency'];
  if (!(halfLifeDays > 0 && halfLifeDays <= MAX_HALF_LIFE_DAYS)) {
    throw new BadUserInputError(
      `"halfLifeDays" must be above 0 and at most ${MAX_HALF_LIFE_DAYS}, not ${halfLifeDays}`,
      [...path, 'halfLifeDays'],
    );
  }
  checkRange(weight, 0, 1, [...path, 'weight']);
  return { halfLifeDays, weight };
}

function readThreshold(threshold: Given<number>, mode: SearchMode): number | null {
  if (threshold === null || threshold === undefined) return null;
  const path = ['ranking', 'scoreThreshold'];
  if (mode === 'KEYWORD') {
    throw new BadUserInputError(
      '"scoreThreshold" is a cosine similarity, which mode KEYWORD does not have; use mode SEMANTIC or HYBRID',
      path,
    );
  }
  checkRange(threshold, -1, 1, path);
  return threshold;
}

function readParams(params: Given<ParamsArguments>, mode: SearchMode): SearchParams | undefined {
  if (!params) return undefined;
  if (mode === 'KEYWORD') {
    throw new BadUserInputError(
      '"params" control the vector index, which mode KEYWORD does not use; use mode SEMANTIC or HYBRID',
      ['params'],
    );
  }
  const { exact, hnswEf, quantization } = params;
  if (isGiven(hnswEf)) checkRange(hnswEf, 1, MAX_HNSW_EF, ['params', 'hnswEf']);
  const oversampling = quantization?.oversampling;
  if (isGiven(oversampling)) {
    checkRange(oversampling, 1, MAX_OVERSAMPLING, ['params', 'quantization', 'oversampling']);
  }
  return withoutNulls({ exact, hnswEf, quantization: quantization && withoutNulls(quantization) });
}

/** The properties that are not null; undefined if there are none. */
function withoutNulls<Properties extends object>(
  properties: Properties,
): { [Name in keyof Properties]?: NonNullable<Properties[Name]> } | undefined {
  const given = Object.entries(properties).filter(([, value]) => isGiven(value));
  // The same properties, except those that are null.
  return given.length === 0
    ? undefined
    : (Object.fromEntries(given) as { [Name in keyof Properties]?: NonNullable<Properties[Name]> });
}

function checkRange(value: number, least: number, most: number, path: readonly string[]): void {
  if (value >= least && value <= most) return;
  throw new BadUserInputError(`"${path.at(-1)}" must be from ${least} to ${most}, not ${value}`, path);
}
