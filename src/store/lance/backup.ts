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

/** The only table of a copy. */
const COPY_NAME = 'collection';
const COPY = `${COPY_NAME}.lance`;
const VERSIONS = '_versions';
/**
 * File names of the engine's manifests, all with the same number of digits; the newest has the lowest number.
 */
const VERSION_NAME = /^\d{20}\.manifest$/;
/** Collection names contain no dot. */
const HELD = '.backup-';
const RESTORED = '.restore-';
/** Errors of file systems without hard links. */
const NO_LINKS = ['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Copies a table as its files. The engine never changes a file. A version is a manifest, which names files that
 * existed before it. The newest manifest and all other files, read after it, are therefore the table as it was then.
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
      // Hard links keep files that a load removes while they are copied.
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
        // Fails if there is a table by now.
        await rename(draft, table);
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
    },
    close: () => undefined,
  };
}

/** Opening a table reads rows of each of its files, so a copy with missing files is found at once. */
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

/**
 * @returns false if the file system has no hard links.
 */
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

/**
 * The manifest comes first: the files that it names exist by then. Files that are removed in the meantime are not
 * among them.
 */
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

/** Removes what a killed process left. */
async function removeAbandoned(dataDir: string, prefix: string): Promise<void> {
  for (const name of (await unlessMissing(readdir(dataDir))) ?? []) {
    if (name.startsWith(prefix)) await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}
