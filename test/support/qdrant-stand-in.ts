import { z } from 'zod';

import { ok, refusal, type QdrantAnswer, type QdrantRequest } from './qdrant-server.js';

const Point = z.strictObject({
  id: z.uuid(),
  vector: z.record(z.string(), z.unknown()),
  payload: z.record(z.string(), z.unknown()),
});
type Point = z.infer<typeof Point>;

const Settings = z.looseObject({
  vectors: z.union([z.strictObject({ size: z.int(), distance: z.literal('Cosine') }), z.strictObject({})]),
  sparse_vectors: z.record(z.string(), z.unknown()).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

interface Collection {
  settings: z.infer<typeof Settings>;
  threshold: number;
  indexes: Record<string, { data_type: string; params?: object }>;
  points: Map<string, Point>;
}

/**
 * As much of a Qdrant server as loading speaks to, in memory, for where there is no real one: it keeps what it is sent and
 * gives it back, and refuses whatever else it is asked. It compares no vectors.
 */
export function createQdrantStandIn(): (request: QdrantRequest) => QdrantAnswer {
  const collections = new Map<string, Collection>();
  const aliases = new Map<string, string>();

  return ({ method, path, body }) => {
    if (path === '/') return { status: 200, body: { title: 'qdrant', version: '1.18.3' } };
    if (path === '/aliases') return ok({ aliases: toAliasList(aliases) });
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
    return answerOn(collection, route, body);
  };
}

function createCollection(body: unknown): Collection {
  return { settings: Settings.parse(body), threshold: 10_000, indexes: {}, points: new Map() };
}

function answerOn(collection: Collection, route: string, body: unknown): QdrantAnswer {
  const { points } = collection;
  switch (route) {
    case 'GET ':
      return ok(describe(collection));
    case 'PATCH ':
      return change(collection, body);
    case 'PUT /index':
      return addIndex(collection, body);
    case 'PUT /points':
      return upsert(collection, body);
    case 'POST /points': {
      const { ids } = z.looseObject({ ids: z.array(z.uuid()) }).parse(body);
      return ok(ids.flatMap((id) => points.get(id) ?? []));
    }
    case 'POST /points/count':
      return ok({ count: points.size });
    case 'POST /points/scroll':
      return scroll(collection, body);
    default:
      return refusal(501, `The stand-in does not know ${route}`);
  }
}

function describe({ settings, threshold, indexes, points }: Collection) {
  return {
    status: 'green',
    optimizer_status: 'ok',
    points_count: points.size,
    indexed_vectors_count: 0,
    payload_schema: indexes,
    config: {
      params: { vectors: settings.vectors, sparse_vectors: settings.sparse_vectors },
      optimizer_config: { indexing_threshold: threshold },
      metadata: settings.metadata,
    },
  };
}

function change(collection: Collection, body: unknown): QdrantAnswer {
  const { optimizers_config: optimizers, metadata } = z
    .strictObject({
      optimizers_config: z.strictObject({ indexing_threshold: z.int() }).optional(),
      metadata: z.record(z.string(), z.unknown()).optional(),
    })
    .parse(body);
  collection.threshold = optimizers?.indexing_threshold ?? collection.threshold;
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

function scroll({ points }: Collection, body: unknown): QdrantAnswer {
  const { limit, offset } = z.looseObject({ limit: z.int(), offset: z.uuid().optional() }).parse(body);
  const ids = [...points.keys()].sort();
  const from = offset === undefined ? 0 : ids.indexOf(offset);
  const page = ids.slice(from, from + limit).flatMap((id) => points.get(id) ?? []);
  return ok({ points: page, next_page_offset: ids[from + limit] ?? null });
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
