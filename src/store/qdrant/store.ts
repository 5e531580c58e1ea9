import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';

import { createAdoption } from './adoption.js';
import { toServer, type Server, type ServerOptions } from './address.js';
import {
  checkVersion,
  completeIndexes,
  createClient,
  createCollection,
  describeCollection,
  describeIndexing,
  setVectorIndexing,
} from './collection.js';
import { isMissingCollection, onlyOwnFaults, toPublicError, type ErrorContext } from './errors.js';
import { createDirectory } from './directory.js';
import { scanPapers } from './scan.js';
import { countFacets } from './facets.js';
import { encodePoints } from './encode-points.js';
import { createPointsHttp } from './http.js';
import { toKeywordVector } from './keyword.js';
import { searchAll, toStoredPaper, type Query, type RankedPoint } from './search.js';
import type { PayloadField } from '../../papers/payload.js';
import type { Filter } from '../filter.js';
import type { Adoption, CollectionInfo, EncodedPoints, PaperStore, StoredPaper } from '../store.js';

/** Requests of one `upsert` that are under way side by side. */
const UPSERTS_AT_ONCE = 3;

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
  const root = `/collections/${encodeURIComponent(collection)}`;
  const errorContext: ErrorContext = { server: 'Qdrant', collection, timeoutMs: server.timeoutMs };

  const guard = <Result>(call: () => Promise<Result>) => withPublicErrors(errorContext, call);
  const send = <Result>(method: 'POST' | 'PUT', path: string, body: unknown) =>
    guard(() => http.send<Result>(method, root + path, body));

  async function queryBatch(searches: readonly Query[]): Promise<RankedPoint[][]> {
    const answers = await send<Schemas['QueryResponse'][]>('POST', '/points/query/batch', { searches });
    return answers.map((answer) => answer.points);
  }

  async function retrieve(
    ids: readonly string[],
    fields: readonly PayloadField[],
  ): Promise<Map<string, StoredPaper>> {
    if (ids.length === 0) return new Map();
    const records = await send<Schemas['Record'][]>('POST', '/points', {
      ids,
      with_payload: fields.length > 0 && { include: fields },
    });
    return new Map(records.map((record) => [String(record.id), toStoredPaper(record)]));
  }

  async function vectors(ids: readonly string[]): Promise<Map<string, Float32Array>> {
    if (ids.length === 0) return new Map();
    // Of the dense vector alone, whose name is empty. The server has scaled it to length 1.
    const body = { ids, with_payload: false, with_vector: [''] };
    const records = await send<{ id: string | number; vector: number[] }[]>('POST', '/points', body);
    return new Map(records.map(({ id, vector }) => [String(id), Float32Array.from(vector)]));
  }

  async function count(filter?: Filter): Promise<number> {
    const body = { filter, exact: true };
    return (await send<Schemas['CountResult']>('POST', '/points/count', body)).count;
  }

  async function describe(): Promise<CollectionInfo | null> {
    try {
      return await describeCollection(client, collection);
    } catch (error) {
      if (isMissingCollection(error)) return null;
      throw toPublicError(error, errorContext);
    }
  }

  const directory = createDirectory({ client, http, collection, guard });

  async function upsertEncoded({ parts }: EncodedPoints): Promise<void> {
    const left = [...parts];
    const sendAll = async () => {
      for (let body = left.shift(); body; body = left.shift()) {
        try {
          await send('PUT', '/points?wait=true', body);
        } catch (error) {
          left.length = 0;
          throw error;
        }
      }
    };
    // Whoever is told of a failure finds nothing under way any more.
    const outcomes = await Promise.allSettled(Array.from({ length: UPSERTS_AT_ONCE }, sendAll));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  return {
    kind: 'qdrant',
    collection,
    directory,
    encoder: new URL('./encode-points.js', import.meta.url).href,
    search: (requests) => searchAll({ queryBatch, retrieve }, requests),
    retrieve,
    scan: (fields) => scanPapers((body) => send('POST', '/points/scroll', body), fields),
    vectors,
    facets: (requests) => countFacets((facet) => send('POST', '/facet', facet), requests),
    count,
    // The server has no batches of them.
    counts: (filters) => Promise.all(filters.map((filter) => count(filter).catch(onlyOwnFaults))),
    upsert: async (papers) => upsertEncoded(encodePoints(papers)),
    upsertEncoded,
    describe,
    create: (metadata, options = {}) => guard(() => createCollection(client, collection, metadata, options)),
    // The server builds its vector index by itself; what an interrupted `create` left out is made up for.
    optimize: () => guard(() => completeIndexes(client, collection)),
    setVectorIndexing: (mode) => guard(() => setVectorIndexing(client, collection, mode)),
    indexing: () => guard(() => describeIndexing(client, collection)),
    adoption: guardAll(createAdoption({ client, http, collection, toKeywordVector }), guard),
    async drop() {
      await guard(() => client.deleteCollection(collection));
      await directory.drop();
    },
    close() {
      http.close();
      return Promise.resolve();
    },
  };
}

/** The same steps, each with public errors. */
function guardAll(
  adoption: Adoption,
  guard: <Result>(call: () => Promise<Result>) => Promise<Result>,
): Adoption {
  return {
    addKeywordVector: () => guard(() => adoption.addKeywordVector()),
    list: (from, limit) => guard(() => adoption.list(from, limit)),
    adopt: (papers) => guard(() => adoption.adopt(papers)),
    setMetadata: (metadata) => guard(() => adoption.setMetadata(metadata)),
  };
}

async function withPublicErrors<Result>(context: ErrorContext, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw toPublicError(error, context);
  }
}
