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
import { isMissingCollection, toPublicError, type ErrorContext } from './errors.js';
import { createDirectory } from './directory.js';
import { scanPapers } from './scan.js';
import { countFacets } from './facets.js';
import { createPointsHttp } from './http.js';
import { toKeywordVector } from './keyword.js';
import { searchAll, toStoredPaper, type Query, type RankedPoint } from './search.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { PayloadField } from '../../papers/payload.js';
import { BM25_VECTOR } from '../layout.js';
import type { Adoption, CollectionInfo, PaperPoint, PaperStore, StoredPaper } from '../store.js';

/** Servers take bodies of up to 32 MB by default. */
const MAX_BODY_BYTES = 24 * 1024 * 1024;

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

  async function describe(): Promise<CollectionInfo | null> {
    try {
      return await describeCollection(client, collection);
    } catch (error) {
      if (isMissingCollection(error)) return null;
      throw toPublicError(error, errorContext);
    }
  }

  const directory = createDirectory({ client, http, collection, guard });

  return {
    kind: 'qdrant',
    collection,
    directory,
    search: (requests) => searchAll({ queryBatch, retrieve }, requests),
    retrieve,
    scan: (fields) => scanPapers((body) => send('POST', '/points/scroll', body), fields),
    vectors,
    facets: (requests) => countFacets((facet) => send('POST', '/facet', facet), requests),
    async count(filter) {
      const { count } = await send<Schemas['CountResult']>('POST', '/points/count', { filter, exact: true });
      return count;
    },
    async upsert(papers) {
      for (const body of toUpserts(papers)) await send('PUT', '/points?wait=true', body);
    },
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

/**
 * Bodies of requests that the server takes, in order; none for no papers, since it refuses an empty update.
 *
 * @throws BadUserInputError for a paper that alone is larger than the server takes.
 */
function toUpserts(papers: readonly PaperPoint[]): string[] {
  const bodies: string[][] = [];
  let size = Infinity;
  for (const paper of papers) {
    const point = JSON.stringify(toPointStruct(paper));
    const bytes = Buffer.byteLength(point);
    if (bytes > MAX_BODY_BYTES) {
      throw new BadUserInputError(
        `Paper ${paper.payload.id} takes ${bytes} bytes, more than a Qdrant server takes`,
      );
    }
    if (size + bytes > MAX_BODY_BYTES) {
      bodies.push([]);
      size = 0;
    }
    bodies.at(-1)?.push(point);
    size += bytes + 1;
  }
  return bodies.map((points) => `{"points":[${points.join(',')}]}`);
}

function toPointStruct({ id, vector, payload }: PaperPoint): Schemas['PointStruct'] {
  return {
    id,
    // The dense vector has no name, as in the collections of the Python course.
    vector: { '': Array.from(vector), [BM25_VECTOR]: toKeywordVector(payload) },
    payload: { ...payload },
  };
}
