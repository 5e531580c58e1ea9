import { open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isSameIdentity, type Identity } from './format.js';
import { openEmbeddingsFile, type EmbeddingsFile } from './read-file.js';
import { makeFolder } from '../make-folder.js';
import { unlessMissing } from '../system-error.js';

const EXTENSION = '.safetensors';
/** Number of characters of the checksum in a file's name. */
const NAME_CHARACTERS = 16;

/** Imported embeddings, for use by loads. */
export interface ImportedEmbeddings {
  /** The embeddings of those texts that have one, by text. */
  find(texts: readonly string[]): Promise<Map<string, Float32Array>>;
  close(): Promise<void>;
}

/** Folder of the imported files. */
export function toImportsFolder(dataDir: string): string {
  return path.resolve(dataDir, 'embeddings');
}

/**
 * Opens the imported files with this identity; files of other models are ignored.
 *
 * @throws StartupError for a damaged file.
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
 * Verifies a file, then copies it into the folder, where it gets its name once it is complete. Importing the same
 * file again replaces the copy.
 *
 * @returns the path of the copy.
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
      // Verified again, because the file may have changed in the meantime.
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
