import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

import { ok, refusal, type QdrantAnswer, type QdrantRequest } from './qdrant-server.js';

const Vectors = z.record(z.string(), z.unknown());

const Point = z.strictObject({
  id: z.uuid(),
  /** A list alone is the unnamed vector. */
  vector: z.union([
    Vectors,
    z.array(z.number()).transform((list): z.infer<typeof Vectors> => ({ '': list })),
  ]),
  payload: z.record(z.string(), z.unknown()).default({}),
});
type Point = z.infer<typeof Point>;

const Optimizers = z.strictObject({
  indexing_threshold: z.int().optional(),
  default_segment_number: z.int().optional(),
  max_segment_size: z.int().min(1).optional(),
});

const Graph = z.looseObject({ m: z.int().optional(), ef_construct: z.int().optional() });

const Settings = z.looseObject({
  vectors: z.union([z.strictObject({ size: z.int(), distance: z.literal('Cosine') }), z.strictObject({})]),
  sparse_vectors: z.record(z.string(), z.unknown()).optional(),
  optimizers_config: Optimizers.default({}),
  metadata: z.record(z.string(), z.unknown()).optional(),
  replication_factor: z.int().default(1),
  hnsw_config: Graph.default({}),
});

interface Collection {
  settings: z.infer<typeof Settings>;
  indexes: Record<string, { data_type: string; params?: object }>;
  points: Map<string, Point>;
  /** Snapshots of its one shard, by name. */
  snapshots: Map<string, Buffer>;
}

/**
 * The part of a Qdrant server that loading, tuning and backups use, in memory, for machines without a real one. It stores and
 * returns what it receives, ranks by comparing every vector or entry, and rejects everything else.
 *
 * @param isWhole whether all nodes of the cluster are up; otherwise, points without a replica are unavailable.
 */
export function createQdrantStandIn(isWhole = () => true): (request: QdrantRequest) => QdrantAnswer {
  const collections = new Map<string, Collection>();
  const aliases = new Map<string, string>();

  return ({ method, path, body, headers }) => {
    if (path === '/') return { status: 200, body: { title: 'qdrant', version: '1.18.3' } };
    if (path === '/healthz' || path === '/readyz') return { status: 200, body: 'it is' };
    if (path === '/aliases') return ok({ aliases: toAliasList(aliases) });
    if (path === '/collections')
      return ok({ collections: [...collections.keys()].map((name) => ({ name })) });
    if (path.startsWith('/collections/aliases')) return changeAliases(aliases, body);
    const [, name = '', rest = ''] = /^\/collections\/([^/?]+)(\/[^?]*)?(?:\?.*)?$/.exec(path) ?? [];
    const route = `${method} ${rest}`;
    if (route === 'DELETE ') return ok(collections.delete(name));
    const collection = collections.get(aliases.get(name) ?? name);
    if (route === 'PUT ') {
      if (collection) return refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
      collections.set(name, createCollection(body));
      return ok(true);
    }
    if (!collection) return refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
    if (rest.startsWith('/points') && collection.settings.replication_factor < 2 && !isWhole()) {
      return refusal(500, 'Service internal error: The replica set for shard 0 has no active replica');
    }
    if (rest.startsWith('/shards/')) return answerOnShard(collection, method, rest, { path, body, headers });
    return answerOn(collection, route, body);
  };
}

function createCollection(body: unknown): Collection {
  return { settings: Settings.parse(body), indexes: {}, points: new Map(), snapshots: new Map() };
}

function answerOn(collection: Collection, route: string, body: unknown): QdrantAnswer {
  const { points } = collection;
  switch (route) {
    case 'GET ':
      return ok(describe(collection));
    case 'PATCH ':
      return change(collection, body);
    case 'GET /cluster':
      return ok({
        peer_id: 1,
        shard_count: 1,
        local_shards: [{ shard_id: 0, points_count: points.size, state: 'Active' }],
        remote_shards: [],
        shard_transfers: [],
      });
    case 'PUT /index':
      return addIndex(collection, body);
    case 'PUT /points':
      return upsert(collection, body);
    case 'POST /points': {
      const { ids, with_vector: vectors } = Retrieval.parse(body);
      const found = ids.flatMap((id) => points.get(id) ?? []);
      return ok(Array.isArray(vectors) ? found.map(toUnnamedVector) : found);
    }
    case 'PUT /vectors/bm25':
      collection.settings.sparse_vectors = {
        bm25: z.strictObject({ sparse: z.unknown() }).parse(body).sparse,
      };
      return ok(true);
    case 'PUT /points/vectors':
      return addVectors(points, body);
    case 'POST /points/batch':
      return overwritePayloads(points, body);
    case 'GET /optimizations':
      return ok({ summary: { queued_optimizations: 0 }, running: [], idle_segments: [] });
    case 'POST /points/query':
      return ok(rank(collection, Search.parse(body)));
    case 'POST /points/query/batch':
      return rankEach(collection, body);
    case 'POST /points/count':
      return ok({ count: points.size });
    case 'POST /points/scroll':
      return scroll(collection, body);
    default:
      return refusal(501, `The stand-in does not know ${route}`);
  }
}

const Retrieval = z.looseObject({
  ids: z.array(z.uuid()),
  with_vector: z.union([z.boolean(), z.tuple([z.literal('')])]).optional(),
});

/** Replaces the named vectors by the dense one, which the server has scaled to length 1. */
function toUnnamedVector({ id, vector }: Point) {
  const numbers = z.array(z.number()).parse(vector['']);
  const length = Math.hypot(...numbers);
  return { id, vector: numbers.map((number) => number / length) };
}

function describe({ settings, indexes, points }: Collection) {
  return {
    status: 'green',
    optimizer_status: 'ok',
    points_count: points.size,
    indexed_vectors_count: 0,
    payload_schema: indexes,
    config: {
      params: {
        vectors: settings.vectors,
        sparse_vectors: settings.sparse_vectors,
        replication_factor: settings.replication_factor,
      },
      optimizer_config: {
        indexing_threshold: 10_000,
        default_segment_number: 0,
        ...settings.optimizers_config,
      },
      hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000, ...settings.hnsw_config },
      metadata: settings.metadata,
    },
  };
}

function change(collection: Collection, body: unknown): QdrantAnswer {
  const {
    optimizers_config: optimizers,
    hnsw_config: graph,
    metadata,
  } = z
    .strictObject({
      optimizers_config: Optimizers.optional(),
      hnsw_config: Graph.optional(),
      quantization_config: z.literal('Disabled').optional(),
      metadata: z.record(z.string(), z.unknown()).optional(),
    })
    .parse(body);
  Object.assign(collection.settings.optimizers_config, optimizers);
  Object.assign(collection.settings.hnsw_config, graph);
  const changed = Object.entries({ ...collection.settings.metadata, ...metadata });
  collection.settings.metadata = Object.fromEntries(changed.filter(([, value]) => value !== null));
  return ok(true);
}

function addIndex({ indexes }: Collection, body: unknown): QdrantAnswer {
  const schema = z.union([z.string(), z.looseObject({ type: z.string() })]);
  const { field_name: field, field_schema: kind } = z
    .looseObject({ field_name: z.string(), field_schema: schema })
    .parse(body);
  indexes[field] = typeof kind === 'string' ? { data_type: kind } : { data_type: kind.type, params: kind };
  return ok({ operation_id: 0, status: 'completed' });
}

function upsert({ settings, points }: Collection, body: unknown): QdrantAnswer {
  const sent = z.strictObject({ points: z.array(Point).min(1) }).safeParse(body);
  if (!sent.success) return refusal(400, `Format error in JSON body: ${sent.error.message}`);
  const size = 'size' in settings.vectors ? settings.vectors.size : undefined;
  for (const { vector } of sent.data.points) {
    const dense = vector[''];
    const found = Array.isArray(dense) ? dense.length : undefined;
    if (found !== size)
      return refusal(400, `Wrong input: Vector dimension error: expected dim: ${size}, got ${found}`);
  }
  for (const point of sent.data.points) points.set(point.id, point);
  return ok({ operation_id: 0, status: 'completed' });
}

type ShardRequest = Pick<QdrantRequest, 'path' | 'body' | 'headers'>;

/** Answers requests to a collection's only shard, number 0: to create, return, delete and restore snapshots. */
function answerOnShard(
  collection: Collection,
  method: string,
  rest: string,
  request: ShardRequest,
): QdrantAnswer {
  const [, shard, name] = /^\/shards\/(\d+)\/snapshots(?:\/(.+))?$/.exec(rest) ?? [];
  if (shard !== '0') return refusal(404, `Not found: Shard ${shard} not found`);
  const { snapshots } = collection;
  if (method === 'POST' && name === undefined) return addSnapshot(collection);
  if (method === 'POST' && name === 'upload') return takeSnapshot(collection, request);
  const snapshot = snapshots.get(name ?? '');
  if (!snapshot) return refusal(404, `Not found: Snapshot ${name} not found`);
  if (method === 'GET') {
    return { status: 200, body: snapshot, headers: { 'content-type': 'application/octet-stream' } };
  }
  if (method === 'DELETE') return ok(snapshots.delete(name ?? ''));
  return refusal(405, '');
}

function addSnapshot({ settings, points, snapshots }: Collection): QdrantAnswer {
  const content = Buffer.from(JSON.stringify({ vectors: settings.vectors, points: [...points.values()] }));
  const name = `shard-0-${snapshots.size}.snapshot`;
  snapshots.set(name, content);
  const checksum = createHash('sha256').update(content).digest('hex');
  return ok({ name, creation_time: '2026-11-29T00:00:00', size: content.length, checksum });
}

const Priority = z.enum(['no_sync', 'snapshot', 'replica']);

/** Restores the shard from the file, which must have vectors of the same kind. */
function takeSnapshot(collection: Collection, { path, body, headers }: ShardRequest): QdrantAnswer {
  const priority = new URL(path, 'http://any').searchParams.get('priority');
  const [, boundary] = /^multipart\/form-data; boundary=(\S+)$/.exec(headers['content-type'] ?? '') ?? [];
  if (!Priority.safeParse(priority).success || boundary === undefined || !Buffer.isBuffer(body)) {
    return refusal(400, 'Format error in the request');
  }
  const begin = body.indexOf('\r\n\r\n');
  const end = body.lastIndexOf(`\r\n--${boundary}--`);
  const head = body.subarray(0, begin).toString();
  if (begin < 0 || end < begin || !/^content-disposition: form-data; name="snapshot"/im.test(head)) {
    return refusal(400, 'Field "snapshot" is required');
  }
  const { vectors, points } = z
    .object({ vectors: z.unknown(), points: z.array(Point) })
    .parse(JSON.parse(body.subarray(begin + 4, end).toString()));
  if (!isDeepStrictEqual(vectors, collection.settings.vectors)) {
    return refusal(400, 'Wrong input: Snapshot is not compatible with existing collection');
  }
  collection.points = new Map(points.map((point) => [point.id, point]));
  return ok(true);
}

const IsEmpty = z.strictObject({ is_empty: z.strictObject({ key: z.string() }) });

/** Whether the field is missing; true if there is no condition. */
function fits({ payload }: Point, condition: z.infer<typeof IsEmpty> | undefined): boolean {
  return condition === undefined || payload[condition.is_empty.key] === undefined;
}

const VectorUpdate = z.strictObject({
  points: z.array(z.strictObject({ id: z.uuid(), vector: Vectors })).min(1),
  update_filter: z.strictObject({ must: z.tuple([IsEmpty]) }).optional(),
});

function addVectors(points: Collection['points'], body: unknown): QdrantAnswer {
  const { points: changes, update_filter: filter } = VectorUpdate.parse(body);
  const missing = changes.find(({ id }) => !points.has(id));
  if (missing) return refusal(404, `Not found: No point with id ${missing.id} found`);
  for (const { id, vector } of changes) {
    const point = points.get(id);
    if (point && fits(point, filter?.must[0])) Object.assign(point.vector, vector);
  }
  return ok({ operation_id: 0, status: 'completed' });
}

const PayloadUpdates = z.strictObject({
  operations: z.array(
    z.strictObject({
      overwrite_payload: z.strictObject({
        filter: z.strictObject({
          must: z.tuple([z.strictObject({ has_id: z.tuple([z.uuid()]) }), IsEmpty]),
        }),
        payload: z.record(z.string(), z.unknown()),
      }),
    }),
  ),
});

function overwritePayloads(points: Collection['points'], body: unknown): QdrantAnswer {
  const { operations } = PayloadUpdates.parse(body);
  for (const { overwrite_payload: change } of operations) {
    const [{ has_id: ids }, condition] = change.filter.must;
    const point = points.get(ids[0]);
    if (point && fits(point, condition)) point.payload = change.payload;
  }
  return ok(operations.map(() => ({ operation_id: 0, status: 'completed' })));
}

const Sparse = z.strictObject({ indices: z.array(z.int()), values: z.array(z.number()) });

const Order = z.strictObject({
  order_by: z.strictObject({ key: z.string(), direction: z.literal('desc') }),
});
const Matches = z.strictObject({
  must: z.array(z.strictObject({ key: z.string(), match: z.strictObject({ value: z.string() }) })),
});

const Search = z.strictObject({
  query: z.union([z.array(z.number()), Sparse, Order]),
  using: z.literal('bm25').optional(),
  filter: Matches.optional(),
  params: z.unknown().optional(),
  offset: z.int().default(0),
  limit: z.int(),
  with_payload: z.unknown(),
});
type Search = z.infer<typeof Search>;

function rankEach(collection: Collection, body: unknown): QdrantAnswer {
  const { searches } = z.strictObject({ searches: z.array(Search) }).parse(body);
  return ok(searches.map((search) => rank(collection, search)));
}

function rank({ points }: Collection, { query, filter, offset, limit }: Search) {
  const selected = [...points.values()].filter(({ payload }) =>
    (filter?.must ?? []).every(({ key, match }) => [payload[key]].flat().includes(match.value)),
  );
  const scored = selected.map((point) => ({
    id: point.id,
    payload: point.payload,
    score: toScore(query, point),
  }));
  const found = Array.isArray(query) ? scored : scored.filter(({ score }) => score > 0);
  found.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  return { points: found.slice(offset, offset + limit) };
}

function toScore(query: Search['query'], { vector, payload }: Point): number {
  if (Array.isArray(query)) return cosine(query, vector['']);
  return 'order_by' in query ? Number(payload[query.order_by.key] ?? 0) : overlap(query, vector['bm25']);
}

function cosine(query: readonly number[], stored: unknown): number {
  const vector = stored as readonly number[]; // `upsert` has checked it
  let [product, squares] = [0, 0];
  for (const [at, number] of vector.entries()) {
    product += number * (query[at] ?? NaN);
    squares += number * number;
  }
  return product / Math.sqrt(squares);
}

/** All words have the same weight, however rare they are. */
function overlap({ indices, values }: z.infer<typeof Sparse>, stored: unknown): number {
  const words = stored as z.infer<typeof Sparse>; // as PaperQL writes them
  const weights = new Map(words.indices.map((index, at) => [index, words.values[at] ?? 0]));
  return indices.reduce((sum, index, at) => sum + (values[at] ?? 0) * (weights.get(index) ?? 0), 0);
}

const Scroll = z.looseObject({
  limit: z.int(),
  /** Any place among the ids. */
  offset: z.guid().optional(),
  filter: z.strictObject({ must: z.tuple([IsEmpty]) }).optional(),
});

function scroll({ points }: Collection, body: unknown): QdrantAnswer {
  const { limit, offset = '', filter } = Scroll.parse(body);
  const found = [...points.values()]
    .filter((point) => point.id >= offset && fits(point, filter?.must[0]))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return ok({ points: found.slice(0, limit), next_page_offset: found[limit]?.id ?? null });
}

function toAliasList(aliases: ReadonlyMap<string, string>) {
  return [...aliases].map(([alias, collection]) => ({ alias_name: alias, collection_name: collection }));
}

const Action = z.union([
  z.strictObject({ create_alias: z.strictObject({ alias_name: z.string(), collection_name: z.string() }) }),
  z.strictObject({ delete_alias: z.strictObject({ alias_name: z.string() }) }),
]);

function changeAliases(aliases: Map<string, string>, body: unknown): QdrantAnswer {
  const { actions } = z.strictObject({ actions: z.array(Action) }).parse(body);
  for (const action of actions) {
    if ('create_alias' in action)
      aliases.set(action.create_alias.alias_name, action.create_alias.collection_name);
    else aliases.delete(action.delete_alias.alias_name);
  }
  return ok(true);
}
