import type { OpenCollection } from './collection.js';
import { filterColumn, ID } from './columns.js';
import { readIds } from './decode-rows.js';
import { onlyPublicErrors } from './errors.js';
import { toPredicate } from './filter.js';
import { rankByKeywords } from './keyword.js';
import { createNearestLoader, type NearestLoader, rankByVector, rankSimilar } from './nearest.js';
import { MovedRowsError } from './row-cache.js';
import { findPapers, findVectors, select } from './rows.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { Filter } from '../filter.js';
import type { Hit, Ranking, SearchRequest } from '../store.js';

interface Ranked {
  id: string;
  score: number | null;
}
type Vectors = ReadonlyMap<string, Float32Array | null>;

/** What the requests of one batch share. */
interface Batch {
  predicateOf: (filter: Filter | undefined) => string | null;
  /** Vectors of the example papers. */
  vectors: Vectors;
  nearest: NearestLoader;
}

/**
 * Answers the requests, all at once and each by a query of its own, but for those nearest to something, which go together; what
 * they share (the vectors of `similar`, the payloads of all hits) is read in one query each.
 */
export async function searchCollection(
  collection: OpenCollection,
  requests: readonly SearchRequest[],
): Promise<(Hit[] | Error)[]> {
  await collection.cache.refresh();
  const anchors = requests.flatMap(({ ranking }) => anchorOf(ranking));
  const vectors = await findVectors(collection, anchors);
  const batch = { predicateOf: createPredicates(), vectors, nearest: createNearestLoader(collection) };
  const outcomes = await Promise.all(
    requests.map((request) => rankSettled(collection, request, batch).catch(onlyPublicErrors)),
  );
  const asking = requests.map(({ fields }, at) => ({ fields, outcome: outcomes[at] ?? [] }));
  const wanted = asking.filter(({ fields, outcome }) => fields.length > 0 && Array.isArray(outcome));
  const papers = await findPapers(
    collection,
    wanted.flatMap(({ outcome }) => (Array.isArray(outcome) ? outcome.map(({ id }) => id) : [])),
    [...new Set(wanted.flatMap(({ fields }) => fields))],
  );
  return asking.map(({ fields, outcome }) => {
    if (outcome instanceof Error) return outcome;
    if (fields.length === 0) return outcome.map(({ id, score }) => ({ id, score, payload: {} }));
    return outcome.flatMap((ranked) => {
      const paper = papers.get(ranked.id);
      return paper ? [{ ...ranked, payload: paper.payload }] : [];
    });
  });
}

/** Requests of one batch often share a filter: it is compiled once. */
function createPredicates(): (filter: Filter | undefined) => string | null {
  const predicates = new Map<Filter | undefined, string | null>();
  return (filter) => {
    const predicate = predicates.has(filter) ? (predicates.get(filter) ?? null) : toPredicate(filter);
    predicates.set(filter, predicate);
    return predicate;
  };
}

/** Ranks again when another process has moved rows meanwhile. */
async function rankSettled(...args: Parameters<typeof rank>): Promise<Ranked[]> {
  try {
    return await rank(...args);
  } catch (error) {
    if (!(error instanceof MovedRowsError)) throw error;
    return rank(...args);
  }
}

async function rank(
  collection: OpenCollection,
  request: SearchRequest,
  { predicateOf, vectors, nearest }: Batch,
): Promise<Ranked[]> {
  const { ranking } = request;
  const predicate = predicateOf(request.filter);
  switch (ranking.kind) {
    case 'nearest':
      return rankByVector(collection, request, ranking.vector, predicate, nearest);
    case 'similar': {
      const vector = vectors.get(ranking.to);
      if (vector === undefined) {
        throw new BadUserInputError(`No paper is stored under the point id ${ranking.to}.`);
      }
      return rankSimilar(collection, request, { id: ranking.to, vector }, predicate, nearest);
    }
    case 'keyword':
      return rankByKeywords(collection, request, ranking.text, predicate);
    case 'listing': {
      const ids = await list(collection, request, ranking, predicate);
      return ids.map((id) => ({ id, score: null }));
    }
  }
}

function anchorOf(ranking: Ranking): string[] {
  return ranking.kind === 'similar' ? [ranking.to] : [];
}

type Listing = Extract<Ranking, { kind: 'listing' }>;

/** Ids of the asked slice, ordered by a date, then by id; papers without one come last. */
async function list(
  { table, calls }: OpenCollection,
  { offset, limit }: Pick<SearchRequest, 'offset' | 'limit'>,
  { by, direction }: Listing,
  predicate: string | null,
): Promise<string[]> {
  const date = filterColumn(by);
  const query = select(table, predicate)
    .orderBy([
      { columnName: date, ascending: direction === 'asc', nullsFirst: false },
      { columnName: ID, ascending: true },
    ])
    // The engine can order by no column that it does not return.
    .select([ID, date])
    .offset(offset)
    .limit(limit);
  return readIds(await calls.rows(query));
}
