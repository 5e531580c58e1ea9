import { fuse, smooth, SMOOTHING_WINDOW, type FusionOptions } from './fuse.js';
import { LISTING_DEPTH, RANKING_DEPTH, type Results, type Slice } from './paging.js';
import type { RankedHit, Ranker, ScoredHit, SearchExplanation, SearchMode } from './ranked-hit.js';
import {
  boostRecent,
  DATE_FIELDS,
  diversify,
  DIVERSITY_WINDOW,
  orderItems,
  type Order,
  type RecencyOptions,
} from './reorder.js';
import type { PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import { byScoreThenId } from '../store/scores.js';
import type { Hit, Ranking, SearchParams, SearchRequest, StoredPaper } from '../store/store.js';

/** Hits of an ordinary page. Wider windows take an approximate index longer. */
export const NEAR_WINDOW = 100;

/** What ranking needs from the store; the caller batches the calls. */
export interface RankingSource {
  search(request: SearchRequest): Promise<Hit[]>;
  /** Papers in the order of `ids`; null for those deleted in the meantime. */
  retrieve(ids: readonly string[], fields: readonly PayloadField[]): Promise<(StoredPaper | null)[]>;
  /** Embeddings of stored papers. */
  vectors(ids: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
}

/** One ranking of the papers that a filter selects. */
export interface FilteredRanking {
  ranking: Ranking;
  filter?: Filter | undefined;
  params?: SearchParams | undefined;
}

/** How to score and order the hits of a query, with all defaults filled in. */
export interface RankingOptions {
  mode: SearchMode;
  fusion: FusionOptions;
  recency: RecencyOptions | null;
  /** 0: by score alone. */
  diversity: number;
  scoreThreshold: number | null;
  order: Order;
  params: SearchParams | undefined;
}

export function isBestFirst({ field, direction }: Order): boolean {
  return field === 'RELEVANCE' && direction === 'DESC';
}

/** One or two rankings, and the options for scoring and ordering their hits. */
export interface RankedQuery {
  semantic: Ranking | null;
  keyword: Ranking | null;
  filter: Filter | undefined;
  options: RankingOptions;
  /** The time from which ages of papers are counted. */
  clock: Date;
}

/**
 * The slice of a ranking in the order of the store, and whether more follows within the depth of paging.
 *
 * An approximate index answers differently when asked for more, so a ranking consists of two fixed windows: the best
 * 100 hits, followed by the other hits of a search for 1,000. A page of the first window needs one request, and all
 * pages are cut from the same list. A listing is exact at any depth.
 */
export async function cutRanking(
  source: RankingSource,
  { ranking, filter, params }: FilteredRanking,
  fields: readonly PayloadField[],
  { offset, limit }: Slice,
): Promise<Results> {
  if (limit === 0) return { hits: [], hasMore: false };
  const isListing = ranking.kind === 'listing';
  const end = Math.min(offset + limit + 1, isListing ? LISTING_DEPTH : RANKING_DEPTH);
  const ranker = ranking.kind === 'keyword' ? 'keyword' : 'semantic';
  if (!isListing && end > NEAR_WINDOW) {
    const hits = (await readRanking(source, { ranking, filter, params })).slice(offset, end);
    const ranked = toRanked(hits.slice(0, limit), ranker, offset);
    return { hits: await withPayload(source, ranked, fields), hasMore: hits.length > limit };
  }
  const window = isListing ? LISTING_DEPTH : NEAR_WINDOW;
  const slice = { offset, limit: end - offset, window, fields };
  const hits = await source.search({ ...toRequest(ranking, filter, params), ...slice });
  return { hits: toRanked(hits.slice(0, limit), ranker, offset), hasMore: hits.length > limit };
}

/** All hits of a ranking within the depth of paging, without payloads. */
export async function readRanking(
  source: Pick<RankingSource, 'search'>,
  { ranking, filter, params }: FilteredRanking,
): Promise<Hit[]> {
  const request = toRequest(ranking, filter, params);
  const read = (window: number) =>
    source.search({ ...request, offset: 0, limit: window, window, fields: [] });
  const [near, deep] = await Promise.all([read(NEAR_WINDOW), read(RANKING_DEPTH)]);
  return [...near, ...without(near, deep)].slice(0, RANKING_DEPTH);
}

/** The slice of one or two rankings after the options are applied, and whether more follows. */
export async function cutRankedQuery(
  source: RankingSource,
  query: RankedQuery,
  fields: readonly PayloadField[],
  { offset, limit }: Slice,
): Promise<Results> {
  const hits = await rankQuery(source, query, Math.min(offset + limit + 1, RANKING_DEPTH));
  return cutHits(source, hits, fields, { offset, limit });
}

/** The slice of ordered hits, with their papers. */
export async function cutHits(
  source: Pick<RankingSource, 'retrieve'>,
  hits: readonly ScoredHit[],
  fields: readonly PayloadField[],
  { offset, limit }: Slice,
): Promise<Results> {
  const cut = hits.slice(offset, offset + limit);
  const ranked = cut.map((hit, at): RankedHit => ({ ...hit, rank: offset + at + 1 }));
  return { hits: await withPayload(source, ranked, fields), hasMore: hits.length > offset + limit };
}

/**
 * The hits of a query in their order: at least the first `end` (if there are as many), at most `RANKING_DEPTH`.
 * Their payloads contain only the dates that the options need.
 */
export async function rankQuery(
  source: RankingSource,
  query: RankedQuery,
  end: number,
): Promise<ScoredHit[]> {
  const { order, diversity } = query.options;
  const isReordered = !isBestFirst(order);
  const scored = await scoreQuery(source, query, isReordered ? RANKING_DEPTH : end);
  const ranked = scored.slice(0, RANKING_DEPTH).map((hit, at) => ({
    ...hit,
    explanation: { ...hit.explanation, scoreRank: at + 1 },
  }));
  if (isReordered) return orderItems(ranked, order);
  if (diversity === 0) return ranked;
  const first = ranked.slice(0, DIVERSITY_WINDOW);
  const vectors = await source.vectors(first.map(({ id }) => id));
  return [...diversify(first, vectors, diversity), ...ranked.slice(DIVERSITY_WINDOW)];
}

/** Hits of one ranker, whose ranks start after `offset`. */
export function toRanked(hits: readonly Hit[], ranker: Ranker, offset: number): RankedHit[] {
  return hits.map(({ id, payload, score }, at) => {
    const rank = offset + at + 1;
    return { id, payload, score, rank, explanation: score === null ? null : explain(ranker, score, rank) };
  });
}

/** The hits with the payloads of their papers, except papers deleted in the meantime. */
export async function withPayload(
  source: Pick<RankingSource, 'retrieve'>,
  hits: readonly RankedHit[],
  fields: readonly PayloadField[],
): Promise<RankedHit[]> {
  const papers = await source.retrieve(
    hits.map(({ id }) => id),
    fields,
  );
  return hits.flatMap((hit, at) => {
    const paper = papers[at];
    return paper ? [{ ...hit, payload: paper.payload }] : [];
  });
}

/** The explanation of a score that one ranker computed. */
function explain(ranker: Ranker, score: number, rank: number): SearchExplanation {
  const semantic = ranker === 'semantic' ? { score, rank } : null;
  const keyword = ranker === 'keyword' ? { score, rank } : null;
  return { semantic, keyword, fusion: null, boosts: [], scoreRank: rank };
}

function toRequest(ranking: Ranking, filter: Filter | undefined, params: SearchParams | undefined) {
  return { ranking, ...(filter && { filter }), ...(params && { params }) };
}

function without<Some extends { id: string }>(
  known: readonly { id: string }[],
  hits: readonly Some[],
): Some[] {
  const ids = new Set(known.map(({ id }) => id));
  return hits.filter(({ id }) => !ids.has(id));
}

/**
 * The hits in two tiers, each best first: those in the near windows of the rankings, followed by those that are only
 * in the deep windows. An ordinary page reads only the near windows, and all pages are cut from the same hits.
 */
async function scoreQuery(source: RankingSource, query: RankedQuery, end: number): Promise<ScoredHit[]> {
  if (end <= NEAR_WINDOW) return rankFirstTier(source, await readWindows(source, query, NEAR_WINDOW), query);
  const [near, deep] = await Promise.all([
    readWindows(source, query, NEAR_WINDOW),
    readWindows(source, query, RANKING_DEPTH),
  ]);
  const first = await rankFirstTier(source, near, query);
  const second = finish(joinWindows(deep, query, near), query);
  const isFused = query.options.mode === 'HYBRID';
  return [...first, ...(isFused ? scaleBelow(second, first.at(-1)?.score ?? 1) : second)];
}

interface Windows {
  semantic: readonly Hit[];
  keyword: readonly Hit[];
}

/** The windows of the rankings, requested together so that they form one batch. */
async function readWindows(
  source: RankingSource,
  { semantic, keyword, filter, options }: RankedQuery,
  window: number,
): Promise<Windows> {
  const { recency, order, params } = options;
  const fields = new Set<PayloadField>(recency ? ['submitted_at'] : []);
  if (order.field !== 'RELEVANCE') fields.add(DATE_FIELDS[order.field]);
  const slice = { offset: 0, limit: window, window, fields: [...fields] };
  const [near, matching] = await Promise.all([
    semantic ? source.search({ ...toRequest(semantic, filter, params), ...slice }) : [],
    keyword ? source.search({ ...toRequest(keyword, filter, undefined), ...slice }) : [],
  ]);
  return { semantic: near, keyword: matching };
}

/** The hits in the near windows, scored, smoothed and boosted, best first. */
async function rankFirstTier(
  source: Pick<RankingSource, 'vectors'>,
  windows: Windows,
  query: RankedQuery,
): Promise<ScoredHit[]> {
  const hits = joinWindows(windows, query);
  if (!isSmoothed(query.options) || hits.length < 2) return finish(hits, query);
  // Read together with those that `diversify` compares.
  const count = query.options.diversity > 0 ? DIVERSITY_WINDOW : SMOOTHING_WINDOW;
  const vectors = await source.vectors(hits.slice(0, count).map(({ id }) => id));
  return finish(smooth(hits, vectors), query);
}

/** Other methods are as published, and if one ranking has all of the weight, its order is kept. */
function isSmoothed({ mode, fusion: { method, semanticWeight } }: RankingOptions): boolean {
  const isMixed = semanticWeight > 0 && semanticWeight < 1;
  return mode === 'HYBRID' && method === 'DISTRIBUTION_SCORE' && isMixed;
}

/**
 * The hits in the windows, fused if there are two, best first.
 *
 * @param nearer windows that these continue: their hits are left out, and ranks continue.
 */
function joinWindows(
  windows: Windows,
  { options: { mode, fusion } }: RankedQuery,
  nearer: Windows = { semantic: [], keyword: [] },
): ScoredHit[] {
  const known = [...nearer.semantic, ...nearer.keyword];
  const listOf = (ranker: Ranker): ScoredHit[] => {
    const scored = without(nearer[ranker], windows[ranker]).map((hit, at): ScoredHit => {
      const rank = nearer[ranker].length + at + 1;
      const score = hit.score ?? 0;
      return { ...hit, score, rank, explanation: explain(ranker, score, rank) };
    });
    return without(known, scored);
  };
  return mode === 'HYBRID'
    ? fuse(listOf('semantic'), listOf('keyword'), fusion)
    : listOf(mode === 'SEMANTIC' ? 'semantic' : 'keyword');
}

/** The hits above the threshold, boosted, best first. */
function finish(
  hits: readonly ScoredHit[],
  { options: { recency, scoreThreshold }, clock }: RankedQuery,
): ScoredHit[] {
  const isClose = ({ explanation: { semantic } }: ScoredHit) =>
    scoreThreshold === null || (semantic !== null && semantic.score >= scoreThreshold);
  return hits
    .filter(isClose)
    .map((hit) => (recency ? boostRecent(hit, recency, clock) : hit))
    .sort(byScoreThenId);
}

/**
 * Scores of the two tiers are on different scales. The second is scaled down, so that scores keep decreasing.
 */
function scaleBelow(tier: readonly ScoredHit[], ceiling: number): ScoredHit[] {
  const factor = Math.max(0, ceiling) / Math.max(1, tier[0]?.score ?? 1);
  return tier.map((hit) => {
    const { fusion } = hit.explanation;
    const semanticContribution = (fusion?.semanticContribution ?? 0) * factor;
    const keywordContribution = (fusion?.keywordContribution ?? 0) * factor;
    const score = semanticContribution + keywordContribution;
    const scaled = fusion && { ...fusion, score, semanticContribution, keywordContribution };
    return { ...hit, score: hit.score * factor, explanation: { ...hit.explanation, fusion: scaled } };
  });
}
