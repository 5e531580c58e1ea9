import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';

import { toServer, type Server, type ServerOptions } from './address.js';
import {
  checkVersion,
  completeIndexes,
  createClient,
  createCollection,
  describeCollection,
} from './collection.js';
import { isMissingCollection, toPublicError, type ErrorContext } from './errors.js';
import { createPointsHttp } from './http.js';
import { searchAll, toStoredPaper, type Query, type RankedPoint } from './search.js';
import type { PayloadField } from '../../papers/payload.js';
import { BM25_VECTOR, toBm25Text } from '../layout.js';
import type { CollectionInfo, PaperPoint, PaperStore, StoredPaper } from '../store.js';

/** The server's own embedding of texts for BM25 (https://qdrant.tech/documentation/concepts/inference/). */
const BM25_MODEL = 'qdrant/bm25';

/**
 * Words in an average paper's text, stop words left out: some 0.6 of the 211 of 20,000 recent arXiv records. The server
 * assumes 256, which ranks worse (nDCG@10 on Cranfield 0.350 instead of 0.363). It shapes what is stored, so it stays the
 * same for all points and queries of a layout.
 */
const BM25_OPTIONS = { avg_len: 125 };

export interface QdrantStoreOptions extends ServerOptions {
  collection: string;
}

/**
 * Papers in a collection of a Qdrant server, 1.18 or newer. The collection itself may be missing.
 *
 * @throws PublicError when the server cannot be reached, refuses the key or is too old.
 */
export async function openQdrantStore({ collection, ...options }: QdrantStoreOptions): Promise<PaperStore> {
  const server = toServer(options);
  const client = createClient(server);
  // Whoever opens a store is its operator: the address helps here, while later messages reach the API's users.
  const name = `Qdrant at ${server.host}`;
  await withPublicErrors({ server: name, collection, timeoutMs: server.timeoutMs }, () =>
    checkVersion(client, name),
  );
  return createStore(server, client, collection);
}

function createStore(server: Server, client: QdrantClient, collection: string): PaperStore {
  const http = createPointsHttp(server);
  const points = `/collections/${encodeURIComponent(collection)}/points`;
  const errorContext: ErrorContext = { server: 'Qdrant', collection, timeoutMs: server.timeoutMs };

  const guard = <Result>(call: () => Promise<Result>) => withPublicErrors(errorContext, call);
  const send = <Result>(method: 'POST' | 'PUT', path: string, body: unknown) =>
    guard(() => http.send<Result>(method, points + path, body));

  async function queryBatch(searches: readonly Query[]): Promise<RankedPoint[][]> {
    const answers = await send<Schemas['QueryResponse'][]>('POST', '/query/batch', { searches });
    return answers.map((answer) => answer.points);
  }

  async function retrieve(
    ids: readonly string[],
    fields: readonly PayloadField[],
  ): Promise<Map<string, StoredPaper>> {
    if (ids.length === 0) return new Map();
    const records = await send<Schemas['Record'][]>('POST', '', {
      ids,
      with_payload: fields.length > 0 && { include: fields },
    });
    return new Map(records.map((record) => [String(record.id), toStoredPaper(record)]));
  }

  async function describe(): Promise<CollectionInfo | null> {
    try {
      return await describeCollection(client, collection);
    } catch (error) {
      if (isMissingCollection(error)) return null;
      throw toPublicError(error, errorContext);
    }
  }

  return {
    kind: 'qdrant',
    collection,
    search: (requests) => searchAll({ queryBatch, retrieve }, requests),
    retrieve,
    async count(filter) {
      const { count } = await send<Schemas['CountResult']>('POST', '/count', { filter, exact: true });
      return count;
    },
    async upsert(papers) {
      // The server refuses an empty update.
      if (papers.length === 0) return;
      await send('PUT', '?wait=true', { points: papers.map(toPointStruct) });
    },
    describe,
    create: (metadata) => guard(() => createCollection(client, collection, metadata)),
    // The server builds its vector index by itself; what an interrupted `create` left out is made up for.
    optimize: () => guard(() => completeIndexes(client, collection)),
    async drop() {
      await guard(() => client.deleteCollection(collection));
    },
    close() {
      http.close();
      return Promise.resolve();
    },
  };
}

async function withPublicErrors<Result>(context: ErrorContext, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw toPublicError(error, context);
  }
}

function toPointStruct({ id, vector, payload }: PaperPoint): Schemas['PointStruct'] {
  const text = toBm25Text(payload);
  return {
    id,
    // The dense vector has no name, as in the collections of the Python course.
    vector: { '': Array.from(vector), [BM25_VECTOR]: { text, model: BM25_MODEL, options: BM25_OPTIONS } },
    payload: { ...payload },
  };
}
