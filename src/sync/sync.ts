import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from './clock.js';
import { harvestSet } from './harvest.js';
import type { OaiServer } from './oai-server.js';
import { checkSets, withoutIncluded } from './sets.js';
import { newState, readState, writeState, type SyncState } from './state.js';
import { SourceError } from './turns.js';
import { utcDay } from '../day.js';
import type { InputSource } from '../ingest/read/find-sources.js';
import { unlessMissing } from '../system-error.js';

/** What to receive from where, and what to do with it. */
export interface SyncOptions {
  /** Address of the server, and the collection with its store. A state for others is not continued. */
  source: string;
  target: string;
  /**
   * Other names of the target, such as further addresses of a cluster. A sync begun under one continues under
   * another.
   */
  targetAliases?: readonly string[];
  /** Names of sets; none for all of arXiv. */
  sets: readonly string[];
  /** First day of change, if it was not received yet; null to continue. */
  from: string | null;
  files: SyncFiles;
  server: OaiServer;
  clock: Clock;
  signal: AbortSignal;
  /** Whether the collection that earlier syncs have filled exists. */
  isCollectionThere: boolean;
  /** Number of pages that are received before they are loaded. */
  pagesPerLoad: number;
  /** Loads files of records as in a dump. */
  load: (sources: InputSource[]) => Promise<LoadEnd>;
  onPage: (progress: SyncProgress) => void;
}

/** Files of a collection's sync. */
export interface SyncFiles {
  /** The state. */
  file: string;
  /** Folder of pages that wait to be loaded. */
  pages: string;
}

/** What has been received so far. */
export interface Received {
  pages: number;
  records: number;
  /** Records of which arXiv keeps only the header. */
  deleted: number;
}

export interface SyncProgress extends Received {
  /** Empty for all of arXiv. */
  set: string;
  /** Day of change of the latest record. */
  reached: string | null;
}

/** How a load, or the whole sync, ended. */
export interface LoadEnd {
  status: 'finished' | 'interrupted' | 'stopped';
  /** What stopped it. */
  problem?: string;
}

export interface SyncOutcome extends LoadEnd, Received {
  /** See `toLastSync`. */
  state: SyncState;
}

/**
 * Receives what changed in the sets since the last sync, and loads it. Pages are received as files and then loaded
 * like files of a dump, alternately, so that no connection waits for the embedder. It may be killed and repeated at
 * any time.
 *
 * @throws StartupError for a set that does not exist, or a state that cannot be read.
 */
export async function syncRecords(options: SyncOptions): Promise<SyncOutcome> {
  const state = await openState(options);
  const received = { pages: 0, records: 0, deleted: 0 };
  const end = await runToEnd(options, async () => {
    // Pages that an earlier process received come first.
    await loadPages(options, state);
    try {
      await harvest(options, state, received);
    } catch (error) {
      if (error instanceof SourceError) await loadPages(options, state);
      throw error;
    }
    await loadPages(options, state);
    await markSynced(options, state);
  });
  return { ...end, ...received, state };
}

/** Loading ended before its input did. The received pages wait for the next sync. */
class LoadEndedError extends Error {
  override readonly name = 'LoadEndedError';

  constructor(readonly end: LoadEnd) {
    super(end.problem ?? end.status);
  }
}

async function runToEnd({ signal }: SyncOptions, run: () => Promise<void>): Promise<LoadEnd> {
  try {
    await run();
    return { status: 'finished' };
  } catch (error) {
    if (signal.aborted) return { status: 'interrupted' };
    if (error instanceof LoadEndedError) return error.end;
    if (error instanceof SourceError) return { status: 'stopped', problem: error.message };
    throw error;
  }
}

async function harvest(options: SyncOptions, state: SyncState, received: Received): Promise<void> {
  const { files, server, clock, signal } = options;
  const sets = withoutIncluded(options.sets);
  // Only own properties, because every object has a "constructor".
  const unknown = sets.filter((set) => !Object.hasOwn(state.sets, set) && !Object.hasOwn(state.runs, set));
  await checkSets(unknown, server);
  for (const set of sets.length === 0 ? [''] : sets) {
    await harvestSet(set, options.from, {
      server,
      state,
      folder: files.pages,
      today: () => utcDay(clock.now()),
      save: () => writeState(files.file, state),
      async onPage(page) {
        received.pages++;
        received.records += page.records;
        received.deleted += page.deleted;
        options.onPage({ ...received, set, reached: page.lastDatestamp });
        signal.throwIfAborted();
        if ((await listPages(files)).length >= options.pagesPerLoad) await loadPages(options, state);
      },
    });
  }
}

/**
 * The state to continue; a new one if the sync has another source or target, or if the collection that it filled is
 * gone.
 */
async function openState(options: SyncOptions): Promise<SyncState> {
  const { files, source, target, targetAliases = [], isCollectionThere } = options;
  const state = await readState(files.file);
  const isSame = state?.source === source && [target, ...targetAliases].includes(state.target);
  if (state && isSame && (isCollectionThere || !state.hasLoaded)) return state;
  await rm(files.pages, { recursive: true, force: true });
  return newState(source, target);
}

async function loadPages({ files, load }: SyncOptions, state: SyncState): Promise<void> {
  const pages = await listPages(files);
  if (pages.length === 0) return;
  const end = await load(await Promise.all(pages.map(statSource)));
  if (end.status !== 'finished') throw new LoadEndedError(end);
  state.hasLoaded = true;
  await writeState(files.file, state);
  for (const page of pages) await rm(page, { force: true });
}

/** Received pages that wait to be loaded, in the order of their arrival. */
export async function listPages({ pages }: SyncFiles): Promise<string[]> {
  const names = (await unlessMissing(readdir(pages))) ?? [];
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => path.join(pages, name));
}

async function statSource(file: string): Promise<InputSource> {
  const { size, mtimeMs } = await stat(file);
  return { name: path.basename(file), path: file, bytes: size, modifiedMs: mtimeMs };
}

/** Records that everything received is stored. */
async function markSynced({ files }: SyncOptions, state: SyncState): Promise<void> {
  for (const synced of Object.values(state.sets)) synced.syncedAt = synced.receivedAt;
  await writeState(files.file, state);
}
