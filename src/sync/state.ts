import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StartupError } from '../errors/errors.js';
import { unlessMissing } from '../system-error.js';
import { writeWhole } from '../write-whole.js';

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** A list that is being received. */
const SyncRun = z.object({
  /** Day of change that the whole list begins with; null for all of them. */
  since: Day.nullable(),
  /** Day that the present request for the list began with: later than `since` after a token was refused. */
  from: Day.nullable(),
  token: z.string().nullable(),
  /** Day on which the server gave the token: it serves until midnight, UTC. */
  tokenDay: Day.nullable(),
  /** Every record of the list that changed before this day has come; null while that is not known of any day. */
  reached: Day.nullable(),
  /** Whether records came in the order of their days. Otherwise a refused token costs the whole list. */
  isOrdered: z.boolean(),
  /** When the server answered first: what changed since then is for the next sync. */
  startedAt: z.string().nullable(),
  /** Days that the latest pages ended in, in order, the last page left out. */
  cutDays: z.array(Day).default([]),
});
export type SyncRun = z.infer<typeof SyncRun>;

/** A set that was received to its end; the name is empty for all of arXiv. */
const Synced = z.object({
  /** Days of change from this one on were asked for; null for all of them. */
  since: Day.nullable(),
  /** Where the next sync begins. */
  next: Day,
  /** Until when everything was received, by the server's clock. */
  receivedAt: z.string(),
  /** The same, of what is stored; null until the first load has ended. */
  syncedAt: z.string().nullable(),
});
export type Synced = z.infer<typeof Synced>;

const State = z.object({
  version: z.literal(1),
  /** What is synced with what: a state of something else is not gone on with. */
  source: z.string(),
  target: z.string(),
  /** Whether something was loaded, so that the collection must be there. */
  hasLoaded: z.boolean(),
  /** Number of the next page that is received. */
  nextPage: z.int().nonnegative(),
  sets: z.record(z.string(), Synced),
  runs: z.record(z.string(), SyncRun),
});
export type SyncState = z.infer<typeof State>;

export function newState(source: string, target: string): SyncState {
  return { version: 1, source, target, hasLoaded: false, nextPage: 1, sets: {}, runs: {} };
}

/** Where a collection's state is, and its pages that wait to be loaded. */
export function toStatePaths(dataDir: string, collection: string): { file: string; pages: string } {
  const folder = path.resolve(dataDir, 'sync');
  return { file: path.join(folder, `${collection}.json`), pages: path.join(folder, `${collection}.pages`) };
}

/**
 * Null when there is none.
 *
 * @throws StartupError when there is one that cannot be read: starting over costs arXiv a thousand requests, so it is asked for.
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
 * What a state tells those who read the corpus: everything of `sets`, or of all of arXiv where there are none, that arXiv had
 * announced until `syncedAt` is stored. It is null before the first sync has ended.
 */
export function toLastSync(state: SyncState | null): { syncedAt: string | null; sets: string[] } {
  const stored = Object.entries(state?.sets ?? {}).filter(([, { syncedAt }]) => syncedAt !== null);
  const times = stored.map(([, { syncedAt }]) => syncedAt ?? '').sort();
  const names = stored.map(([name]) => name);
  return { syncedAt: times[0] ?? null, sets: names.includes('') ? [] : names.sort() };
}

/** What the state of a collection tells; of one that cannot be read, nothing. */
export async function readLastSync(
  dataDir: string,
  collection: string,
): Promise<ReturnType<typeof toLastSync>> {
  const { file } = toStatePaths(dataDir, collection);
  return toLastSync(await readState(file).catch(() => null));
}
