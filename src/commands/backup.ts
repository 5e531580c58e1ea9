import { existsSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BackupOptions } from './backup-options.js';
import { openStore } from './open-parts.js';
import { toSyncTargets } from './sync.js';
import { verifyBackup, writeManifest, type Manifest } from '../backup/manifest.js';
import type { Config } from '../config/config.js';
import { completeDirectory } from '../directory/complete-directory.js';
import { StartupError } from '../errors/errors.js';
import { createDirectoryMark, removeCheckpoint, toLoadFiles } from '../ingest/checkpoint.js';
import { takeLock } from '../ingest/run-lock.js';
import { formatTable } from '../ingest/summary.js';
import { makeFolder } from '../make-folder.js';
import { packageVersion } from '../package-root.js';
import type { StoreBackup } from '../store/backup.js';
import { readState, toStatePaths, writeState } from '../sync/state.js';
import { listPages } from '../sync/sync.js';
import { unlessMissing } from '../system-error.js';

const SYNC = 'sync';
const STATE = 'state.json';

/**
 * Saves the configured collection to a new folder.
 *
 * @throws StartupError if the folder exists, or there is no collection to save.
 */
export async function saveBackup(
  config: Config,
  folder: string,
  { json }: BackupOptions,
  signal: AbortSignal,
): Promise<void> {
  const backup = await openBackup(config);
  const target = path.resolve(folder);
  if (existsSync(target)) throw new StartupError(`${target} already exists; choose a new folder`);
  const lock = path.resolve(config.dataDir, 'ingest', `${config.collection}.backup.lock`);
  const release = await takeLock(lock, {
    signal,
    onWait: sayWaiting('another backup'),
  });
  const draft = `${target}.unfinished`;
  try {
    await rm(draft, { recursive: true, force: true });
    await makeFolder(draft);
    // The sync state comes first: anything received and loaded after that is then received again.
    await saveSyncState(config, path.join(draft, SYNC));
    const { dimension, count, metadata } = await backup.save(draft, signal);
    const manifest = await writeManifest(draft, {
      createdAt: new Date().toISOString(),
      paperql: packageVersion(),
      store: config.store.kind,
      collection: config.collection,
      embedder: metadata?.embedder ?? '',
      dimension,
      papers: count,
    });
    signal.throwIfAborted();
    await rename(draft, target);
    tell('saved', target, manifest, json);
  } finally {
    await rm(draft, { recursive: true, force: true });
    await release();
    backup.close();
  }
}

/** Reads a whole backup. @throws StartupError if it is damaged or is not a backup. */
export async function verifyFolder(folder: string, { json }: BackupOptions): Promise<void> {
  const target = path.resolve(folder);
  tell('verified', target, await verifyBackup(target), json);
}

/**
 * Creates the configured collection from a backup, after verifying it.
 *
 * @throws StartupError if the backup is damaged, the folder is not a backup, or the collection exists.
 */
export async function restoreBackup(
  config: Config,
  folder: string,
  { json }: BackupOptions,
  signal: AbortSignal,
): Promise<void> {
  const source = path.resolve(folder);
  // Must come before the store is opened, which creates its folder.
  const manifest = await verifyBackup(source);
  requireSameStore(config, source, manifest);
  const backup = await openBackup(config);
  const files = toLoadFiles(config.dataDir, config.collection);
  const release = await takeLocks(config, signal);
  try {
    await requireMissing(config, backup, signal);
    // If this process is killed before it makes the directory, a later load makes it.
    await createDirectoryMark(files.mark).set();
    // What an interrupted load stored may not be in the backup.
    await removeCheckpoint(files.checkpoint);
    await restoreSyncState(config, path.join(source, SYNC));
    await backup.restore(source, signal);
    await completeRestored(config, signal);
    tell('restored', source, manifest, json);
  } finally {
    await release();
    backup.close();
  }
}

/** Keeps syncs and loads from the collection. A sync takes the locks in the same order. */
async function takeLocks({ dataDir, collection }: Config, signal: AbortSignal): Promise<() => Promise<void>> {
  const [ofSync, ofLoad] = [toStatePaths(dataDir, collection).lock, toLoadFiles(dataDir, collection).lock];
  const releaseSync = await takeLock(ofSync, { signal, onWait: sayWaiting('a sync') });
  try {
    const releaseLoad = await takeLock(ofLoad, { signal, onWait: sayWaiting('a load') });
    return async () => {
      await releaseLoad();
      await releaseSync();
    };
  } catch (error) {
    await releaseSync();
    throw error;
  }
}

async function openBackup({ store, collection, loadTimeoutMs }: Config): Promise<StoreBackup> {
  switch (store.kind) {
    case 'lance': {
      const { openLanceBackup } = await import('../store/lance/store.js');
      return openLanceBackup({ dataDir: store.dataDir, collection });
    }
    case 'qdrant': {
      const { openQdrantBackup } = await import('../store/qdrant/store.js');
      return openQdrantBackup({ ...store, collection, timeoutMs: loadTimeoutMs });
    }
  }
}

/** One kind of store cannot read the files of the other. */
function requireSameStore({ store }: Config, source: string, manifest: Manifest): void {
  if (manifest.store === store.kind) return;
  const words = { lance: 'the embedded store (STORE=lance)', qdrant: 'a Qdrant server (STORE=qdrant)' };
  throw new StartupError(
    `The backup in ${source} was made from ${words[manifest.store]} and cannot be restored into ${words[store.kind]}`,
  );
}

async function requireMissing(config: Config, backup: StoreBackup, signal: AbortSignal): Promise<void> {
  const existing = await backup.findExisting(signal);
  if (existing === null) return;
  const elsewhere = config.store.kind === 'lance' ? 'Restore into another DATA_DIR, or name' : 'Name';
  throw new StartupError(
    `The collection "${config.collection}" already exists, with ${existing.count} papers. ` +
      `${elsewhere} another collection with QDRANT_COLLECTION.`,
  );
}

/** Makes the directory of authors and titles from the papers, as a load does. */
async function completeRestored(config: Config, signal: AbortSignal): Promise<void> {
  const store = await openStore(config, config.collection, 'loading');
  try {
    await completeDirectory(store, { isChanged: true, signal });
    await createDirectoryMark(toLoadFiles(config.dataDir, config.collection).mark).clear();
  } finally {
    await store.close();
  }
}

/**
 * Copies the state first, then the pages that wait to be loaded. So each page that the state counts as received is
 * copied or already stored. A state for another collection, such as one of this name at another server, is not copied.
 */
async function saveSyncState(config: Config, folder: string): Promise<void> {
  const { file, pages } = toStatePaths(config.dataDir, config.collection);
  await makeFolder(folder);
  const state = await readIntactState(file);
  if (state && !toSyncTargets(config).includes(state.target)) return;
  await unlessMissing(copyFile(file, path.join(folder, STATE)));
  for (const page of await listPages({ file, pages })) {
    await unlessMissing(copyFile(page, path.join(folder, path.basename(page))));
  }
}

/**
 * Replaces an existing state, which belongs to a deleted collection. The restored collection becomes the target, so
 * that the next sync continues.
 */
async function restoreSyncState(config: Config, folder: string): Promise<void> {
  const { file, pages } = toStatePaths(config.dataDir, config.collection);
  await Promise.all([rm(file, { force: true }), rm(pages, { recursive: true, force: true })]);
  await makeFolder(pages);
  for (const page of await listPages({ file, pages: folder })) {
    await copyFile(page, path.join(pages, path.basename(page)));
  }
  const [target = ''] = toSyncTargets(config);
  const state = await readIntactState(path.join(folder, STATE));
  if (state) await writeState(file, { ...state, target });
  else await unlessMissing(copyFile(path.join(folder, STATE), file));
}

/** Null also for a damaged state, which is copied unchanged: the next sync asks the operator what to do with it. */
function readIntactState(file: string) {
  return readState(file).catch(() => null);
}

function sayWaiting(what: string): (pid: number) => void {
  return (pid) => console.error(`Waiting for ${what} to end (process ${pid}).`);
}

function tell(done: string, folder: string, { files, ...manifest }: Manifest, json: boolean): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const summary = { status: done, folder, ...manifest, files: files.length, bytes };
  if (json) {
    console.log(JSON.stringify(summary));
    return;
  }
  console.log(
    formatTable([
      [done, folder],
      ['collection', manifest.collection],
      ['papers', manifest.papers],
      ['embedder', manifest.embedder],
      ['saved at', manifest.createdAt],
      ['files', files.length],
      ['bytes', bytes],
    ]),
  );
}
