import { diversify, DIVERSITY_WINDOW } from './diversify.js';
import { byScoreThenId, fuse, type FusedHit, type RankedHit } from './fuse.js';
import { DATE_FIELDS, orderItems } from './order-by.js';
import { MAX_DEPTH } from './paging.js';
import { NEAR_WINDOW } from './rank-window.js';
import { applyFactor, toNewness, type Newness } from './recency.js';
import { isBestFirst, type SearchOptions } from './search-options.js';
import type { PaperPayload, PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import type { Hit, Ranking, SearchRequest } from '../store/store.js';

/** What ranking candidates needs of the store, batched by the caller. */
export interface CandidateSource {
  search(request: SearchRequest): Promise<Hit[]>;
  /** Embeddings of stored papers. */
  vectors(ids: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
}

/** What is ranked, by which rankings. */
export interface RankedQuery {
  semantic: Ranking | null;
  keyword: Ranking | null;
  filter: Filter | undefined;
  options: SearchOptions;
  /** Ages of papers count back from here. */
  clock: Date;
}

/** A paper that one ranking found or both. `score` has the boosts in it. */
export interface Candidate extends FusedHit {
  /** The dates that the options need; no more. */
  payload: Partial<PaperPayload>;
  newness: Newness | null;
  /** Place by score alone, from 1. */
  scoreRank: number;
}

interface Lists {
  semantic: readonly RankedHit[];
  keyword: readonly RankedHit[];
  payloads: ReadonlyMap<string, Partial<PaperPayload>>;
}

/**
 * The results of a query in their order: at least the first `end` of them, if there are that many, at most
 * `MAX_DEPTH`.
 *
 * They come in two tiers: what the near windows of the rankings hold, followed by what only the deep windows hold. An
 * ordinary page costs the near windows alone, and any page is cut from the same results.
 */
export async function rankCandidates(
  source: CandidateSource,
  query: RankedQuery,
  end: number,
): Promise<Candidate[]> {
  const { options } = query;
  const isReordered = !isBestFirst(options.order);
  const scored = await rankByScore(source, query, isReordered ? MAX_DEPTH : end);
  const ranked = scored.slice(0, MAX_DEPTH).map((candidate, at) => ({ ...candidate, scoreRank: at + 1 }));
  if (isReordered) return orderItems(ranked, options.order);
  return options.diversity === 0 ? ranked : diversifyFirst(source, ranked, options.diversity);
}

async function diversifyFirst(
  source: CandidateSource,
  ranked: readonly Candidate[],
  diversity: number,
): Promise<Candidate[]> {
  const first = ranked.slice(0, DIVERSITY_WINDOW);
  const vectors = await source.vectors(first.map(({ id }) => id));
  return [...diversify(first, vectors, diversity), ...ranked.slice(DIVERSITY_WINDOW)];
}

async function rankByScore(source: CandidateSource, query: RankedQuery, end: number): Promise<Candidate[]> {
  const { options, clock } = query;
  if (end <= NEAR_WINDOW) return toTier(await readLists(source, query, NEAR_WINDOW), options, clock);
  const [nearLists, deepLists] = await Promise.all([
    readLists(source, query, NEAR_WINDOW),
    readLists(source, query, MAX_DEPTH),
  ]);
  const near = toTier(nearLists, options, clock);
  const deep = toTier(takeBehind(nearLists, deepLists), options, clock);
  return [...near, ...(options.mode === 'HYBRID' ? scaleBelow(deep, near.at(-1)?.score ?? 1) : deep)];
}

/** The rankings' windows, asked for at once so that they are one batch. */
async function readLists(source: CandidateSource, query: RankedQuery, window: number): Promise<Lists> {
  const { semantic, keyword, filter, options } = query;
  const fields = toFields(options);
  const read = async (ranking: Ranking | null, params: SearchOptions['params']) =>
    ranking
      ? source.search({
          ranking,
          ...(filter && { filter }),
          ...(params && { params }),
          offset: 0,
          limit: window,
          window,
          fields,
        })
      : [];
  const [near, matching] = await Promise.all([read(semantic, options.params), read(keyword, undefined)]);
  return {
    semantic: near.map(toRankedHit),
    keyword: matching.map(toRankedHit),
    payloads: new Map([...near, ...matching].map(({ id, payload }) => [id, payload])),
  };
}

function toFields({ recency, order }: SearchOptions): PayloadField[] {
  const fields = new Set<PayloadField>(recency ? ['submitted_at'] : []);
  if (order.field !== 'RELEVANCE') fields.add(DATE_FIELDS[order.field]);
  return [...fields];
}

function toRankedHit({ id, score }: Hit, at: number): RankedHit {
  return { id, score: score ?? 0, rank: at + 1 };
}

/** Fuses what the lists hold and boosts it. */
function toTier(lists: Lists, options: SearchOptions, clock: Date): Candidate[] {
  const { recency, scoreThreshold } = options;
  const boost = (hit: FusedHit): Candidate => {
    const payload = lists.payloads.get(hit.id) ?? {};
    const newness = recency && toNewness(payload.submitted_at, clock.getTime(), recency);
    const score = newness ? applyFactor(hit.score, newness.factor) : hit.score;
    const { id, semantic, keyword } = hit;
    return { id, score, semantic, keyword, payload, newness, scoreRank: 0 };
  };
  const isClose = ({ semantic }: FusedHit) =>
    scoreThreshold === null || (semantic !== null && semantic.score >= scoreThreshold);
  return toHits(lists, options).filter(isClose).map(boost).sort(byScoreThenId);
}

function toHits({ semantic, keyword }: Lists, { mode, fusion }: SearchOptions): FusedHit[] {
  const share = ({ score, rank }: RankedHit) => ({ score, rank, contribution: score });
  switch (mode) {
    case 'HYBRID':
      return fuse(semantic, keyword, fusion);
    case 'SEMANTIC':
      return semantic.map((hit) => ({ id: hit.id, score: hit.score, semantic: share(hit), keyword: null }));
    case 'KEYWORD':
      return keyword.map((hit) => ({ id: hit.id, score: hit.score, semantic: null, keyword: share(hit) }));
  }
}

/**
 * What the deep windows have beside the near ones. An approximate index answers otherwise when asked for more, so a
 * ranking is its near window, followed by whatever else the deep one found.
 */
function takeBehind(near: Lists, deep: Lists): Lists {
  const known = new Set([...near.semantic, ...near.keyword].map(({ id }) => id));
  const inTiers = (first: readonly RankedHit[], all: readonly RankedHit[]) => {
    const inFirst = new Set(first.map(({ id }) => id));
    return all
      .filter(({ id }) => !inFirst.has(id))
      .map((hit, at) => ({ ...hit, rank: first.length + at + 1 }))
      .filter(({ id }) => !known.has(id));
  };
  return {
    semantic: inTiers(near.semantic, deep.semantic),
    keyword: inTiers(near.keyword, deep.keyword),
    payloads: deep.payloads,
  };
}

/** Scores of two tiers are on scales of their own: the second is scaled down so that scores keep falling. */
function scaleBelow(tier: readonly Candidate[], ceiling: number): Candidate[] {
  const factor = Math.max(0, ceiling) / Math.max(1, tier[0]?.score ?? 1);
  const scale = <Share extends { contribution: number } | null>(share: Share): Share =>
    share && { ...share, contribution: share.contribution * factor };
  return tier.map((candidate) => ({
    ...candidate,
    score: candidate.score * factor,
    semantic: scale(candidate.semantic),
    keyword: scale(candidate.keyword),
  }));
}
