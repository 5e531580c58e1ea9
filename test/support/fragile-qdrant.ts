import { importOnce } from './import-once.js';
import type { QdrantAnswer, QdrantRequest, Reaction } from './qdrant-server.js';

// Faster in a module that all test files of a worker share.
const { startQdrantServer } = await importOnce<typeof import('./qdrant-server.js')>('./qdrant-server.js');
const { createQdrantStandIn } =
  await importOnce<typeof import('./qdrant-stand-in.js')>('./qdrant-stand-in.js');

/** What happens to a request; a `lost` one is executed but not answered. */
export type Mishap = Reaction | 'lost';

export interface StoredPoint {
  id: string;
  payload: Record<string, unknown>;
  vector: Record<string, unknown>;
}

export type FragileQdrant = Awaited<ReturnType<typeof startFragileQdrant>>;

/** A Qdrant server that can be made to fail: a proxy to the real server if QDRANT_URL is set, otherwise a stand-in. */
export async function startFragileQdrant() {
  const { QDRANT_URL: realUrl, QDRANT_API_KEY: apiKey } = process.env;
  const carryOut = realUrl
    ? (request: QdrantRequest) => forward(realUrl, apiKey, request)
    : createQdrantStandIn();
  let before: { isMeant: (request: QdrantRequest) => boolean; act: () => Promise<void> } | null = null;
  const mishaps: { isMeant: (request: QdrantRequest) => boolean; mishap: Mishap; left: number }[] = [];

  const server = await startQdrantServer(async (request) => {
    if (before?.isMeant(request)) {
      const { act } = before;
      before = null;
      await act();
    }
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
    // Not validated, because the test compares it.
    return ((await carryOut({ ...request, body })).body as { result: StoredPoint[] }).result;
  }

  return {
    ...server,
    /** Makes the next requests of this kind fail. */
    failNext(times: number, mishap: Mishap, isMeant: (request: QdrantRequest) => boolean): void {
      mishaps.push({ isMeant, mishap, left: times });
    },
    /** Does something before the next request of this kind is carried out. */
    beforeNext(isMeant: (request: QdrantRequest) => boolean, act: () => Promise<void>): void {
      before = { isMeant, act };
    },
    /** Reads the payloads of papers, unaffected by mishaps. */
    async readPapers(collection: string, ids: readonly string[]): Promise<Record<string, unknown>[]> {
      return (await readPoints(collection, ids)).map(({ payload }) => payload);
    },
    readPoints,
    /** Changes something, unaffected by mishaps. */
    async change(method: 'PUT' | 'PATCH', path: string, body: unknown): Promise<void> {
      const { status } = await carryOut({ method, path, body, headers: {} });
      if (status !== 200) throw new Error(`${method} ${path}: ${status}`);
    },
    /** The server's description of a collection. */
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

/** Whether the request writes points. */
export function isUpsert({ method, path }: QdrantRequest): boolean {
  return method === 'PUT' && path.includes('/points');
}
