import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';

import { isAnything, isRecord } from './answers.js';
import {
  createPayloadIndex,
  deleteCollection,
  describeCollection,
  makeCollection,
  readCollection,
  setVectorIndexing,
  toPath,
  updateCollection,
} from './collection.js';
import { isMissingCollection, type ErrorContext } from './errors.js';
import type { QdrantHttp } from './http.js';
import type { Server } from './node.js';
import { withPublicErrors } from './qdrant-store.js';
import { listShards, openPeers, type Peer, type Shard } from './shards.js';
import { downloadFile, uploadFile } from './snapshot-files.js';
import { PublicError, toError } from '../../errors/errors.js';
import type { StoreBackup } from '../backup.js';
import type { CollectionInfo } from '../store.js';

/** Describes the collection without its shards, each of which has its own file. */
const COLLECTION_FILE = 'collection.json';
const toShardFile = (shard: number) => `shard-${shard}.snapshot`;

const Settings = z.record(z.string(), z.unknown());

const SavedCollection = z.object({
  /**
   * Version of the server. A snapshot can be restored on servers of the same minor version or the next one.
   */
  qdrant: z.string(),
  config: z.object({
    params: z.looseObject({ vectors: Settings }),
    hnsw_config: Settings.nullish(),
    optimizer_config: Settings.nullish(),
    wal_config: Settings.nullish(),
    quantization_config: Settings.nullish(),
    strict_mode_config: Settings.nullish(),
    metadata: Settings.nullish(),
  }),
  indexes: z.record(z.string(), z.object({ data_type: z.string(), params: Settings.nullish() })),
  shards: z.array(z.int()).min(1),
});
type SavedCollection = z.infer<typeof SavedCollection>;

/**
 * Key in the metadata of a collection that is being restored. A collection with this key may be deleted and created
 * again.
 */
const UNFINISHED_KEY = 'unfinished_restore';

const Snapshot = z.object({ name: z.string(), checksum: z.string().nullish() });

/**
 * Interval of health checks while a server makes or reads a snapshot, and the time limit of each check, as of other
 * requests that take no time.
 */
const LOOK_EVERY_MS = 5_000;
const ALIVE_MS = 10_000;
/** Time limit for a cluster to agree that restored shards are complete. */
const AGREE_MS = 60_000;
const AGREE_LOOK_MS = 250;

/**
 * Copies a collection as Qdrant's snapshots, one per shard, on a single server or a cluster, whatever its size. A
 * snapshot shows its shard at one moment.
 *
 * @param http uses any server that is up.
 */
export function createQdrantBackup(
  http: QdrantHttp,
  servers: readonly Server[],
  context: ErrorContext,
): StoreBackup {
  const { collection } = context;
  return {
    save: (folder, signal) =>
      withPublicErrors(context, () => save(http, servers, collection, folder, signal), { signal }),
    restore: (folder, signal) =>
      withPublicErrors(context, () => restore(http, servers, collection, folder, signal), { signal }),
    findExisting: (signal) => withPublicErrors(context, () => findExisting(http, collection), { signal }),
    close: () => http.close(),
  };
}

async function save(
  http: QdrantHttp,
  servers: readonly Server[],
  collection: string,
  folder: string,
  signal: AbortSignal,
): Promise<CollectionInfo> {
  // Papers that arrive after this may be in the copy, too.
  const info = await describeCollection(http, collection, { signal });
  const { config, payload_schema: indexes } = await readCollection(http, collection, { signal });
  const qdrant = (await http.readVersion({ signal })) ?? '';
  const peers = openPeers(servers);
  try {
    const shards = await listShards(peers, collection, false, signal);
    for (const shard of shards) await saveShard(collection, shard, folder, signal);
    const saved = SavedCollection.parse({ qdrant, config, indexes, shards: shards.map(({ id }) => id) });
    await writeFile(path.join(folder, COLLECTION_FILE), `${JSON.stringify(saved, null, 2)}\n`);
  } finally {
    for (const peer of peers) peer.http.close();
  }
  return info;
}

/** Copies the shard from the first of its servers with which that succeeds. */
async function saveShard(
  collection: string,
  { id, holders }: Shard,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  let failure = new Error(`No server has shard ${id}`);
  for (const holder of holders) {
    try {
      await saveShardOf(holder, collection, id, folder, signal);
      return;
    } catch (thrown) {
      signal.throwIfAborted();
      failure = toError(thrown);
    }
  }
  throw failure;
}

async function saveShardOf(
  holder: Peer,
  collection: string,
  id: number,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const snapshots = `${toPath(collection)}/shards/${id}/snapshots`;
  await whileAlive(holder, signal, async (still) => {
    const { http, server } = holder;
    const made = await http.send('POST', `${snapshots}?wait=true`, undefined, isAnything, { signal: still });
    const { name, checksum } = Snapshot.parse(made);
    const snapshot = `${snapshots}/${encodeURIComponent(name)}`;
    try {
      const found = await downloadFile(server, snapshot, path.join(folder, toShardFile(id)), still);
      if (checksum && checksum.toLowerCase() !== found) {
        throw new PublicError(
          'STORE_UNAVAILABLE',
          `The snapshot of shard ${id} did not arrive as it was made`,
        );
      }
    } finally {
      // A snapshot that cannot be deleted now only takes space on the server.
      const limit = AbortSignal.timeout(ALIVE_MS);
      await http
        .send('DELETE', `${snapshot}?wait=true`, undefined, isAnything, { signal: limit })
        .catch(() => undefined);
    }
  });
}

async function restore(
  http: QdrantHttp,
  servers: readonly Server[],
  collection: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const saved = await readSaved(folder);
  const peers = openPeers(servers);
  await deleteCollection(http, collection, { signal });
  try {
    await makeLike(http, collection, saved, signal);
    const shards = await listShards(peers, collection, true, signal);
    for (const shard of shards) await restoreShard(collection, shard, folder, signal);
    await untilWhole(peers, collection, shards, signal);
    // The collection may have been saved during a load.
    await setVectorIndexing(http, collection, 'on', { signal });
    await updateCollection(http, collection, { metadata: { [UNFINISHED_KEY]: null } }, { signal });
  } catch (error) {
    // If it cannot be deleted now, the next restore deletes it.
    await deleteCollection(http, collection).catch(() => undefined);
    throw error;
  } finally {
    for (const peer of peers) peer.http.close();
  }
}

/**
 * Creates an empty collection with the settings and indexes of the saved one; the points come with their shards.
 */
async function makeLike(
  http: QdrantHttp,
  collection: string,
  saved: SavedCollection,
  signal: AbortSignal,
): Promise<void> {
  await makeCollection(http, collection, toCreation(saved), { signal });
  for (const [field, { data_type: type, params }] of Object.entries(saved.indexes)) {
    const schema = params ? withoutNulls(params) : (type as Schemas['PayloadSchemaType']); // as reported by a server
    const index = { field_name: field, field_schema: schema };
    await createPayloadIndex(http, collection, index, { signal });
  }
}

/** Sends the file to every replica, so that none has to be copied from another. */
async function restoreShard(
  collection: string,
  { id, holders }: Shard,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const upload = `${toPath(collection)}/shards/${id}/snapshots/upload?priority=no_sync&wait=true`;
  for (const holder of holders) {
    await whileAlive(holder, signal, (still) =>
      uploadFile(holder.server, upload, path.join(folder, toShardFile(id)), still),
    );
  }
}

/** Waits until all servers have agreed that the restored replicas take part. */
async function untilWhole(
  peers: readonly Peer[],
  collection: string,
  restored: readonly Shard[],
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + AGREE_MS;
  const wanted = countReplicas(restored);
  for (;;) {
    const shards = await listShards(peers, collection, false, signal).catch(() => []);
    if (countReplicas(shards) >= wanted) return;
    if (performance.now() > giveUpAt) {
      throw new PublicError(
        'STORE_UNAVAILABLE',
        `The restored shards of "${collection}" do not become active`,
      );
    }
    await setTimeout(AGREE_LOOK_MS, undefined, { signal });
  }
}

function countReplicas(shards: readonly Shard[]): number {
  return shards.reduce((sum, { holders }) => sum + holders.length, 0);
}

/** The existing collection; null also if it is empty or an unfinished restore left it. */
async function findExisting(http: QdrantHttp, collection: string): Promise<CollectionInfo | null> {
  try {
    const info = await describeCollection(http, collection);
    const { config } = await readCollection(http, collection);
    const isUnfinished = isRecord(config.metadata) && config.metadata[UNFINISHED_KEY] === true;
    return info.count === 0 || isUnfinished ? null : info;
  } catch (error) {
    if (isMissingCollection(error)) return null;
    throw error;
  }
}

async function readSaved(folder: string): Promise<SavedCollection> {
  const file = path.join(folder, COLLECTION_FILE);
  const parsed = SavedCollection.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new PublicError('STORE_UNAVAILABLE', `${file} is not what "paperql backup save" writes`, {
    cause: parsed.error,
    lasting: true,
  });
}

/** The request that creates a collection like the saved one. */
function toCreation({ config }: SavedCollection): Schemas['CreateCollection'] {
  const { params, optimizer_config: optimizers, metadata, ...rest } = config;
  const settings = {
    ...withoutNulls(params),
    ...withoutNulls(rest),
    ...(optimizers && { optimizers_config: withoutNulls(optimizers) }),
    metadata: { ...metadata, [UNFINISHED_KEY]: true },
  };
  return settings as Schemas['CreateCollection']; // as reported by a server, and checked by one
}

/** Removes nulls, with which a server reports settings that were never set. */
function withoutNulls<Given extends object>(settings: Given): Given {
  const entries = Object.entries(settings as Record<string, unknown>).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, isRecord(value) ? withoutNulls(value) : value]),
  ) as Given; // only optional properties are removed
}

/**
 * Does work without a time limit, as long as its server is alive.
 *
 * @param work gets a signal that is also aborted when the server no longer responds.
 */
async function whileAlive<Result>(
  { http, server }: Peer,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const isOver = new AbortController();
  const watch = async () => {
    while (!isOver.signal.aborted) {
      await setTimeout(LOOK_EVERY_MS, undefined, { signal: isOver.signal });
      const alive = AbortSignal.any([isOver.signal, AbortSignal.timeout(ALIVE_MS)]);
      await http.readVersion({ signal: alive });
    }
  };
  watch().catch((cause: unknown) => {
    if (isOver.signal.aborted) return;
    const message = `${server.host} no longer answers`;
    controller.abort(new PublicError('STORE_UNAVAILABLE', message, { cause }));
  });
  try {
    return await work(AbortSignal.any([signal, controller.signal]));
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    isOver.abort();
  }
}
