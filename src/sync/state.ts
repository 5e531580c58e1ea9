import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DAY } from '../day.js';
import { StartupError } from '../errors/errors.js';
import { unlessMissing } from '../system-error.js';
import { writeWhole } from '../write-whole.js';

const Day = z.string().regex(DAY);

/** A list that has been received only in part. */
const UnfinishedList = z.object({
  /** First day of change of the whole list; null for all days. */
  since: Day.nullable(),
  /** First day of the current request for the list: later than `since` after a token was rejected. */
  from: Day.nullable(),
  token: z.string().nullable(),
  /** Day on which the server issued the token, which is valid until midnight, UTC. */
  tokenDay: Day.nullable(),
  /**
   * All records of the list that changed before this day have arrived; null if that is not known for any day.
   */
  reached: Day.nullable(),
  /** Whether records arrived in the order of their days. Otherwise a rejected token costs the whole list. */
  isOrdered: z.boolean(),
  /** When the server first answered. What changes after that is for the next sync. */
  startedAt: z.string().nullable(),
  /** Days in which the latest pages ended, in order, without the last page. */
  cutDays: z.array(Day).default([]),
});
export type UnfinishedList = z.infer<typeof UnfinishedList>;

/** A completely received set; the name is empty for all of arXiv. */
const Synced = z.object({
  /** First day of change that was requested; null for all days. */
  since: Day.nullable(),
  /** Where the next sync begins. */
  next: Day,
  /** Everything up to this time was received, by the server's clock. */
  receivedAt: z.string(),
  /** Everything up to this time is stored; null until the first load has ended. */
  syncedAt: z.string().nullable(),
});
export type Synced = z.infer<typeof Synced>;

const State = z.object({
  version: z.literal(1),
  /** The source and target of the sync. A state for others is not continued. */
  source: z.string(),
  target: z.string(),
  /** Whether something was loaded, so that the collection must exist. */
  hasLoaded: z.boolean(),
  /** Number of the next page to receive. */
  nextPage: z.int().nonnegative(),
  sets: z.record(z.string(), Synced),
  runs: z.record(z.string(), UnfinishedList),
});
export type SyncState = z.infer<typeof State>;

export function newState(source: string, target: string): SyncState {
  return { version: 1, source, target, hasLoaded: false, nextPage: 1, sets: {}, runs: {} };
}

/** The files that syncs of a collection keep. */
export interface StatePaths {
  /** The state. */
  file: string;
  /** Held by the sync that runs. It takes this lock before that of its load. */
  lock: string;
  /** The folder of pages that wait to be loaded. */
  pages: string;
}

export function toStatePaths(dataDir: string, collection: string): StatePaths {
  const base = path.resolve(dataDir, 'sync', collection);
  return { file: `${base}.json`, lock: `${base}.json.lock`, pages: `${base}.pages` };
}

/**
 * Null if there is none.
 *
 * @throws StartupError for a state that cannot be read. Starting over costs arXiv a thousand requests, so the
 * operator has to decide.
 */
export async function readState(file: string): Promise<SyncState | null> {
  const text = await unlessMissing(readFile(file, 'utf8'));
  if (text === null) return null;
  try {
    return State.parse(JSON.parse(text));
  } catch (error) {
    throw new StartupError(`${file} is damaged. Remove it to sync from the beginning.`, { cause: error });
  }
}

export async function writeState(file: string, state: SyncState): Promise<void> {
  await writeWhole(file, `${JSON.stringify(state, null, 2)}\n`);
}

/**
 * What a state says to readers of the corpus: everything in `sets` (in all of arXiv if there are none) that arXiv had
 * announced until `syncedAt` is stored. `syncedAt` is null before the first sync has ended.
 */
export function toLastSync(state: SyncState | null): { syncedAt: string | null; sets: string[] } {
  const stored = Object.entries(state?.sets ?? {}).filter(([, { syncedAt }]) => syncedAt !== null);
  const times = stored.map(([, { syncedAt }]) => syncedAt ?? '').sort();
  const names = stored.map(([name]) => name);
  return { syncedAt: times[0] ?? null, sets: names.includes('') ? [] : names.sort() };
}

/** What the state of a collection says; nothing if it cannot be read. */
export async function readLastSync(
  dataDir: string,
  collection: string,
): Promise<ReturnType<typeof toLastSync>> {
  const { file } = toStatePaths(dataDir, collection);
  return toLastSync(await readState(file).catch(() => null));
}
