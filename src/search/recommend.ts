import { NOTHING_READ } from './interpret.js';
import {
  foundInWindow,
  parsePage,
  RANKING_DEPTH,
  readClock,
  toReached,
  toSearchPage,
  type Found,
  type PageArguments,
  type Results,
  type SearchPage,
  type Slice,
} from './paging.js';
import {
  cutRanking,
  NEAR_WINDOW,
  readRanking,
  toRanked,
  withPayload,
  type RankingSource,
} from './ranking.js';
import type { SearchFilter } from './search-filter.js';
import { joinFilters, notAnArxivId, toQdrantFilter } from './to-qdrant-filter.js';
import { BadUserInputError } from '../errors/errors.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import type { PayloadField } from '../papers/payload.js';
import { toPointId } from '../papers/point-id.js';
import type { Filter } from '../store/filter.js';
import { byScoreThenId } from '../store/scores.js';
import type { Hit } from '../store/store.js';

export type RecommendStrategy = 'AVERAGE_VECTOR' | 'BEST_SCORE';

export interface RecommendArguments extends ExampleArguments, PageArguments {
  filter?: SearchFilter | null | undefined;
  strategy: RecommendStrategy;
}

/** Number of papers that BEST_SCORE compares with every example. */
const MOST_COMPARED = 500;

/**
 * Papers that resemble some papers and not others. The given papers are left out.
 *
 * @throws BadUserInputError for invalid arguments, see `readExamples`; and any error of `source`.
 */
export async function recommend(
  source: RankingSource,
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
    depth: strategy === 'BEST_SCORE' ? MOST_COMPARED : RANKING_DEPTH,
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
  source: RankingSource,
  examples: Examples,
  filter: Filter | undefined,
  fields: readonly PayloadField[],
  slice: Slice,
) => Promise<Results & { found: Found }>;

/**
 * Nearest to the mean of the liked vectors, moved away from the mean of the unliked ones by their difference.
 */
const findByAverage: Find = async (source, { like, unlike }, filter, fields, slice) => {
  const vector = awayFrom(mean(like), unlike.length === 0 ? null : mean(unlike));
  const ranking = { ranking: { kind: 'nearest' as const, vector }, filter };
  const results = await cutRanking(source, ranking, fields, slice);
  return { ...results, found: foundInWindow(async () => toReached(await readRanking(source, ranking))) };
};

/**
 * Scores each paper by its similarity to the closest liked paper; or, if an unliked paper is closer, by minus the
 * square of the similarity to that. Considers the papers nearest to each liked one.
 */
const findByBestScore: Find = async (source, { like, unlike }, filter, fields, { offset, limit }) => {
  const nearest = await Promise.all(like.map((vector) => rankAll(source, vector, filter, NEAR_WINDOW)));
  const compared = bestScores(nearest)
    .sort(byScoreThenId)
    .slice(0, MOST_COMPARED)
    .map(({ id }) => id);
  const isAll = nearest.every((hits) => hits.length < NEAR_WINDOW);
  const found = foundInWindow(() => Promise.resolve({ ids: compared, isAll }));
  if (compared.length === 0) return { hits: [], hasMore: false, found };

  const among: Filter = { must: [{ has_id: compared }] };
  const compare = (vectors: readonly Float32Array[]) =>
    Promise.all(vectors.map((vector) => rankAll(source, vector, among, compared.length)));
  const [liked, unliked] = await Promise.all([compare(like), compare(unlike)]);
  const likeScores = new Map(bestScores(liked).map(({ id, score }) => [id, score]));
  const unlikeScores = new Map(bestScores(unliked).map(({ id, score }) => [id, score]));
  const ranked = compared
    .map((id) => ({
      id,
      score: toBestScore(likeScores.get(id) ?? -1, unlikeScores.get(id)),
      payload: {},
    }))
    .sort(byScoreThenId);

  const cut = toRanked(ranked.slice(offset, offset + limit), 'semantic', offset);
  return { hits: await withPayload(source, cut, fields), hasMore: ranked.length > offset + limit, found };
};

function rankAll(
  source: RankingSource,
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

/** The best score of each paper in any of the rankings. */
function bestScores(rankings: readonly (readonly Hit[])[]): { id: string; score: number }[] {
  const best = new Map<string, number>();
  for (const { id, score } of rankings.flat()) best.set(id, Math.max(best.get(id) ?? -1, score ?? -1));
  return Array.from(best, ([id, score]) => ({ id, score }));
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

/** Liked and unliked papers, with their vectors. */
interface Examples {
  /** Point ids of all examples. */
  ids: string[];
  like: Float32Array[];
  unlike: Float32Array[];
}

interface ExampleArguments {
  like: readonly string[];
  unlike: readonly string[];
}

const MAX_EXAMPLES = 20;

interface Example {
  arxivId: string;
  id: string;
  path: [string, number];
}

/**
 * Reads the examples. A paper that occurs twice in a list counts once.
 *
 * @param vectors of stored points.
 * @throws BadUserInputError, with the path of the argument, for no or too many liked papers, invalid identifiers,
 * papers in both lists, and papers that the corpus does not have.
 */
async function readExamples(
  vectors: (ids: readonly string[]) => Promise<ReadonlyMap<string, Float32Array>>,
  args: ExampleArguments,
): Promise<Examples> {
  const like = readIds(args.like, 'like');
  const unlike = readIds(args.unlike, 'unlike');
  if (like.size === 0) {
    throw new BadUserInputError('"like" must name at least one paper to recommend from', ['like']);
  }
  for (const { id, arxivId, path } of unlike.values()) {
    if (!like.has(id)) continue;
    throw new BadUserInputError(
      `${arxivId} is in both "like" and "unlike"; remove it from one of them`,
      path,
    );
  }
  const examples = [...like.values(), ...unlike.values()];
  const found = await vectors(examples.map(({ id }) => id));
  requireAll(examples, found);
  const vectorsOf = (ids: Iterable<string>) => Array.from(ids).flatMap((id) => found.get(id) ?? []);
  return {
    ids: examples.map(({ id }) => id),
    like: vectorsOf(like.keys()),
    unlike: vectorsOf(unlike.keys()),
  };
}

function readIds(texts: readonly string[], argument: string): Map<string, Example> {
  if (texts.length > MAX_EXAMPLES) {
    throw new BadUserInputError(
      `"${argument}" may have at most ${MAX_EXAMPLES} entries, not ${texts.length}`,
      [argument],
    );
  }
  const examples = new Map<string, Example>();
  texts.forEach((text, at) => {
    const arxivId = parseArxivId(text);
    if (arxivId === null) throw notAnArxivId(text, [argument, at]);
    const id = toPointId(arxivId);
    if (!examples.has(id)) examples.set(id, { arxivId, id, path: [argument, at] });
  });
  return examples;
}

function requireAll(examples: readonly Example[], found: ReadonlyMap<string, unknown>): void {
  const missing = examples.filter(({ id }) => !found.has(id));
  const [first] = missing;
  if (!first) return;
  const names = missing.map(({ arxivId }) => arxivId).join(', ');
  throw new BadUserInputError(`The corpus does not have ${names}`, first.path);
}
