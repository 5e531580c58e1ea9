import { randomBytes } from 'node:crypto';
import { copyFile, link, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { missingCollection } from './engine.js';
import { LanceStore } from './lance-store.js';
import { PublicError } from '../../errors/errors.js';
import { makeFolder } from '../../make-folder.js';
import { systemCodeOf, unlessMissing } from '../../system-error.js';
import type { StoreBackup } from '../backup.js';
import type { CollectionInfo } from '../store.js';

/** The one table of a copy. */
const COPY_NAME = 'collection';
const COPY = `${COPY_NAME}.lance`;
const VERSIONS = '_versions';
/** What the engine's manifests are called: the newest has the lowest number, as many digits as the others. */
const VERSION_NAME = /^\d{20}\.manifest$/;
/** No collection's name has a dot. */
const HELD = '.backup-';
const RESTORED = '.restore-';
/** Where a file system makes no second name for a file. */
const NO_LINKS = ['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Copies of a table by its files. The engine never changes a file: a version is a manifest, which names files that were
 * there before it. So the newest manifest and all other files, taken after it, are the table as it was then.
 *
 * @param dataDir absolute.
 */
export function createLanceBackup(dataDir: string, collection: string): StoreBackup {
  const table = path.join(dataDir, `${collection}.lance`);
  return {
    async save(folder, signal) {
      const newest = await findNewest(table);
      if (newest === null) throw missingCollection(collection);
      await removeAbandoned(dataDir, collection + HELD);
      // Second names keep files that a load removes while they are copied.
      const held = path.join(dataDir, collection + HELD + randomBytes(4).toString('hex'));
      try {
        const source = (await holdFiles(table, held, newest, signal)) ? held : table;
        await copyFiles(source, path.join(folder, COPY), newest, signal);
        return await describeCopy(folder);
      } finally {
        await rm(held, { recursive: true, force: true });
      }
    },
    async findExisting() {
      const store = await LanceStore.open({ dataDir, collection });
      return store.describe().finally(() => store.close());
    },
    async restore(folder, signal) {
      const copy = path.join(folder, COPY);
      const newest = await findNewest(copy);
      if (newest === null)
        throw new PublicError('STORE_UNAVAILABLE', `${copy} holds no table`, { lasting: true });
      await makeFolder(dataDir);
      await removeAbandoned(dataDir, collection + RESTORED);
      const draft = path.join(dataDir, collection + RESTORED + randomBytes(4).toString('hex'));
      try {
        await copyFiles(copy, draft, newest, signal);
        // Fails where there is a table by now.
        await rename(draft, table);
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
    },
    close: () => undefined,
  };
}

/** Opening a table reads rows of each of its files, so that a copy that lacks any is found at once. */
async function describeCopy(folder: string): Promise<CollectionInfo> {
  const copy = await LanceStore.open({ dataDir: folder, collection: COPY_NAME });
  try {
    const info = await copy.describe();
    if (info === null) throw missingCollection(COPY_NAME);
    return info;
  } finally {
    await copy.close();
  }
}

async function findNewest(table: string): Promise<string | null> {
  const names = (await unlessMissing(readdir(path.join(table, VERSIONS)))) ?? [];
  return names.filter((name) => VERSION_NAME.test(name)).sort()[0] ?? null;
}

/** @returns false where the file system has no second names. */
async function holdFiles(from: string, to: string, newest: string, signal: AbortSignal): Promise<boolean> {
  try {
    await forEachFile(from, newest, signal, async (file) => {
      const target = path.join(to, file);
      await makeFolder(path.dirname(target));
      await unlessMissing(link(path.join(from, file), target));
    });
    return true;
  } catch (error) {
    if (!NO_LINKS.includes(systemCodeOf(error) ?? '')) throw error;
    return false;
  }
}

async function copyFiles(from: string, to: string, newest: string, signal: AbortSignal): Promise<void> {
  await forEachFile(from, newest, signal, async (file) => {
    const target = path.join(to, file);
    await makeFolder(path.dirname(target));
    await unlessMissing(copyFile(path.join(from, file), target));
  });
}

/** The manifest first: it names files that are there by then. What is removed meanwhile is none of its. */
async function forEachFile(
  table: string,
  newest: string,
  signal: AbortSignal,
  take: (file: string) => Promise<void>,
): Promise<void> {
  await take(path.join(VERSIONS, newest));
  const entries = await readdir(table, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    signal.throwIfAborted();
    const file = path.relative(table, path.join(entry.parentPath, entry.name));
    if (entry.isFile() && !file.startsWith(VERSIONS + path.sep)) await take(file);
  }
}

/** What a killed process left. */
async function removeAbandoned(dataDir: string, prefix: string): Promise<void> {
  for (const name of (await unlessMissing(readdir(dataDir))) ?? []) {
    if (name.startsWith(prefix)) await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}
