import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { InputPosition } from './batch.js';
import type { Counts } from './counts.js';
import { makeFolder } from '../make-folder.js';
import { writeWhole } from '../write-whole.js';

/** How far a load has come: everything before `position` is stored or rejected. */
export interface Checkpoint {
  /** What is loaded into what, and how; a load that differs does not go on from here. */
  run: string;
  position: InputPosition;
  counts: Counts;
  /** Length of the file of rejects at that place. */
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

/** Null when there is none, or none that can be read: the load then starts from the beginning, which only costs time. */
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
 * Remembers, beyond the end of the process, that papers may have been written since the directory of authors and titles was
 * made: a load that is killed leaves it as it was, and the next one may have nothing to write.
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
