import type { Schemas } from '@qdrant/js-client-rest';
import { LRUCache } from 'lru-cache';

import { LINKED_FIELDS } from './collection.js';
import { toQueryVector } from './keyword.js';
import { PublicError } from '../../errors/errors.js';
import { BM25_VECTOR } from '../layout.js';
import type { PayloadField } from '../../papers/payload.js';
import type { Filter, FilterCondition } from '../filter.js';
import type { Hit, SearchRequest, StoredPaper } from '../store.js';

export type Query = Schemas['QueryRequest'];

/** A query for a ranking. If a vector is ranked by, it is not yet part of the query: see `toBatchJson`. */
export interface RankingQuery {
  query: Query;
  vector?: Float32Array;
}

export type RankedPoint = Schemas['ScoredPoint'];

/** The requests that searching sends. */
export interface PointSource {
  /**
   * The points of each query. One bad query fails all of them.
   *
   * @throws PublicError
   */
  queryBatch(queries: readonly RankingQuery[]): Promise<RankedPoint[][]>;
  retrieve(ids: readonly string[], fields: readonly PayloadField[]): Promise<Map<string, StoredPaper>>;
}

/**
 * ACORN-1 (Patel et al., SIGMOD 2024): a search also visits the neighbours of neighbours that the filter excludes. By
 * default, the server does so only if a filter selects less than two fifths of a segment.
 */
const ACORN = { enable: true, max_selectivity: 1 } as const satisfies Schemas['AcornSearchParams'];

/** The server's default beam, and the smallest that we request. */
const MIN_HNSW_EF = 100;

/**
 * Answers all requests with one exchange, provided that none is bad and no tie crosses the edge of a slice.
 *
 * The server returns equal scores in any order, and in a different one with another limit. Each query therefore also
 * requests the neighbours of its slice, within the window. If one of them ties with the slice, the whole window
 * decides; of a listing, which is the same for every limit, the part up to the end of the tie.
 */
export async function searchAll(
  source: PointSource,
  requests: readonly SearchRequest[],
): Promise<(Hit[] | Error)[]> {
  const outcomes = await queryEach(source, requests.map(toSliceQuery));
  const answers = requests.map((request, at) => ({ request, points: outcomes[at] ?? [] }));
  const tied = answers.filter(({ request, points }) => !(points instanceof Error) && isTied(points, request));
  const settled = await settleTies(
    source,
    tied.map(({ request }) => request),
  );
  return answers.map(({ request, points }) => {
    if (points instanceof Error) return points;
    return settled.get(request) ?? cut(points, request, request.offset - firstAsked(request));
  });
}

/**
 * The points or the error of each query. If a query fails its batch, the batch is halved until that query is alone.
 */
async function queryEach(
  source: PointSource,
  queries: readonly RankingQuery[],
): Promise<(RankedPoint[] | PublicError)[]> {
  if (queries.length === 0) return [];
  try {
    return await source.queryBatch(queries);
  } catch (error) {
    if (!(error instanceof PublicError) || error.code !== 'BAD_USER_INPUT') throw error;
    if (queries.length === 1) return [error];
    const middle = queries.length >> 1;
    const halves = [queries.slice(0, middle), queries.slice(middle)];
    return (await Promise.all(halves.map((half) => queryEach(source, half)))).flat();
  }
}

/** The request's slice and, within the window, the hit before and the hit after it. */
function toSliceQuery(request: SearchRequest): RankingQuery {
  const from = firstAsked(request);
  const end = Math.min(request.offset + request.limit + 1, request.window);
  return toQuery(request, {
    offset: from,
    limit: end - from,
    with_payload: request.fields.length > 0 && { include: [...request.fields] },
  });
}

function toQuery(request: SearchRequest, slice: Query): RankingQuery {
  const { ranking } = request;
  const query = { ...toRankingQuery(request), ...slice };
  return ranking.kind === 'nearest' ? { query, vector: ranking.vector } : { query };
}

/**
 * Query vectors as JSON. Embeddings of queries are cached and sent again, and writing their numbers takes as long as
 * reading an answer.
 */
const vectorTexts = new LRUCache<Float32Array, string>({
  maxSize: 16_000_000,
  sizeCalculation: (text) => text.length,
});

/** The body of a batch of queries. */
export function toBatchJson(queries: readonly RankingQuery[]): string {
  return `{"searches":[${queries.map(toJson).join(',')}]}`;
}

function toJson({ query, vector }: RankingQuery): string {
  const json = JSON.stringify(query);
  if (!vector) return json;
  const text = vectorTexts.get(vector) ?? JSON.stringify(Array.from(vector));
  vectorTexts.set(vector, text);
  return `{"query":${text},${json.slice(1)}`;
}

function firstAsked({ offset }: SearchRequest): number {
  return Math.max(0, offset - 1);
}

function toRankingQuery(request: SearchRequest): Query {
  const { ranking, filter } = request;
  const selected = filter ? { filter } : {};
  switch (ranking.kind) {
    case 'nearest':
      return { ...selected, params: toIndexParams(request) };
    case 'similar':
      return { query: ranking.to, ...selected, params: toIndexParams(request) };
    case 'keyword':
      return { query: toQueryVector(ranking.text), using: BM25_VECTOR, ...selected };
    case 'listing':
      return { query: { order_by: { key: ranking.by, direction: ranking.direction } }, ...selected };
  }
}

/**
 * The beam is at least as wide as the window, so that slices of one window are cut from the same list, whatever their
 * limits.
 */
function toIndexParams({ window, filter, params = {} }: SearchRequest): Schemas['SearchParams'] {
  const { exact, hnswEf = MIN_HNSW_EF, quantization } = params;
  return {
    hnsw_ef: Math.max(window, hnswEf),
    ...(exact !== undefined && { exact }),
    ...(filter && needsAcorn(filter) && { acorn: ACORN }),
    ...(quantization && { quantization: { ...quantization } }),
  };
}

/** Whether the filter has a condition on a field for whose values the graph has no links. */
function needsAcorn({ must, should, must_not: mustNot, min_should: minShould }: Filter): boolean {
  const clauses = [must, should, mustNot, minShould?.conditions];
  const conditions: FilterCondition[] = clauses.flatMap((clause) => clause ?? []);
  return conditions.some((condition) => {
    if ('key' in condition) return !LINKED_FIELDS.has(condition.key);
    if ('has_id' in condition || 'is_empty' in condition || 'is_null' in condition) return false;
    return !('has_vector' in condition) && !('nested' in condition) && needsAcorn(condition);
  });
}

/** Whether the first or last hit of the request's slice ties with its neighbour outside. */
function isTied(points: readonly RankedPoint[], request: SearchRequest): boolean {
  const start = request.offset - firstAsked(request);
  return [start, start + request.limit].some((edge) => {
    const [inner, outer] = [points[edge - 1], points[edge]];
    return inner !== undefined && outer !== undefined && placeOf(inner) === placeOf(outer);
  });
}

/** The slices of tied requests, cut from their whole windows. Their papers are retrieved by id. */
async function settleTies(
  source: PointSource,
  requests: readonly SearchRequest[],
): Promise<Map<SearchRequest, Hit[] | Error>> {
  const windows = await queryWindows(source, requests);
  const slices = requests.map((request) => {
    const points = windows.get(request) ?? [];
    return points instanceof Error ? points : cut(points, request, request.offset);
  });
  const ids = new Set(slices.flatMap((hits) => (hits instanceof Error ? [] : hits.map((hit) => hit.id))));
  const fields = new Set(requests.flatMap((request) => request.fields));
  const papers = fields.size > 0 ? await source.retrieve([...ids], [...fields]) : new Map<string, Hit>();
  const withPayload = (hit: Hit) => ({ ...hit, payload: papers.get(hit.id)?.payload ?? {} });
  return new Map(
    requests.map((request, at) => {
      const hits = slices[at] ?? [];
      return [request, hits instanceof Error ? hits : hits.map(withPayload)];
    }),
  );
}

/** A listing is the same whatever its limit, so this multiple of what is requested is read first. */
const LISTING_STEP = 4;

/** The window of each request; of a listing, only up to its first paper after the slice and what ties with it. */
async function queryWindows(
  source: PointSource,
  requests: readonly SearchRequest[],
): Promise<Map<SearchRequest, RankedPoint[] | Error>> {
  const windows = new Map<SearchRequest, RankedPoint[] | Error>();
  const firstSize = ({ ranking, offset, limit, window }: SearchRequest) =>
    ranking.kind === 'listing' ? Math.min(window, LISTING_STEP * (offset + limit)) : window;
  let left = requests.map((request) => ({ request, size: firstSize(request) }));
  while (left.length > 0) {
    const queries = left.map(({ request, size }) => toQuery(request, { limit: size, with_payload: false }));
    const outcomes = await queryEach(source, queries);
    left = left.flatMap(({ request, size }, at) => {
      const points = outcomes[at] ?? [];
      const isCut = !(points instanceof Error) && points.length === size && size < request.window;
      if (isCut && tiesToEnd(points, request)) {
        return [{ request, size: Math.min(request.window, LISTING_STEP * size) }];
      }
      windows.set(request, points);
      return [];
    });
  }
  return windows;
}

/** Whether the last point of the slice ties with the last of all. */
function tiesToEnd(points: readonly RankedPoint[], { offset, limit }: SearchRequest): boolean {
  const [inner, last] = [points[offset + limit - 1], points.at(-1)];
  return inner !== undefined && last !== undefined && placeOf(inner) === placeOf(last);
}

/** The request's hits among `points`, in the order that the port promises. */
function cut(points: readonly RankedPoint[], { ranking, limit }: SearchRequest, start: number): Hit[] {
  const sign = ranking.kind === 'listing' && ranking.direction === 'asc' ? 1 : -1;
  const isListing = ranking.kind === 'listing';
  return [...points]
    .sort((a, b) => sign * (placeOf(a) - placeOf(b)) || (String(a.id) < String(b.id) ? -1 : 1))
    .slice(start, start + limit)
    .map(({ id, payload, score }) => ({
      id: String(id),
      payload: payload ?? {},
      score: isListing ? null : score,
    }));
}

export function toStoredPaper({ id, payload }: Pick<RankedPoint, 'id' | 'payload'>): StoredPaper {
  // Written by `upsert` or by the Python course, whose fields have the same names.
  return { id: String(id), payload: payload ?? {} };
}

/** The value by which points are ranked: in a listing the date, as a number; otherwise the score. */
function placeOf({ order_value: date, score }: Pick<RankedPoint, 'order_value' | 'score'>): number {
  return typeof date === 'number' ? date : score;
}

/** Papers per answer of a scan. */
const PAGE = 1_000;

/**
 * All papers, page by page. Papers that are written in the meantime may be left out.
 *
 * @param scroll requests a page from the server.
 */
export async function* scanPapers(
  scroll: (body: Schemas['ScrollRequest']) => Promise<Schemas['ScrollResult']>,
  fields: readonly PayloadField[],
): AsyncGenerator<StoredPaper[]> {
  let offset: Schemas['ScrollResult']['next_page_offset'] = null;
  do {
    const page: Schemas['ScrollResult'] = await scroll({
      limit: PAGE,
      ...(offset !== null && { offset }),
      with_payload: { include: [...fields] },
      with_vector: false,
    });
    yield page.points.map(toStoredPaper);
    offset = page.next_page_offset ?? null;
  } while (offset !== null);
}
