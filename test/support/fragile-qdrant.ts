import { startQdrantServer, type QdrantAnswer, type QdrantRequest, type Reaction } from './qdrant-server.js';
import { createQdrantStandIn } from './qdrant-stand-in.js';

/** What happens to a request; `lost` is carried out, and the answer is not given. */
export type Mishap = Reaction | 'lost';

export interface StoredPoint {
  id: string;
  payload: Record<string, unknown>;
  vector: Record<string, unknown>;
}

export type FragileQdrant = Awaited<ReturnType<typeof startFragileQdrant>>;

/**
 * A Qdrant server that can be made to fail: the real one of QDRANT_URL, through a proxy, if that is set; otherwise a stand-in.
 */
export async function startFragileQdrant() {
  const { QDRANT_URL: realUrl, QDRANT_API_KEY: apiKey } = process.env;
  const carryOut = realUrl
    ? (request: QdrantRequest) => forward(realUrl, apiKey, request)
    : createQdrantStandIn();
  const mishaps: { isMeant: (request: QdrantRequest) => boolean; mishap: Mishap; left: number }[] = [];

  const server = await startQdrantServer(async (request) => {
    const found = mishaps.find(({ isMeant, left }) => left > 0 && isMeant(request));
    if (!found) return carryOut(request);
    found.left--;
    if (found.mishap !== 'lost') return found.mishap;
    await carryOut(request);
    return 'reset';
  });

  async function readPoints(collection: string, ids: readonly string[]): Promise<StoredPoint[]> {
    const request = { method: 'POST', path: `/collections/${collection}/points`, headers: {} };
    const body = { ids, with_payload: true, with_vector: true };
    // As Qdrant answers: to be compared by the test.
    return ((await carryOut({ ...request, body })).body as { result: StoredPoint[] }).result;
  }

  return {
    ...server,
    /** Lets the next requests of this kind fail. */
    failNext(times: number, mishap: Mishap, isMeant: (request: QdrantRequest) => boolean): void {
      mishaps.push({ isMeant, mishap, left: times });
    },
    /** The payloads of papers, read past all mishaps. */
    async readPapers(collection: string, ids: readonly string[]): Promise<Record<string, unknown>[]> {
      return (await readPoints(collection, ids)).map(({ payload }) => payload);
    },
    readPoints,
    /** Changes something past all mishaps. */
    async change(method: 'PUT' | 'PATCH', path: string, body: unknown): Promise<void> {
      const { status } = await carryOut({ method, path, body, headers: {} });
      if (status !== 200) throw new Error(`${method} ${path}: ${status}`);
    },
    /** What the server says of a collection. */
    async describe(collection: string): Promise<unknown> {
      const path = `/collections/${collection}`;
      return (await carryOut({ method: 'GET', path, body: null, headers: {} })).body;
    },
    async count(collection: string): Promise<number> {
      const request = { method: 'POST', path: `/collections/${collection}/points/count`, headers: {} };
      const { body } = await carryOut({ ...request, body: { exact: true } });
      return (body as { result: { count: number } }).result.count;
    },
    async drop(collection: string): Promise<void> {
      for (const name of [collection, `${collection}_directory_a`, `${collection}_directory_b`]) {
        await carryOut({ method: 'DELETE', path: `/collections/${name}`, body: null, headers: {} });
      }
    },
  };
}

async function forward(
  upstream: string,
  apiKey: string | undefined,
  { method, path, body }: QdrantRequest,
): Promise<QdrantAnswer> {
  const response = await fetch(upstream.replace(/\/+$/, '') + path, {
    method,
    headers: { 'content-type': 'application/json', ...(apiKey && { 'api-key': apiKey }) },
    ...(body !== null && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** Whether points are written. */
export function isUpsert({ method, path }: QdrantRequest): boolean {
  return method === 'PUT' && path.includes('/points');
}
