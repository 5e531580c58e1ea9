import { open, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { OaiArguments, OaiServer, TakeRecords } from './oai-server.js';
import type { OaiPage } from './read-page.js';
import type { UnfinishedList, Synced, SyncState } from './state.js';
import { SourceError } from './turns.js';
import { DAY, utcDay } from '../day.js';
import { makeFolder } from '../make-folder.js';

/** arXiv's earliest day of change; a request that begins earlier is rejected. */
const EARLIEST_DAY = '2005-09-16';
/** Maximum restarts of a list without the gain of a day. */
const MOST_FUTILE_STARTS = 2;
/** Maximum pages that are received again because the server's list may have shifted. */
const MOST_SHIFTED_PAGES = 20;

export interface HarvestOptions {
  server: OaiServer;
  /** Updated as pages arrive; the next run continues from it. */
  state: SyncState;
  /** Called after each change of the state. */
  save: () => Promise<void>;
  /** Folder of the pages that wait to be loaded. */
  folder: string;
  onPage: (page: OaiPage) => Promise<void>;
  /** The present day, UTC. */
  today: () => string;
}

/**
 * Receives what has changed in a set, page by page. Each page becomes a file, with one record of a dump per line. The
 * file is written before the state records it: if the process is killed in between, the page is received again, which
 * does no harm.
 *
 * @param from the first day, if it was not received yet; null continues where the last sync ended.
 * @throws SourceError if the server cannot be asked any further for now.
 */
export async function harvestSet(set: string, from: string | null, options: HarvestOptions): Promise<void> {
  const { state, save } = options;
  const run = resumeRun(state, set, from, options.today()) ?? newRun(toStart(state.sets[set], from));
  state.runs[set] = run;
  const seen = new Set<string>();
  let futileStarts = 0;
  const startOver = async (why: string) => {
    futileStarts = run.reached === run.from ? futileStarts + 1 : 0;
    if (futileStarts > MOST_FUTILE_STARTS) {
      throw new SourceError(`arXiv's list could not be received completely: ${why}`);
    }
    restart(run);
    seen.clear();
    await save();
  };

  for (;;) {
    const page = await receivePage(toArguments(set, run), options);
    run.startedAt ??= toInstant(page.responseDate);
    if (page.error !== null && page.error.code !== 'noRecordsMatch') {
      const problem = `arXiv: ${page.error.code}: ${page.error.message}`;
      if (run.token === null) throw new SourceError(problem);
      await startOver(problem);
      continue;
    }
    noteReached(run, page);
    const repeats = page.token !== null && seen.has(page.token);
    if (page.token !== null) seen.add(page.token);
    run.token = page.token;
    run.tokenDay = utcDay(page.responseDate);
    if (page.token === null) finish(state, set, run);
    await save();
    await options.onPage(page);
    if (page.token === null) return;
    if (repeats) await startOver('the server gives the same token again');
  }
}

/** Receives the next page, as a file if it contains records. */
async function receivePage(asked: OaiArguments, { server, state, folder }: HarvestOptions): Promise<OaiPage> {
  const draft = createDraft(folder);
  try {
    const page = await server.ask(asked, () => draft.begin());
    if (page.records > page.deleted) await draft.keep(toPageName(state.nextPage++));
    return page;
  } finally {
    await draft.close();
  }
}

function toArguments(set: string, { token, from }: UnfinishedList): OaiArguments {
  if (token !== null) return { verb: 'ListRecords', resumptionToken: token };
  return {
    verb: 'ListRecords',
    metadataPrefix: 'arXivRaw',
    ...(set !== '' && { set }),
    ...(from !== null && from > EARLIEST_DAY && { from }),
  };
}

/** The first day of the next list: where the last one ended, unless earlier days are wanted now. */
function toStart(synced: Synced | undefined, from: string | null): string | null {
  if (!synced) return from;
  const isIncluded = from === null || synced.since === null || from >= synced.since;
  return isIncluded ? synced.next : from;
}

/** The list that an earlier process did not finish, if it can be continued; its token is valid for a day. */
function resumeRun(state: SyncState, set: string, from: string | null, today: string): UnfinishedList | null {
  const run = state.runs[set];
  if (!run) return null;
  const start = toStart(state.sets[set], from);
  if (from !== null && run.since !== null && start !== null && start < run.since) return null;
  if (run.token !== null && run.tokenDay !== today) restart(run);
  return run;
}

function newRun(since: string | null): UnfinishedList {
  return {
    since,
    from: since,
    token: null,
    tokenDay: null,
    reached: since,
    isOrdered: true,
    startedAt: null,
    cutDays: [],
  };
}

/** The last day is received again, because it is not known how much of it has arrived. */
function restart(run: UnfinishedList): void {
  run.from = run.reached;
  run.token = null;
}

function noteReached(run: UnfinishedList, { firstDatestamp, lastDatestamp, isOrdered }: OaiPage): void {
  if (firstDatestamp === null || lastDatestamp === null || !run.isOrdered) return;
  // The list continues after the previous page, which may have ended within a day.
  if (run.token !== null && run.reached !== null) {
    run.cutDays = [...run.cutDays, run.reached].slice(-MOST_SHIFTED_PAGES);
  }
  run.isOrdered = isOrdered && DAY.test(lastDatestamp) && firstDatestamp >= (run.reached ?? '');
  run.reached = run.isOrdered ? lastDatestamp : run.since;
}

function finish(state: SyncState, set: string, run: UnfinishedList): void {
  const before = state.sets[set];
  const receivedAt = run.startedAt ?? '';
  const isEarlier =
    before === undefined || run.since === null || (before.since !== null && run.since < before.since);
  state.sets[set] = {
    since: isEarlier ? run.since : before.since,
    next: toNext(run, isEarlier ? undefined : before),
    receivedAt,
    syncedAt: before?.syncedAt ?? null,
  };
  state.runs = Object.fromEntries(Object.entries(state.runs).filter(([name]) => name !== set));
}

/**
 * The first day of the next sync: the day on which this one began, or an earlier one in which a page ended while the
 * list may have shifted.
 *
 * arXiv's tokens count within a day. A paper that changes moves from its day to the end of the list. The rest of its
 * day then moves one position forward, and one paper moves past the token. If that happened, a paper has arrived that
 * changed since this sync began. No list goes back further than to the beginning of the last one.
 */
function toNext({ cutDays, reached, startedAt }: UnfinishedList, before: Synced | undefined): string {
  const today = utcDay(startedAt ?? '');
  const [cut = today] = cutDays;
  if (reached === null || reached < today || cut >= today) return today;
  const lastDay = before === undefined ? cut : utcDay(before.receivedAt);
  return cut > lastDay ? cut : lastDay;
}

function toInstant(date: string): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, 'Z');
}

function toPageName(number: number): string {
  return `${String(number).padStart(6, '0')}.jsonl`;
}

/** The file to which a page is written until it is complete. */
function createDraft(folder: string) {
  const file = path.join(folder, 'draft');
  let handle: FileHandle | null = null;
  const close = async () => {
    await handle?.close();
    handle = null;
  };
  return {
    async begin(): Promise<TakeRecords> {
      await close();
      await makeFolder(folder);
      const opened = await open(file, 'w');
      handle = opened;
      return async (records) => {
        await opened.writeFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      };
    },
    async keep(name: string): Promise<void> {
      await handle?.sync();
      await close();
      await rename(file, path.join(folder, name));
    },
    close,
  };
}
