import type { Neighbour, NeighbourRequest, Neighbours } from './store.js';

/** The order of hits in every ranking: best first, ties by id. */
export function byScoreThenId(
  a: { readonly id: string; readonly score: number },
  b: { readonly id: string; readonly score: number },
): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.id < b.id ? -1 : 1;
}

/** Cosine of the angle between the vectors; 0 if one of them is all zeros. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

/** A plain loop, because a callback or an iterator step for each number would be noticeably slower. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** The answers to all requests, from the vectors of their points, which are read at once. */
export async function compareEach(
  requests: readonly NeighbourRequest[],
  read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Float32Array>>,
): Promise<Neighbours[]> {
  const vectors = await read([...new Set(requests.flatMap(({ ids }) => ids))]);
  return requests.map((request) => nearestAmong(vectors, request));
}

/**
 * The answer to a request, computed from the vectors.
 *
 * @param vectors by id, of length 1 (or zeros); points without one are left out.
 */
export function nearestAmong(
  vectors: ReadonlyMap<string, Float32Array>,
  { ids, limit }: NeighbourRequest,
): Neighbours {
  const points = [...new Set(ids)].flatMap((id) => {
    const vector = vectors.get(id);
    return vector ? [{ id, vector, others: [] as Neighbour[] }] : [];
  });
  // Each pair is compared once.
  points.forEach((a, at) => {
    for (const b of points.slice(at + 1)) {
      const score = dot(a.vector, b.vector);
      a.others.push({ id: b.id, score });
      b.others.push({ id: a.id, score });
    }
  });
  return new Map(points.map(({ id, others }) => [id, others.sort(byScoreThenId).slice(0, limit)]));
}
