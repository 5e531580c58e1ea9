import { createAdoption } from './adoption.js';
import {
  isFacet,
  isScrolled,
  isRanking,
  isRankings,
  isRecords,
  isUpdate,
  isVectors,
  type Check,
} from './answers.js';
import {
  countPoints,
  createCollection,
  createMissingIndexes,
  deleteCollection,
  describeCollection,
  describeIndexing,
  readCollection,
  setVectorIndexing,
  toPath,
  updateCollection,
} from './collection.js';
import { createDirectory, type Guard, type QdrantDirectory } from './directory.js';
import { encodePoints } from './encode-points.js';
import { isMissingCollection, onlyOwnFaults, toPublicError, type ErrorContext } from './errors.js';
import { countFacets } from './facets.js';
import type { QdrantHttp } from './http.js';
import { toKeywordVector } from './keyword.js';
import { countMatches, createMatcher } from './matches.js';
import { describeBuilding } from './optimizations.js';
import { RENEWED_FIELDS, renewKeywordVectors } from './renew.js';
import {
  scanPapers,
  searchAll,
  toBatchJson,
  toStoredPaper,
  type RankedPoint,
  type RankingQuery,
} from './search.js';
import type { PayloadField } from '../../papers/payload.js';
import type { Filter } from '../filter.js';
import type { CollectionMetadata } from '../layout.js';
import { type CallOptions, SharedCall } from '../shared-call.js';
import type {
  Adoption,
  CollectionInfo,
  CollectionOptions,
  EncodedPoints,
  FacetCount,
  FacetRequest,
  Hit,
  IndexingState,
  MatchCount,
  OptimizeOptions,
  PaperPoint,
  PaperStore,
  ScanOptions,
  SearchRequest,
  StoredPaper,
  WordMatch,
} from '../store.js';

/** Concurrent requests of one `upsert`. */
const UPSERTS_AT_ONCE = 3;

/** Papers in a collection of a Qdrant server. The collection itself may not exist. */
export class QdrantStore implements PaperStore {
  readonly kind = 'qdrant';
  readonly collection: string;
  readonly directory: QdrantDirectory;
  readonly adoption: Adoption;
  readonly encoder = new URL('./encode-points.js', import.meta.url).href;
  readonly #http: QdrantHttp;
  readonly #context: ErrorContext;
  readonly #described: SharedCall<CollectionInfo | null>;
  readonly #indexing: SharedCall<IndexingState>;

  constructor(http: QdrantHttp, context: ErrorContext) {
    const { collection } = context;
    this.collection = collection;
    this.#http = http;
    this.#context = context;
    this.#described = new SharedCall((options) => findCollection(http, collection, options));
    this.#indexing = new SharedCall((options) => describeProgress(http, collection, options));
    this.directory = createDirectory({
      http,
      collection,
      guard: (call, options) => this.#guard(call, options),
    });
    this.adoption = guardAll(createAdoption({ http, collection, toKeywordVector }), (call, options) =>
      this.#write(call, options),
    );
  }

  search(requests: readonly SearchRequest[], options?: CallOptions): Promise<(Hit[] | Error)[]> {
    const calls = {
      queryBatch: (queries: readonly RankingQuery[]) => this.#queryBatch(queries, options),
      retrieve: (ids: readonly string[], fields: readonly PayloadField[]) =>
        this.retrieve(ids, fields, options),
    };
    return searchAll(calls, requests);
  }

  async retrieve(
    ids: readonly string[],
    fields: readonly PayloadField[],
    options?: CallOptions,
  ): Promise<Map<string, StoredPaper>> {
    if (ids.length === 0) return new Map();
    const body = { ids, with_payload: fields.length > 0 && { include: fields } };
    const records = await this.#post('/points', body, isRecords, options);
    return new Map(records.map((record) => [String(record.id), toStoredPaper(record)]));
  }

  scan(
    fields: readonly PayloadField[],
    { repeat = (send) => send(), ...options }: ScanOptions = {},
  ): AsyncIterable<StoredPaper[]> {
    const scroll = (body: object) => this.#post('/points/scroll', body, isScrolled, options);
    return scanPapers((body) => repeat(() => scroll(body)), fields);
  }

  async vectors(ids: readonly string[], options?: CallOptions): Promise<Map<string, Float32Array>> {
    if (ids.length === 0) return new Map();
    // Only the dense vector, whose name is empty. The server has scaled it to length 1.
    const body = { ids, with_payload: false, with_vector: [''] };
    const records = await this.#post('/points', body, isVectors, options);
    return new Map(records.map(({ id, vector }) => [String(id), Float32Array.from(vector)]));
  }

  count(filter?: Filter, options?: CallOptions): Promise<number> {
    return this.#guard(() => countPoints(this.#http, this.collection, filter, options), options);
  }

  /** The server has no batches of counts. */
  counts(filters: readonly Filter[], options?: CallOptions): Promise<(number | Error)[]> {
    return Promise.all(filters.map((filter) => this.count(filter, options).catch(onlyOwnFaults)));
  }

  facets(requests: readonly FacetRequest[], options?: CallOptions): Promise<(FacetCount[] | Error)[]> {
    let shards: Promise<number> | undefined;
    const calls = {
      queryFacet: (facet: object) => this.#post('/facet', facet, isFacet, options),
      countShards: () => (shards ??= this.#countShards(options)),
      findMatches: this.#createMatcher(options),
      findAuthorCounts: (limit: number) => this.directory.countAuthors(limit, options),
    };
    return countFacets(calls, requests);
  }

  countMatches(matches: readonly WordMatch[], options?: CallOptions): Promise<(MatchCount | Error)[]> {
    return countMatches(this.#createMatcher(options), matches);
  }

  describe(options?: CallOptions): Promise<CollectionInfo | null> {
    return this.#guard(() => this.#described.ask(options), options);
  }

  indexing(options?: CallOptions): Promise<IndexingState> {
    return this.#guard(() => this.#indexing.ask(options), options);
  }

  async upsert(points: readonly PaperPoint[], options?: CallOptions): Promise<void> {
    await this.upsertEncoded(encodePoints(points), options);
  }

  async upsertEncoded({ parts }: EncodedPoints, options?: CallOptions): Promise<void> {
    const left = [...parts];
    const path = `${toPath(this.collection)}/points?wait=true`;
    const sendAll = async () => {
      for (let body = left.shift(); body; body = left.shift()) {
        try {
          await this.#write(() => this.#http.send('PUT', path, body, isUpdate, options), options);
        } catch (error) {
          left.length = 0;
          throw error;
        }
      }
    };
    // The caller is told of a failure only when nothing is in flight any more.
    const outcomes = await Promise.allSettled(Array.from({ length: UPSERTS_AT_ONCE }, sendAll));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  create(
    metadata: CollectionMetadata,
    settings: CollectionOptions = {},
    options?: CallOptions,
  ): Promise<void> {
    return this.#write(
      () => createCollection(this.#http, this.collection, metadata, settings, options),
      options,
    );
  }

  setVectorIndexing(mode: 'off' | 'on', options?: CallOptions): Promise<void> {
    return this.#write(() => setVectorIndexing(this.#http, this.collection, mode, options), options);
  }

  /**
   * The server builds its vector index by itself. This creates the payload indexes that an interrupted `create` left
   * out.
   */
  optimize(options?: OptimizeOptions): Promise<void> {
    return this.#write(() => createMissingIndexes(this.#http, this.collection, options), options);
  }

  async renew(options: OptimizeOptions = {}): Promise<void> {
    const path = toPath(this.collection);
    const renewal = {
      papers: this.scan(RENEWED_FIELDS, options),
      total: await this.count(undefined, options),
      putVectors: (points: object[]) =>
        this.#write(
          () => this.#http.send('PUT', `${path}/points/vectors?wait=true`, { points }, isUpdate, options),
          options,
        ),
      setMetadata: (metadata: Record<string, number>) =>
        this.#write(() => updateCollection(this.#http, this.collection, { metadata }, options), options),
    };
    await renewKeywordVectors(renewal, options);
  }

  async drop(options?: CallOptions): Promise<void> {
    await this.#write(() => deleteCollection(this.#http, this.collection, options), options);
    await this.directory.drop(options);
  }

  close(): Promise<void> {
    this.#http.close();
    return Promise.resolve();
  }

  async #queryBatch(queries: readonly RankingQuery[], options?: CallOptions): Promise<RankedPoint[][]> {
    const check = isRankings(queries.length);
    const answers = await this.#post('/points/query/batch', toBatchJson(queries), check, options);
    return answers.map(({ points }) => points);
  }

  async #countShards(options?: CallOptions): Promise<number> {
    const read = () => readCollection(this.#http, this.collection, options);
    const { config } = await this.#guard(read, options);
    return config.params.shard_number ?? 1;
  }

  #createMatcher(options?: CallOptions) {
    return createMatcher(
      async (query) => (await this.#post('/points/query', query, isRanking, options)).points,
    );
  }

  #post<Result>(path: string, body: unknown, check: Check<Result>, options?: CallOptions): Promise<Result> {
    const whole = toPath(this.collection) + path;
    return this.#guard(() => this.#http.send('POST', whole, body, check, options), options);
  }

  /** Calls after a write do not get answers of calls that began before it. */
  async #write<Result>(call: () => Promise<Result>, options?: CallOptions): Promise<Result> {
    try {
      return await this.#guard(call, options);
    } finally {
      this.#described.forget();
      this.#indexing.forget();
    }
  }

  #guard<Result>(call: () => Promise<Result>, options?: CallOptions): Promise<Result> {
    return withPublicErrors(this.#context, call, options);
  }
}

/** Turns failures into public errors, except the reason of the call's own signal. */
export async function withPublicErrors<Result>(
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

async function findCollection(
  http: QdrantHttp,
  collection: string,
  options: CallOptions,
): Promise<CollectionInfo | null> {
  try {
    return await describeCollection(http, collection, options);
  } catch (error) {
    if (isMissingCollection(error)) return null;
    throw error;
  }
}

/** The progress of the vector index. */
async function describeProgress(
  http: QdrantHttp,
  collection: string,
  options: CallOptions,
): Promise<IndexingState> {
  const state = await describeIndexing(http, collection, options);
  if (state.state !== 'building') return state;
  return { ...state, ...(await describeBuilding(http, collection, options)) };
}

/** The same steps, each with public errors. */
function guardAll(adoption: Adoption, guard: Guard): Adoption {
  return {
    addKeywordVector: (options) => guard(() => adoption.addKeywordVector(options), options),
    list: (from, limit, options) => guard(() => adoption.list(from, limit, options), options),
    adopt: (papers, options) => guard(() => adoption.adopt(papers, options), options),
    setMetadata: (metadata, options) => guard(() => adoption.setMetadata(metadata, options), options),
  };
}
