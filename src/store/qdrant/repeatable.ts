import type { Method } from './node.js';

/**
 * What may become of a request that failed without a word on whether the server has carried it out:
 * - `read`: it changes nothing, and may even be asked of two servers at the same time.
 * - `repeatable`: a write whose effect is the same whether it is carried out once or twice.
 * - `once`: a write that is sent again only where it cannot have arrived, or was refused.
 */
export type Repeat = 'read' | 'repeatable' | 'once';

interface Route {
  method: Method;
  /** What follows the name of the collection. */
  rest: RegExp;
  repeat: Repeat;
}

/** Everything that is sent and is no GET, less the name of the collection. What is not listed is sent once. */
const ROUTES: readonly Route[] = [
  { method: 'POST', rest: /^\/points$/, repeat: 'read' },
  { method: 'POST', rest: /^\/points\/(query|query\/batch|scroll|count)$/, repeat: 'read' },
  { method: 'POST', rest: /^\/facet$/, repeat: 'read' },
  // The points have ids, and the second time the same content.
  { method: 'PUT', rest: /^\/points$/, repeat: 'repeatable' },
  // Vectors of points with ids, the same again; where they have a condition, points that no longer fulfil it are passed over.
  { method: 'PUT', rest: /^\/points\/vectors$/, repeat: 'repeatable' },
  // Payloads of points that have not been adopted: those of the first time have been.
  { method: 'POST', rest: /^\/points\/batch$/, repeat: 'repeatable' },
  // An index that is there is left as it is.
  { method: 'PUT', rest: /^\/index$/, repeat: 'repeatable' },
  // Settings are set to values, not changed by amounts.
  { method: 'PATCH', rest: /^$/, repeat: 'repeatable' },
  // Not listed, as the second time would fail, or hit what somebody made between the two: making a collection, a vector or an
  // alias, and deleting a collection.
];

export function toRepeat(method: Method, path: string): Repeat {
  if (method === 'GET') return 'read';
  const { rest } = /^\/collections\/[^/?]+(?<rest>[^?]*)/.exec(path)?.groups ?? {};
  const route = ROUTES.find((each) => each.method === method && rest !== undefined && each.rest.test(rest));
  return route?.repeat ?? 'once';
}
