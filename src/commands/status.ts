import { existsSync } from 'node:fs';
import { storeInWords, openStore } from './open-parts.js';
import type { StatusOptions } from './status-options.js';
import type { Config } from '../config/config.js';
import { durationInWords } from '../duration.js';
import { formatTable, type Row } from '../ingest/summary.js';
import type { CollectionInfo, IndexingState, PaperStore } from '../store/store.js';
import { readState, toLastSync, toStatePaths, type SyncState } from '../sync/state.js';
import { listPages } from '../sync/sync.js';

/** What is stored and how recent it is, as `--json` prints it. */
interface Status {
  corpus: {
    collection: string;
    /** Null while the collection does not exist. */
    papers: number | null;
    embedder: string | null;
    newestSubmittedAt: string | null;
  };
  store: string;
  index: IndexingState | null;
  sync: {
    syncedAt: string | null;
    /** Empty for all of arXiv. */
    sets: string[];
    /** Seconds since `syncedAt`. */
    lagSeconds: number | null;
    /** Whether a sync began and has not ended. */
    isUnfinished: boolean;
    /** Pages that were received and are not loaded yet. */
    waitingPages: number;
  };
}

/** Prints what is stored, the progress of the index, and the time of the last sync. */
export async function status(config: Config, { json }: StatusOptions): Promise<void> {
  const paths = toStatePaths(config.dataDir, config.collection);
  const waiting = await listPages(paths);
  const found: Status = {
    ...(await readStore(config)),
    sync: toSyncStatus(await readState(paths.file), waiting.length),
  };
  console.log(json ? JSON.stringify(found) : formatStatus(found));
}

async function readStore(config: Config): Promise<Omit<Status, 'sync'>> {
  const store = storeInWords(config.store);
  const corpus = { collection: config.collection, papers: null, embedder: null, newestSubmittedAt: null };
  // The status must not create a folder.
  if (config.store.kind === 'lance' && !existsSync(config.store.dataDir)) {
    return { corpus, store, index: null };
  }
  const opened = await openStore(config, config.collection);
  try {
    const info = await opened.describe();
    if (!info) return { corpus, store, index: null };
    return {
      corpus: {
        ...corpus,
        papers: info.count,
        embedder: info.metadata?.embedder ?? null,
        newestSubmittedAt: await findNewest(opened, info),
      },
      store,
      index: await opened.indexing(),
    };
  } finally {
    await opened.close();
  }
}

/** Null for a collection that another program created: it has no dates to sort by. */
async function findNewest(store: PaperStore, { metadata }: CollectionInfo): Promise<string | null> {
  if (!metadata) return null;
  const [hits] = await store.search([
    {
      ranking: { kind: 'listing', by: 'submitted_at', direction: 'desc' },
      offset: 0,
      limit: 1,
      window: 1,
      fields: ['submitted_at'],
    },
  ]);
  if (hits instanceof Error) throw hits;
  return hits?.[0]?.payload.submitted_at ?? null;
}

function toSyncStatus(state: SyncState | null, waitingPages: number): Status['sync'] {
  const { syncedAt, sets } = toLastSync(state);
  return {
    syncedAt,
    sets,
    lagSeconds: syncedAt === null ? null : Math.round((Date.now() - Date.parse(syncedAt)) / 1_000),
    isUnfinished: waitingPages > 0 || Object.keys(state?.runs ?? {}).length > 0,
    waitingPages,
  };
}

function toIndexText({ state, step, share, indexed, total }: IndexingState): string {
  const progress = share === undefined ? '' : ` ${Math.floor(100 * share)} %`;
  return `${state}${progress}${step === undefined ? '' : ` (${step})`}, ${indexed} of ${total} papers`;
}

function formatStatus({ corpus, store, index, sync }: Status): string {
  const pages = sync.waitingPages === 1 ? '1 page is' : `${sync.waitingPages} pages are`;
  const rows: Row[] = [
    ['collection', corpus.collection],
    ['papers', corpus.papers ?? 'none: the collection does not exist'],
    ['newest submitted', corpus.newestSubmittedAt ?? 'unknown'],
    ['embedder', corpus.embedder ?? 'unknown'],
    ['store', store],
    ['index', index === null ? 'none' : toIndexText(index)],
    ['synced until', sync.syncedAt ?? 'never'],
    ...(sync.lagSeconds === null ? [] : [['lag', durationInWords(sync.lagSeconds * 1_000)] satisfies Row]),
    ...(sync.syncedAt === null ? [] : [['sets', sync.sets.join(', ') || 'all of arXiv'] satisfies Row]),
    ...(sync.isUnfinished ? [['unfinished sync', `${pages} waiting to be loaded`] satisfies Row] : []),
  ];
  return formatTable(rows);
}
