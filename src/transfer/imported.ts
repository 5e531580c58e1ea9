import { open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isSameIdentity, type Identity } from './format.js';
import { openEmbeddingsFile, type EmbeddingsFile } from './read-file.js';
import { makeFolder } from '../make-folder.js';
import { unlessMissing } from '../system-error.js';

const EXTENSION = '.safetensors';
/** Characters of a checksum that name a file. */
const NAME_CHARACTERS = 16;

/** The embeddings that were imported, for loads to take. */
export interface ImportedEmbeddings {
  /** Those of the texts that are there, by text. */
  find(texts: readonly string[]): Promise<Map<string, Float32Array>>;
  close(): Promise<void>;
}

/** Folder of the imported files. */
export function toImportsFolder(dataDir: string): string {
  return path.resolve(dataDir, 'embeddings');
}

/**
 * Opens the imported files of this identity; those of another model are left alone.
 *
 * @throws StartupError for a file that is damaged.
 */
export async function openImported(folder: string, identity: Identity): Promise<ImportedEmbeddings> {
  const files: EmbeddingsFile[] = [];
  const close = async () => {
    await Promise.all(files.map((file) => file.close()));
  };
  const names = (await unlessMissing(readdir(folder))) ?? [];
  try {
    for (const name of names.filter((each) => each.endsWith(EXTENSION)).sort()) {
      const file = await openEmbeddingsFile(path.join(folder, name));
      if (isSameIdentity(file.contents.identity, identity)) files.push(file);
      else await file.close();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async find(texts) {
      const found = new Map<string, Float32Array>();
      for (const file of files) {
        const missing = texts.filter((text) => !found.has(text));
        if (missing.length === 0) break;
        for (const [text, vector] of await file.find(missing)) found.set(text, vector);
      }
      return found;
    },
    close,
  };
}

/**
 * Verifies a file, then copies it into the folder, where it has its name once it is whole. The same file, imported again, takes
 * its own place.
 *
 * @returns where it is.
 * @throws StartupError for a damaged file, before anything is written; the signal's reason when it is aborted.
 */
export async function importFile(file: EmbeddingsFile, folder: string, signal: AbortSignal): Promise<string> {
  const target = path.join(folder, file.contents.sha256.slice(0, NAME_CHARACTERS) + EXTENSION);
  await file.verify(signal);
  await makeFolder(folder);
  const draft = `${target}.unfinished`;
  try {
    const handle = await open(draft, 'w');
    try {
      // Once more: it may be another file by now.
      await file.verify(signal, (chunk) => handle.appendFile(chunk));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
  return target;
}
