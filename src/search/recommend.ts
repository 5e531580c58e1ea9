import { readExamples, type ExampleArguments, type Examples } from './examples.js';
import { foundInWindow, toReached, type Found } from './found.js';
import { NOTHING_READ } from './interpret.js';
import { MAX_DEPTH, parsePage, readClock, type PageArguments, type Slice } from './paging.js';
import { cutRanking, NEAR_WINDOW, readWindows, type WindowSource } from './rank-window.js';
import { toRankedPapers } from './ranked-paper.js';
import { toSearchPage, type Results, type SearchPage } from './search-page.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
import type { SearchFilter } from './search-filter.js';
import type { PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import type { Hit } from '../store/store.js';

export type RecommendStrategy = 'AVERAGE_VECTOR' | 'BEST_SCORE';

export interface RecommendArguments extends ExampleArguments, PageArguments {
  filter?: SearchFilter | null | undefined;
  strategy: RecommendStrategy;
}

export interface RecommendSource extends WindowSource {
  vectors(ids: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
}

/** Papers that BEST_SCORE compares with every example. */
const MAX_CANDIDATES = 500;

/**
 * Papers like some and unlike others, which are themselves left out.
 *
 * @throws BadUserInputError for arguments out of bounds, see `readExamples`; what `source` throws.
 */
export async function recommend(
  source: RecommendSource,
  args: RecommendArguments,
  fields: readonly PayloadField[],
): Promise<SearchPage> {
  const startedAt = performance.now();
  const selected = toQdrantFilter(args.filter);
  const { strategy } = args;
  const examples = await readExamples((ids) => source.vectors(ids), args);
  const pages = parsePage(args, {
    identity: ['recommend', strategy, examples.ids, examples.like.length, selected],
    clock: readClock(args) ?? new Date(),
    depth: strategy === 'BEST_SCORE' ? MAX_CANDIDATES : MAX_DEPTH,
  });
  const filter = joinFilters(selected, { must_not: [{ has_id: examples.ids }] });
  const find = strategy === 'BEST_SCORE' ? findByBestScore : findByAverage;
  const { found, ...results } = await find(source, examples, filter, fields, pages.slice);
  return toSearchPage(results, pages, {
    filter,
    found,
    interpretation: NOTHING_READ,
    tookMs: performance.now() - startedAt,
  });
}

type Find = (
  source: RecommendSource,
  examples: Examples,
  filter: Filter | undefined,
  fields: readonly PayloadField[],
  slice: Slice,
) => Promise<Results & { found: Found }>;

/** Nearest to the mean of what is liked, moved away from the mean of what is not by the way between them. */
const findByAverage: Find = async (source, { like, unlike }, filter, fields, slice) => {
  const vector = awayFrom(mean(like), unlike.length === 0 ? null : mean(unlike));
  const ranking = { kind: 'nearest' as const, vector };
  const { hits, hasMore } = await cutRanking(source, ranking, filter, fields, slice);
  const found = foundInWindow(async () =>
    toReached(await readWindows(source, { ranking, ...(filter && { filter }) })),
  );
  return { nodes: toRankedPapers(hits, slice.offset), hasMore, found };
};

/**
 * Each candidate by its best likeness to one that is liked; below 0, the square of its likeness to one that is not, where
 * that is the greater of the two. Candidates are the nearest of each that is liked.
 */
const findByBestScore: Find = async (source, { like, unlike }, filter, fields, { offset, limit }) => {
  const nearest = await Promise.all(like.map((vector) => rankAll(source, vector, filter, NEAR_WINDOW)));
  const candidates = [...bestScores(nearest)]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MAX_CANDIDATES)
    .map(([id]) => id);
  const isAll = nearest.every((hits) => hits.length < NEAR_WINDOW);
  const found = foundInWindow(() => Promise.resolve({ ids: candidates, isAll }));
  if (candidates.length === 0) return { nodes: [], hasMore: false, found };

  const among: Filter = { must: [{ has_id: candidates }] };
  const compare = (vectors: readonly Float32Array[]) =>
    Promise.all(vectors.map((vector) => rankAll(source, vector, among, candidates.length)));
  const [liked, unliked] = await Promise.all([compare(like), compare(unlike)]);
  const [likeScores, unlikeScores] = [bestScores(liked), bestScores(unliked)];
  const ranked = candidates
    .map((id) => ({ id, score: toBestScore(likeScores.get(id) ?? -1, unlikeScores.get(id)) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));

  const cut = ranked.slice(offset, offset + limit);
  const papers = await source.retrieve(
    cut.map(({ id }) => id),
    fields,
  );
  const hits = cut.flatMap((each, at): Hit[] => {
    const paper = papers[at];
    return paper ? [{ ...each, payload: paper.payload }] : [];
  });
  return { nodes: toRankedPapers(hits, offset), hasMore: ranked.length > offset + limit, found };
};

function rankAll(
  source: RecommendSource,
  vector: Float32Array,
  filter: Filter | undefined,
  window: number,
): Promise<Hit[]> {
  const ranking = { kind: 'nearest' as const, vector };
  return source.search({
    ranking,
    ...(filter && { filter }),
    offset: 0,
    limit: window,
    window,
    fields: [],
  });
}

function bestScores(rankings: readonly (readonly Hit[])[]): Map<string, number> {
  const best = new Map<string, number>();
  for (const { id, score } of rankings.flat()) best.set(id, Math.max(best.get(id) ?? -1, score ?? -1));
  return best;
}

function toBestScore(like: number, unlike: number | undefined): number {
  return unlike === undefined || like > unlike ? like : -(unlike ** 2);
}

function mean(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) vector.forEach((number, at) => (sum[at] = (sum[at] ?? 0) + number));
  return sum.map((number) => number / vectors.length);
}

function awayFrom(like: Float32Array, unlike: Float32Array | null): Float32Array {
  return unlike ? like.map((number, at) => 2 * number - (unlike[at] ?? 0)) : like;
}
