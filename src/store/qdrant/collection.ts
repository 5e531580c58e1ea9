import { isDeepStrictEqual } from 'node:util';

import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';

import { isChange, isCollectionInfo, isCount, isUpdate } from './answers.js';
import type { QdrantHttp } from './http.js';
import { PublicError } from '../../errors/errors.js';
import {
  BM25_VECTOR,
  LAYOUT_VERSION,
  PAYLOAD_INDEXES,
  type CollectionMetadata,
  type IndexedField,
  type IndexKind,
} from '../layout.js';
import type { Filter } from '../filter.js';
import type { CallOptions } from '../shared-call.js';
import type { CollectionInfo, CollectionOptions, IndexingState } from '../store.js';

/**
 * The oldest version that PaperQL has been tested with. It can add a vector to a collection (`repair`) and keeps the
 * collection's metadata.
 */
const OLDEST_VERSION = { major: 1, minor: 18 };

/** The oldest layout whose collections on a server equal those of the current layout. */
const SAME_LAYOUT = 3;

const StoredMetadata = z.object({
  layout_version: z
    .int()
    .transform((version) => (version >= SAME_LAYOUT && version < LAYOUT_VERSION ? LAYOUT_VERSION : version)),
  embedder: z.string(),
  dimension: z.int(),
  embedded_text: z.string(),
  document_prefix: z.string().optional(),
  query_prefix: z.string().optional(),
}) satisfies z.ZodType<CollectionMetadata>;

const UnnamedVector = z.object({ size: z.number(), distance: z.string() });

/** `toWords` equals this tokenizer; change both together. */
const TEXT_INDEX = {
  type: 'text',
  tokenizer: 'word',
  lowercase: true,
  ascii_folding: true,
  phrase_matching: true,
} as const satisfies Schemas['TextIndexParams'];

const INDEX_SCHEMAS = {
  keyword: 'keyword',
  keywords: 'keyword',
  text: TEXT_INDEX,
  texts: TEXT_INDEX,
  integer: 'integer',
  datetime: 'datetime',
} as const satisfies Record<IndexKind, Schemas['PayloadFieldSchema']>;

/**
 * Fields for whose values the graph gets links: those of the usual filters, because links take several times as long to
 * build as the graph itself. Searches with conditions on other fields use ACORN instead, see
 * `docs/decisions/0027-links-in-the-graph.md`.
 */
export const LINKED_FIELDS: ReadonlySet<string> = new Set<IndexedField>([
  'archives',
  'author_keys',
  'categories',
  'submitted_at',
]);

const INDEXED_FIELDS = Object.keys(PAYLOAD_INDEXES) as IndexedField[]; // a const object has no other keys

/**
 * @throws PublicError if the server is older than PaperQL needs, or is not Qdrant.
 */
export async function checkVersion(http: QdrantHttp, server: string): Promise<void> {
  const version = await http.readVersion();
  if (version === undefined || !/^\d+\.\d+/.test(version)) {
    throw new PublicError('STORE_UNAVAILABLE', `${server} did not answer as Qdrant does`, {
      hint: 'Check QDRANT_URL',
    });
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const { major: oldestMajor, minor: oldestMinor } = OLDEST_VERSION;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new PublicError(
    'STORE_UNAVAILABLE',
    `${server} has version ${version}; PaperQL needs ${oldestMajor}.${oldestMinor} or newer`,
  );
}

/**
 * Compressed copies of the vectors, which searches look at first. They stay in memory wherever the vectors are.
 */
export const QUANTIZATION_CONFIGS = {
  scalar: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } },
  product: { product: { compression: 'x16', always_ram: true } },
  binary: { binary: { always_ram: true } },
  // TurboQuant, by bits per number: https://qdrant.tech/documentation/manage-data/quantization/
  turbo4: { turbo: { bits: 'bits4', always_ram: true } },
  turbo2: { turbo: { bits: 'bits2', always_ram: true } },
  turbo1: { turbo: { bits: 'bits1', always_ram: true } },
} as const satisfies Record<string, Schemas['QuantizationConfig']>;

/**
 * Segments of a new collection until its first load has ended. For each word of a paper, the server walks through all
 * papers of the segment that contain it, so the time per paper grows with the segment: 0.45 ms in two segments of
 * 12,500 papers, 0.1 ms in eight.
 */
const LOADING_SEGMENTS = 8;
/**
 * Papers of a segment during a load; then the server adds another segment. Smaller ones take less time for each paper,
 * and more memory: with 12,500, a million papers took 15 GB, and merging them more than 21.
 */
const LOADING_SEGMENT_PAPERS = 50_000;
/** As many as there are cores; the rest are merged. */
const AUTOMATIC_SEGMENTS = 0;
/** Vectors of a segment after the load, in kilobytes. This is the server's default on two cores. */
const MAX_SEGMENT_SIZE = 512_000;

/** The greatest `max_segment_size` during a load, in kilobytes. */
function loadingSegmentSize(dimension: number): number {
  return Math.ceil((LOADING_SEGMENT_PAPERS * dimension * Float32Array.BYTES_PER_ELEMENT) / 1_024);
}

/**
 * Creates the collection with settings for fast loading; `setVectorIndexing('on')` tells the server that loading has
 * ended.
 */
export async function createCollection(
  http: QdrantHttp,
  name: string,
  metadata: CollectionMetadata,
  { shards, replicas, onDisk, quantization, hnswM, hnswEfConstruct }: CollectionOptions,
  options?: CallOptions,
): Promise<void> {
  const onDiskSetting = onDisk === undefined ? {} : { on_disk: onDisk };
  const hnsw = {
    ...(hnswM !== undefined && { m: hnswM }),
    ...(hnswEfConstruct !== undefined && { ef_construct: hnswEfConstruct }),
  };
  const settings: Schemas['CreateCollection'] = {
    vectors: { size: metadata.dimension, distance: 'Cosine', ...onDiskSetting },
    sparse_vectors: { [BM25_VECTOR]: { modifier: 'idf' } },
    optimizers_config: {
      default_segment_number: LOADING_SEGMENTS,
      max_segment_size: loadingSegmentSize(metadata.dimension),
    },
    metadata: { ...metadata, [SEGMENTS_KEY]: AUTOMATIC_SEGMENTS, [SIZE_KEY]: MAX_SEGMENT_SIZE },
    ...(shards !== undefined && { shard_number: shards }),
    ...(replicas !== undefined && { replication_factor: replicas }),
    ...(onDisk !== undefined && { on_disk_payload: onDisk }),
    ...(quantization && { quantization_config: QUANTIZATION_CONFIGS[quantization] }),
    ...(Object.keys(hnsw).length > 0 && { hnsw_config: hnsw }),
  };
  await makeCollection(http, name, settings, options);
  await createIndexes(http, name, INDEXED_FIELDS, options);
}

/** How many servers keep a collection with these parameters, for another one that must survive the same failures. */
export function toReplication({
  replication_factor: replicas = 1,
  write_consistency_factor: consistency = 1,
}: Schemas['CollectionParams']): Pick<
  Schemas['CreateCollection'],
  'replication_factor' | 'write_consistency_factor'
> {
  return {
    ...(replicas > 1 && { replication_factor: replicas }),
    ...(consistency > 1 && { write_consistency_factor: consistency }),
  };
}

/** @throws what `send` throws, the 409 of a collection that exists included. */
export async function makeCollection(
  http: QdrantHttp,
  name: string,
  settings: Schemas['CreateCollection'],
  options?: CallOptions,
): Promise<void> {
  await http.send('PUT', toPath(name), settings, isChange, options);
}

export async function updateCollection(
  http: QdrantHttp,
  name: string,
  change: Schemas['UpdateCollection'],
  options?: CallOptions,
): Promise<void> {
  await http.send('PATCH', toPath(name), change, isChange, options);
}

/** Does nothing if the collection does not exist. */
export async function deleteCollection(http: QdrantHttp, name: string, options?: CallOptions): Promise<void> {
  await http.send('DELETE', toPath(name), undefined, isChange, options);
}

/** Resolves when all points are indexed. */
export async function createPayloadIndex(
  http: QdrantHttp,
  name: string,
  index: Schemas['CreateFieldIndex'],
  options?: CallOptions,
): Promise<void> {
  await http.send('PUT', `${toPath(name)}/index?wait=true`, index, isUpdate, options);
}

/** Keys in the collection's metadata that hold its own settings until loading has ended. */
const THRESHOLD_KEY = 'indexing_threshold_before_loading';
const SEGMENTS_KEY = 'segments_before_loading';
const SIZE_KEY = 'max_segment_size_before_loading';

const KeptSettings = z.object({
  [THRESHOLD_KEY]: z.number().optional().catch(undefined),
  [SEGMENTS_KEY]: z.number().optional().catch(undefined),
  [SIZE_KEY]: z.number().optional().catch(undefined),
});

/** The optimizer settings that matter here. A threshold of 0 means that no index is built. */
const OptimizersConfig = z.object({
  indexing_threshold: z.number().nullish(),
  max_segment_size: z.number().nullish(),
});

/** The server's default, in kilobytes (https://qdrant.tech/documentation/concepts/optimizer/). */
const DEFAULT_INDEXING_THRESHOLD = 10_000;

/**
 * Turns the building of vector indexes on or off. A threshold of 0 turns it off, and segments stay small. The
 * collection's own settings are kept in its metadata, so that the next process can restore them if this one dies. A
 * `max_segment_size` that was never set stays so, because it could not be restored. `on` also lets the server merge
 * segments.
 */
export async function setVectorIndexing(
  http: QdrantHttp,
  name: string,
  mode: 'off' | 'on',
  options?: CallOptions,
): Promise<void> {
  const { config, status } = await readCollection(http, name, options);
  const update = (change: Schemas['UpdateCollection']) => updateCollection(http, name, change, options);
  const kept = KeptSettings.parse(config.metadata ?? {});
  if (mode === 'on') {
    if (Object.values(kept).some((value) => value !== undefined)) return update(toPutBack(kept));
    return status === 'grey' ? continueIndexing(http, name, options) : undefined;
  }
  if (kept[THRESHOLD_KEY] !== undefined) return;
  const own = OptimizersConfig.parse(config.optimizer_config);
  const { [SIZE_KEY]: size = own.max_segment_size } = kept;
  const limit =
    typeof size === 'number' ? Math.min(size, loadingSegmentSize(dimensionOf(config))) : undefined;
  // The order matters: if the process is killed in between, the configured values are not lost.
  await update({
    metadata: {
      [THRESHOLD_KEY]: own.indexing_threshold ?? DEFAULT_INDEXING_THRESHOLD,
      ...(limit !== undefined && { [SIZE_KEY]: size }),
    },
  });
  await update({
    optimizers_config: {
      indexing_threshold: 0,
      ...(limit !== undefined && { max_segment_size: limit }),
    },
  });
}

/** Makes a server continue that has paused after a restart, which any change does. */
export async function continueIndexing(http: QdrantHttp, name: string, options?: CallOptions): Promise<void> {
  await updateCollection(http, name, { optimizers_config: {} }, options);
}

/** The dimension of the unnamed vector. */
function dimensionOf({ params }: Schemas['CollectionConfig']): number {
  return UnnamedVector.parse(params.vectors).size;
}

function toPutBack(kept: z.infer<typeof KeptSettings>): Schemas['UpdateCollection'] {
  const { [THRESHOLD_KEY]: threshold, [SEGMENTS_KEY]: segments, [SIZE_KEY]: size } = kept;
  return {
    optimizers_config: {
      ...(threshold !== undefined && { indexing_threshold: threshold }),
      ...(segments !== undefined && { default_segment_number: segments }),
      ...(size !== undefined && { max_segment_size: size }),
    },
    metadata: { [THRESHOLD_KEY]: null, [SEGMENTS_KEY]: null, [SIZE_KEY]: null },
  };
}

/** Progress of the dense vector index. */
export async function describeIndexing(
  http: QdrantHttp,
  name: string,
  options?: CallOptions,
): Promise<IndexingState> {
  const info = await readCollection(http, name, options);
  const { status, optimizer_status: optimizer } = info;
  const total = info.points_count ?? 0;
  // Sparse vectors are always indexed, and are counted together with the dense ones.
  const sparse = info.config.params.sparse_vectors?.[BM25_VECTOR] ? total : 0;
  const indexed = Math.max(0, (info.indexed_vectors_count ?? 0) - sparse);
  const progress = { indexed: Math.min(indexed, total), total };
  if (typeof optimizer === 'object') return { ...progress, state: 'failed', problem: optimizer.error };
  if (status === 'red') return { ...progress, state: 'failed', problem: 'the server marks it red' };
  if (status === 'grey') return { ...progress, state: 'paused' };
  return { ...progress, state: status === 'green' ? 'idle' : 'building' };
}

/** Builds the payload indexes that the collection lacks. */
export async function createMissingIndexes(
  http: QdrantHttp,
  name: string,
  options?: CallOptions,
): Promise<void> {
  const { payload_schema: schema } = await readCollection(http, name, options);
  await createIndexes(http, name, missingIndexes(schema), options);
}

async function createIndexes(
  http: QdrantHttp,
  name: string,
  fields: readonly IndexedField[],
  options?: CallOptions,
): Promise<void> {
  for (const field of fields) {
    const expected = INDEX_SCHEMAS[PAYLOAD_INDEXES[field]];
    const params = typeof expected === 'string' ? { type: expected } : expected;
    const schema = { ...params, enable_hnsw: LINKED_FIELDS.has(field) };
    await createPayloadIndex(http, name, { field_name: field, field_schema: schema }, options);
  }
}

/** @throws what `send` throws, a missing collection's 404 included. */
export function readCollection(
  http: QdrantHttp,
  name: string,
  options?: CallOptions,
): Promise<Schemas['CollectionInfo']> {
  return http.send('GET', toPath(name), undefined, isCollectionInfo, options);
}

export function toPath(collection: string): string {
  return `/collections/${encodeURIComponent(collection)}`;
}

/**
 * The exact number of points that the filter selects. The server reads all their ids. The whole collection has its
 * number in its description, which is exact unless segments are being moved.
 *
 * @throws what `send` throws, a missing collection's 404 included.
 */
export async function countPoints(
  http: QdrantHttp,
  name: string,
  filter?: Filter,
  options?: CallOptions,
): Promise<number> {
  if (filter && Object.keys(filter).length > 0) return countSelected(http, name, filter, options);
  return countAll(http, name, await readCollection(http, name, options), options);
}

async function countAll(
  http: QdrantHttp,
  name: string,
  { status, points_count: count }: Schemas['CollectionInfo'],
  options?: CallOptions,
): Promise<number> {
  if (status === 'green' && typeof count === 'number') return count;
  return countSelected(http, name, undefined, options);
}

async function countSelected(
  http: QdrantHttp,
  name: string,
  filter: Filter | undefined,
  options?: CallOptions,
): Promise<number> {
  const body = { ...(filter && { filter }), exact: true };
  return (await http.send('POST', `${toPath(name)}/points/count`, body, isCount, options)).count;
}

/** @throws what `send` throws, a missing collection's 404 included. */
export async function describeCollection(
  http: QdrantHttp,
  name: string,
  options?: CallOptions,
): Promise<CollectionInfo> {
  const described = await readCollection(http, name, options);
  const { config, payload_schema: schema } = described;
  const vector = UnnamedVector.safeParse(config.params.vectors);
  if (!vector.success) {
    throw new PublicError('STORE_UNAVAILABLE', `The collection ${name} has no unnamed dense vector`, {
      lasting: true,
      hint: 'Name another with QDRANT_COLLECTION',
    });
  }
  return {
    name,
    count: await countAll(http, name, described, options),
    dimension: vector.data.size,
    distance: vector.data.distance,
    metadata: StoredMetadata.safeParse(config.metadata).data ?? null,
    missingIndexes: missingIndexes(schema),
  };
}

/** Fields whose index is missing, has another type, or splits texts into words differently. */
function missingIndexes(schema: Schemas['CollectionInfo']['payload_schema']): IndexedField[] {
  return INDEXED_FIELDS.filter((field) => {
    const expected = INDEX_SCHEMAS[PAYLOAD_INDEXES[field]];
    const found = schema[field];
    if (typeof expected === 'string') return found?.data_type !== expected;
    return !isDeepStrictEqual(withoutStorage(found?.params), expected);
  });
}

/**
 * The index parameters that affect what a filter selects: not where the index is stored, and not those that are null.
 */
function withoutStorage(params: object | null | undefined): object {
  const entries = Object.entries(params ?? {});
  return Object.fromEntries(
    entries.filter(([key, value]) => value !== null && key !== 'on_disk' && key !== 'enable_hnsw'),
  );
}
