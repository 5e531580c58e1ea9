import type { Method } from './node.js';

/**
 * Whether to repeat a request that failed without a sign of whether the server has carried it out:
 * - `read`: it changes nothing, and may even be sent to two servers at the same time.
 * - `repeatable`: a write whose effect is the same whether it is carried out once or twice.
 * - `once`: a write that is sent again only if it cannot have arrived, or was rejected.
 */
export type Repeat = 'read' | 'repeatable' | 'once';

interface Route {
  method: Method;
  /** The path after the name of the collection. */
  rest: RegExp;
  repeat: Repeat;
}

/**
 * All requests except GET, without the name of the collection. Requests that are not listed are sent once.
 */
const ROUTES: readonly Route[] = [
  { method: 'POST', rest: /^\/points$/, repeat: 'read' },
  { method: 'POST', rest: /^\/points\/(query|query\/batch|scroll|count)$/, repeat: 'read' },
  { method: 'POST', rest: /^\/facet$/, repeat: 'read' },
  // The points have ids, and the same content the second time.
  { method: 'PUT', rest: /^\/points$/, repeat: 'repeatable' },
  // The same vectors of points with ids. With a condition, points that no longer fulfil it are skipped.
  { method: 'PUT', rest: /^\/points\/vectors$/, repeat: 'repeatable' },
  // Payloads of points that have not been adopted. The second time, they have been.
  { method: 'POST', rest: /^\/points\/batch$/, repeat: 'repeatable' },
  // An existing index does not change.
  { method: 'PUT', rest: /^\/index$/, repeat: 'repeatable' },
  // Settings get values, not increments.
  { method: 'PATCH', rest: /^$/, repeat: 'repeatable' },
  // Not listed, because the second time would fail, or affect what somebody else created in between: creating a
  // collection, a vector or an alias, and deleting a collection.
];

export function toRepeat(method: Method, path: string): Repeat {
  if (method === 'GET') return 'read';
  const { rest } = /^\/collections\/[^/?]+(?<rest>[^?]*)/.exec(path)?.groups ?? {};
  const route = ROUTES.find((each) => each.method === method && rest !== undefined && each.rest.test(rest));
  return route?.repeat ?? 'once';
}
