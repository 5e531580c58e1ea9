import {
  ok,
  refusal,
  startQdrantServer,
  type QdrantAnswer,
  type QdrantRequest,
  type Reaction,
} from './qdrant-server.js';

/** A collection of the stand-in: its settings in the server's format, and its points. */
export interface StandInCollection {
  config: {
    params: Record<string, unknown>;
    hnsw_config: Record<string, unknown>;
    optimizer_config: Record<string, unknown>;
    quantization_config: Record<string, unknown> | null;
    metadata: Record<string, unknown>;
  };
  points: Map<string, StandInPoint>;
  /** Whether the server has restarted and indexes nothing until the next change. */
  isPaused?: boolean;
}

interface StandInPoint {
  id: string;
  vector: number[];
  payload?: Record<string, string>;
}

export interface StandInOptions {
  /** Called before every answer. Returns another answer to send, or undefined. */
  instead?: (request: QdrantRequest) => Reaction | undefined;
  /** The seconds that the answer to a query reports. */
  secondsOf?: (collection: StandInCollection, params: Record<string, unknown>) => number;
  /** Number of points that are not in the index. */
  unindexed?: number;
}

/**
 * The part of a Qdrant server that tuning uses: it keeps collections in memory, compares every vector, and has always finished
 * indexing. It rejects everything else.
 */
export async function startTuningStandIn(options: StandInOptions = {}) {
  const collections = new Map<string, StandInCollection>();
  const server = await startQdrantServer(async (request) => {
    return options.instead?.(request) ?? answer(collections, request, options);
  });
  return { ...server, collections };
}

function answer(
  collections: Map<string, StandInCollection>,
  { method, path, body }: QdrantRequest,
  options: StandInOptions,
): QdrantAnswer {
  const { pathname } = new URL(path, 'http://stand-in');
  if (pathname === '/') return { status: 200, body: { title: 'qdrant', version: '1.18.3', commit: null } };
  if (pathname === '/telemetry') return ok({ memory: { resident_bytes: 50_000_000 } });
  const [, root, name, ...rest] = pathname.split('/').map(decodeURIComponent);
  if (root !== 'collections') return unknown(method, path);
  if (name === undefined) return ok({ collections: [...collections.keys()].map((each) => ({ name: each })) });
  const content = (body ?? {}) as Body; // JSON that PaperQL wrote
  if (rest.length === 0 && method === 'PUT') {
    collections.set(name, create(content));
    return ok(true);
  }
  if (rest.length === 0 && method === 'DELETE') return ok(collections.delete(name));
  const collection = collections.get(name);
  if (!collection) return refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
  const react = REACTIONS[[method, ...rest].join(' ')];
  if (!react) return unknown(method, path);
  const seconds = rest.includes('query') ? options.secondsOf?.(collection, content.params ?? {}) : undefined;
  return timed(react(collection, content, options), seconds);
}

function timed(result: unknown, seconds = 0.001): QdrantAnswer {
  return { status: 200, body: { result, status: 'ok', time: seconds } };
}

function unknown(method: string, path: string): QdrantAnswer {
  return refusal(501, `the stand-in has no ${method} ${path}`);
}

interface Body {
  vectors?: unknown;
  shard_number?: number;
  replication_factor?: number;
  hnsw_config?: Record<string, unknown>;
  optimizers_config?: Record<string, unknown>;
  quantization_config?: Record<string, unknown> | 'Disabled';
  metadata?: Record<string, unknown>;
  points?: StandInPoint[];
  query?: number[] | { sample: 'random' };
  params?: Record<string, unknown>;
  offset?: string;
  limit?: number;
  /** The filter that tuning uses: from an instant on. */
  filter?: { must: { key: string; range: { gte: string } }[] };
}

function create({
  vectors,
  shard_number = 1,
  replication_factor = 1,
  hnsw_config,
  optimizers_config,
  metadata,
}: Body): StandInCollection {
  return {
    config: {
      params: { vectors, shard_number, replication_factor, on_disk_payload: true },
      hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000, ...hnsw_config },
      optimizer_config: { default_segment_number: 0, indexing_threshold: 10_000, ...optimizers_config },
      quantization_config: null,
      metadata: { ...metadata },
    },
    points: new Map(),
  };
}

type React = (collection: StandInCollection, body: Body, options: StandInOptions) => unknown;

const REACTIONS: Record<string, React> = {
  GET: ({ config, points, isPaused }, _, { unindexed = 0 }) => ({
    status: isPaused ? 'grey' : 'green',
    optimizer_status: 'ok',
    points_count: points.size,
    indexed_vectors_count: isPaused ? 0 : points.size - unindexed,
    segments_count: 1,
    config,
    payload_schema: {},
  }),
  PATCH: (collection, { hnsw_config, optimizers_config, quantization_config, metadata }) => {
    collection.isPaused = false;
    const { config } = collection;
    Object.assign(config.hnsw_config, hnsw_config);
    Object.assign(config.optimizer_config, optimizers_config);
    Object.assign(config.metadata, metadata);
    if (quantization_config) {
      config.quantization_config = quantization_config === 'Disabled' ? null : quantization_config;
    }
    return true;
  },
  'GET optimizations': () => ({ summary: { queued_optimizations: 0 }, running: [], idle_segments: [] }),
  'GET memory': ({ config, points }) => ({
    vectors: [
      {
        name: '',
        storage: usage(points.size * 48),
        index: usage(points.size * 16),
        quantized: config.quantization_config ? usage(points.size * 12) : null,
      },
    ],
  }),
  'PUT index': () => ({ operation_id: 0, status: 'completed' }),
  'PUT points': ({ points }, { points: added = [] }) => {
    added.forEach((point) => points.set(point.id, point));
    return { operation_id: 0, status: 'completed' };
  },
  'POST points count': ({ points }, { filter }) => ({ count: select(points, filter).length }),
  'POST points scroll': ({ points }, { offset = '', limit = 10 }) => {
    const ids = [...points.keys()].sort().filter((id) => id >= offset);
    const page = ids.slice(0, limit).map((id) => ({ id, vector: points.get(id)?.vector }));
    return { points: page, next_page_offset: ids[limit] ?? null };
  },
  'POST points query': ({ points }, { query = [], limit = 10, filter }) => {
    const selected = select(points, filter);
    if (!Array.isArray(query)) return { points: selected.slice(0, limit) };
    const scored = selected.map(({ id, vector }) => ({ id, score: cosine(query, vector), version: 1 }));
    return { points: scored.sort((a, b) => b.score - a.score).slice(0, limit) };
  },
};

function select(points: StandInCollection['points'], filter: Body['filter']): StandInPoint[] {
  const { must = [] } = filter ?? {};
  return [...points.values()].filter(({ payload }) =>
    must.every(({ key, range }) => Date.parse(payload?.[key] ?? '') >= Date.parse(range.gte)),
  );
}

function usage(bytes: number) {
  return { disk_bytes: bytes, ram_bytes: bytes, cached_bytes: 0, expected_cache_bytes: 0 };
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (one: readonly number[], other: readonly number[]) =>
    one.reduce((sum, value, at) => sum + value * (other[at] ?? NaN), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
