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
import { PublicError } from '../../errors/errors.js';
import type { StoreBackup } from '../backup.js';
import type { CollectionInfo } from '../store.js';

/** What the collection is apart from its shards, each of which is in a file of its own. */
const COLLECTION_FILE = 'collection.json';
const toShardFile = (shard: number) => `shard-${shard}.snapshot`;

const Settings = z.record(z.string(), z.unknown());

const SavedCollection = z.object({
  /** Version of the server. A snapshot is for servers of the same minor version, or of the next one. */
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

/** In the metadata of a collection that is being restored: with it, the collection may be deleted and made again. */
const UNFINISHED_KEY = 'unfinished_restore';

const Snapshot = z.object({ name: z.string(), checksum: z.string().nullish() });

/** How often a server that makes or reads a snapshot is asked whether it is alive, and the time it has to say so. */
const LOOK_EVERY_MS = 5_000;
const ALIVE_MS = 10_000;
/** Time that a cluster has to agree that restored shards are whole. */
const AGREE_MS = 60_000;
const AGREE_LOOK_MS = 250;

/**
 * Copies of a collection by Qdrant's snapshots, shard by shard: on one server and on a cluster alike, whatever its size. A
 * shard's snapshot is the shard at one moment.
 *
 * @param http to whichever server is up.
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
  // Papers that come after this may be in the copy, too.
  const info = await describeCollection(http, collection, { signal });
  const { config, payload_schema: indexes } = await readCollection(http, collection, { signal });
  const qdrant = (await http.readVersion({ signal })) ?? '';
  const peers = openPeers(servers);
  try {
    const shards = await listShards(peers, collection, false, { signal });
    for (const shard of shards) await saveShard(collection, shard, folder, signal);
    const saved = SavedCollection.parse({ qdrant, config, indexes, shards: shards.map(({ id }) => id) });
    await writeFile(path.join(folder, COLLECTION_FILE), `${JSON.stringify(saved, null, 2)}\n`);
  } finally {
    for (const peer of peers) peer.http.close();
  }
  return info;
}

async function saveShard(
  collection: string,
  { id, holders: [holder] }: Shard,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  if (!holder) throw new Error(`No server has shard ${id}`);
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
      // The copy is here; what the server cannot delete now is only in its way.
      await http.send('DELETE', `${snapshot}?wait=true`, undefined, isAnything).catch(() => undefined);
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
    const shards = await listShards(peers, collection, true, { signal });
    for (const shard of shards) await restoreShard(collection, shard, folder, signal);
    await untilWhole(peers, collection, shards, signal);
    // It may have been saved while it was loaded.
    await setVectorIndexing(http, collection, 'on', { signal });
    await updateCollection(http, collection, { metadata: { [UNFINISHED_KEY]: null } }, { signal });
  } catch (error) {
    // If it cannot be deleted now, the next restore does that.
    await deleteCollection(http, collection).catch(() => undefined);
    throw error;
  } finally {
    for (const peer of peers) peer.http.close();
  }
}

/** An empty collection with the settings and the indexes of the saved one: its points come with theirs. */
async function makeLike(
  http: QdrantHttp,
  collection: string,
  saved: SavedCollection,
  signal: AbortSignal,
): Promise<void> {
  await makeCollection(http, collection, toCreation(saved), { signal });
  for (const [field, { data_type: type, params }] of Object.entries(saved.indexes)) {
    const schema = params ? withoutNulls(params) : (type as Schemas['PayloadSchemaType']); // as a server told it
    const index = { field_name: field, field_schema: schema };
    await createPayloadIndex(http, collection, index, { signal });
  }
}

/** To every replica: each is then whole by itself, and none has to be copied from another. */
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

/** A restored replica takes part once all servers have agreed that it does. */
async function untilWhole(
  peers: readonly Peer[],
  collection: string,
  restored: readonly Shard[],
  signal: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + AGREE_MS;
  const wanted = countReplicas(restored);
  for (;;) {
    const shards = await listShards(peers, collection, false, { signal }).catch(() => []);
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

/** An empty collection, or one that a restore did not finish, is as good as none. */
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

/** What makes a collection like the saved one. */
function toCreation({ config }: SavedCollection): Schemas['CreateCollection'] {
  const { params, optimizer_config: optimizers, metadata, ...rest } = config;
  const settings = {
    ...withoutNulls(params),
    ...withoutNulls(rest),
    ...(optimizers && { optimizers_config: withoutNulls(optimizers) }),
    metadata: { ...metadata, [UNFINISHED_KEY]: true },
  };
  return settings as Schemas['CreateCollection']; // as a server told it, and a server judges it
}

/** A server tells what was never set as null. */
function withoutNulls<Given extends object>(settings: Given): Given {
  const entries = Object.entries(settings as Record<string, unknown>).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, isRecord(value) ? withoutNulls(value) : value]),
  ) as Given; // the same, less what is optional
}

/**
 * Work that takes as long as it takes, until its server is silent.
 *
 * @param work with a signal that is aborted then, too.
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
