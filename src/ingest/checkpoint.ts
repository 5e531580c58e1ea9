import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { InputPosition } from './batch.js';
import type { Counts } from './counts.js';
import { makeFolder } from '../make-folder.js';
import { writeWhole } from '../write-whole.js';

/** Progress of a load: everything before `position` is stored or rejected. */
export interface Checkpoint {
  /** Identifies the input, the target and the settings. A load that differs does not continue from here. */
  run: string;
  position: InputPosition;
  counts: Counts;
  /** Length of the rejects file at that position. */
  rejectsBytes: number;
  /** Bytes of the files on disk. */
  bytesRead: number;
  elapsedMs: number;
}

const whole = z.int().nonnegative();

const StoredCheckpoint = z.object({
  run: z.string(),
  position: z.object({ source: whole, offset: whole, line: whole }),
  counts: z.object({
    read: whole,
    filtered: whole,
    withoutEmbedding: whole,
    new: whole,
    updated: whole,
    unchanged: whole,
    imported: whole.default(0),
    embedded: whole,
    tokens: whole,
    rejected: z.record(z.string(), whole),
    unreadable: z.record(z.string(), whole).default({}),
  }),
  rejectsBytes: whole,
  bytesRead: whole,
  elapsedMs: z.number().nonnegative(),
});

/** The files that loads into a collection keep. */
export interface LoadFiles {
  /** Held by the load that runs. */
  lock: string;
  checkpoint: string;
  /** See `DirectoryMark`. */
  mark: string;
}

export function toLoadFiles(dataDir: string, collection: string): LoadFiles {
  const base = path.resolve(dataDir, 'ingest', collection);
  return { lock: `${base}.lock`, checkpoint: `${base}.checkpoint.json`, mark: `${base}.changed` };
}

/**
 * Null if there is none, or it cannot be read. The load then starts from the beginning, which only costs time.
 */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return StoredCheckpoint.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  await writeWhole(file, JSON.stringify(checkpoint));
}

export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}

/**
 * Records on disk that papers may have been written since the directory of authors and titles was built. A load that
 * is killed leaves the directory as it was, and the next load may have nothing to write.
 */
export interface DirectoryMark {
  isSet(): Promise<boolean>;
  set(): Promise<void>;
  clear(): Promise<void>;
}

export function createDirectoryMark(file: string): DirectoryMark {
  return {
    isSet: () =>
      stat(file).then(
        () => true,
        () => false,
      ),
    async set() {
      await makeFolder(path.dirname(file));
      await writeFile(file, '');
    },
    clear: () => rm(file, { force: true }),
  };
}
