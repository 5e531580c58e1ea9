import type { OpenCollection } from './collection.js';
import { ID } from './columns.js';
import { findNearest, rankByVector, requireParams } from './nearest.js';
import type { NearestLoader } from './nearest-rows.js';
import { both } from './rows.js';
import type { Scored } from './scored.js';
import { quote } from './sql.js';
import type { SearchRequest } from '../store.js';

/** Rows beyond the window: see `findBest`. Each is one more vector to read for each paper of a page. */
const TIE_MARGIN = 2;

/** The asked slice of the points nearest to one of them, which is left out itself. */
export async function rankSimilar(
  collection: OpenCollection,
  request: SearchRequest,
  { id, vector }: { id: string; vector: Float32Array | null },
  predicate: string | null,
  loader: NearestLoader,
): Promise<Scored[]> {
  if (!vector) {
    const zeros = new Float32Array(collection.dimension);
    return rankByVector(collection, request, zeros, both(predicate, `${ID} != ${quote(id)}`), loader);
  }
  const { offset, limit, window, params = {} } = request;
  requireParams(params);
  // One more than the window, in which it may be itself.
  const depth = Math.max(window, offset + limit) + 1;
  const ranked = await findNearest(
    collection,
    predicate,
    depth,
    (count) => loader.load({ vector, predicate, count, params }),
    TIE_MARGIN,
  );
  return ranked.filter((each) => each.id !== id).slice(offset, offset + limit);
}
