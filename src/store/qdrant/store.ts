import { createAdoption } from './adoption.js';
import { toServer, type Server, type ServerOptions } from './address.js';
import {
  isCount,
  isFacet,
  isPage,
  isRankings,
  isRecords,
  isUpdate,
  isVectors,
  type Check,
} from './answers.js';
import {
  checkVersion,
  completeIndexes,
  createCollection,
  deleteCollection,
  describeCollection,
  describeIndexing,
  setVectorIndexing,
  toPath,
} from './collection.js';
import { isMissingCollection, onlyOwnFaults, toPublicError, type ErrorContext } from './errors.js';
import { createDirectory, type Guard } from './directory.js';
import { scanPapers } from './scan.js';
import { countFacets } from './facets.js';
import { encodePoints } from './encode-points.js';
import { createHttp, type QdrantHttp } from './http.js';
import { toKeywordVector } from './keyword.js';
import { searchAll, toStoredPaper, type Query, type RankedPoint } from './search.js';
import type { PayloadField } from '../../papers/payload.js';
import type { Filter } from '../filter.js';
import { SharedCall } from '../shared-call.js';
import type {
  Adoption,
  CallOptions,
  CollectionInfo,
  EncodedPoints,
  PaperStore,
  StoredPaper,
} from '../store.js';

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
  const http = createHttp(server);
  // Whoever opens a store is its operator: the address helps here, while later messages reach the API's users.
  const name = `Qdrant at ${server.host}`;
  try {
    await withPublicErrors({ server: name, collection, timeoutMs: server.timeoutMs }, () =>
      checkVersion(http, name),
    );
  } catch (error) {
    http.close();
    throw error;
  }
  return createStore(server, http, collection);
}

function createStore(server: Server, http: QdrantHttp, collection: string): PaperStore {
  const root = toPath(collection);
  const errorContext: ErrorContext = { server: 'Qdrant', collection, timeoutMs: server.timeoutMs };

  const guard: Guard = (call, options) => withPublicErrors(errorContext, call, options);
  const send = <Result>(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    check: Check<Result>,
    options?: CallOptions,
  ) => guard(() => http.send(method, root + path, body, check, options), options);

  async function queryBatch(searches: readonly Query[], options?: CallOptions): Promise<RankedPoint[][]> {
    const check = isRankings(searches.length);
    const answers = await send('POST', '/points/query/batch', { searches }, check, options);
    return answers.map((answer) => answer.points);
  }

  async function retrieve(
    ids: readonly string[],
    fields: readonly PayloadField[],
    options?: CallOptions,
  ): Promise<Map<string, StoredPaper>> {
    if (ids.length === 0) return new Map();
    const body = { ids, with_payload: fields.length > 0 && { include: fields } };
    const records = await send('POST', '/points', body, isRecords, options);
    return new Map(records.map((record) => [String(record.id), toStoredPaper(record)]));
  }

  async function vectors(ids: readonly string[], options?: CallOptions): Promise<Map<string, Float32Array>> {
    if (ids.length === 0) return new Map();
    // Of the dense vector alone, whose name is empty. The server has scaled it to length 1.
    const body = { ids, with_payload: false, with_vector: [''] };
    const records = await send('POST', '/points', body, isVectors, options);
    return new Map(records.map(({ id, vector }) => [String(id), Float32Array.from(vector)]));
  }

  async function count(filter?: Filter, options?: CallOptions): Promise<number> {
    const body = { filter, exact: true };
    return (await send('POST', '/points/count', body, isCount, options)).count;
  }

  async function describe(options: CallOptions): Promise<CollectionInfo | null> {
    try {
      return await describeCollection(http, collection, options);
    } catch (error) {
      if (isMissingCollection(error)) return null;
      throw error;
    }
  }

  const described = new SharedCall(describe);
  const indexing = new SharedCall((options) => describeIndexing(http, collection, options));
  /** Who asks after a write is not answered by what began before it. */
  async function write<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await guard(call);
    } finally {
      described.forget();
      indexing.forget();
    }
  }

  const directory = createDirectory({ http, collection, guard });

  async function upsertEncoded({ parts }: EncodedPoints): Promise<void> {
    const left = [...parts];
    const sendAll = async () => {
      for (let body = left.shift(); body; body = left.shift()) {
        try {
          await write(() => http.send('PUT', `${root}/points?wait=true`, body, isUpdate));
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
    search: (requests, options) =>
      searchAll(
        {
          queryBatch: (queries) => queryBatch(queries, options),
          retrieve: (ids, fields) => retrieve(ids, fields, options),
        },
        requests,
      ),
    retrieve,
    scan: (fields, options) =>
      scanPapers((body) => send('POST', '/points/scroll', body, isPage, options), fields),
    vectors,
    facets: (requests, options) =>
      countFacets((facet) => send('POST', '/facet', facet, isFacet, options), requests),
    count,
    // The server has no batches of them.
    counts: (filters, options) =>
      Promise.all(filters.map((filter) => count(filter, options).catch(onlyOwnFaults))),
    upsert: async (papers) => upsertEncoded(encodePoints(papers)),
    upsertEncoded,
    describe: (options) => guard(() => described.ask(options), options),
    create: (metadata, options = {}) => write(() => createCollection(http, collection, metadata, options)),
    // The server builds its vector index by itself; what an interrupted `create` left out is made up for.
    optimize: () => write(() => completeIndexes(http, collection)),
    setVectorIndexing: (mode) => write(() => setVectorIndexing(http, collection, mode)),
    indexing: (options) => guard(() => indexing.ask(options), options),
    adoption: guardAll(createAdoption({ http, collection, toKeywordVector }), write),
    async drop() {
      await write(() => deleteCollection(http, collection));
      await directory.drop();
    },
    close() {
      http.close();
      return Promise.resolve();
    },
  };
}

/** The same steps, each with public errors. */
function guardAll(adoption: Adoption, guard: Guard): Adoption {
  return {
    addKeywordVector: () => guard(() => adoption.addKeywordVector()),
    list: (from, limit) => guard(() => adoption.list(from, limit)),
    adopt: (papers) => guard(() => adoption.adopt(papers)),
    setMetadata: (metadata) => guard(() => adoption.setMetadata(metadata)),
  };
}

async function withPublicErrors<Result>(
  context: ErrorContext,
  call: () => Promise<Result>,
  { signal }: CallOptions = {},
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    throw toPublicError(error, context);
  }
}
