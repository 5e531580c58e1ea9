import {
  startArxivServer,
  type ArxivPaper,
  type ArxivServer,
  type ArxivServerOptions,
} from './arxiv-server.js';
import { toDumpRecord } from './kaggle-records.js';
import { startLoading, type Loading } from './loading.js';
import { runPaperql, type Finished } from './process.js';
import type { PaperPayload } from '../../src/papers/payload.js';

/** The JSON that `paperql sync --json` prints. */
export interface SyncReport {
  status: string;
  problem?: string;
  sets: string[];
  requests: number;
  pages: number;
  deleted: number;
  syncedAt: string | null;
  counts: Record<'read' | 'new' | 'updated' | 'unchanged' | 'embedded', number> & {
    rejected: Record<string, number>;
  };
}

/** `paperql sync` in its own folder, with stand-ins for arXiv and OpenAI's API. */
export interface Syncing extends Loading {
  arxiv: ArxivServer;
  sync(...args: string[]): Promise<Finished>;
  /** Runs a sync, expects this exit code, and returns the report. */
  reportOf(code: number, ...args: string[]): Promise<SyncReport>;
  /** All stored papers, by id. */
  storedPapers(dataDir?: string): Promise<Map<string, Partial<PaperPayload>>>;
}

export async function startSyncing(
  options: ArxivServerOptions,
  settings: Record<string, string> = {},
): Promise<Syncing> {
  const arxiv = await startArxivServer(options);
  const loading = await startLoading({ OAI_URL: arxiv.url, SYNC_PAUSE_MS: '0', ...settings });
  const sync = (...args: string[]) => runPaperql(['sync', ...args], loading.environment, loading.directory);
  return {
    ...loading,
    arxiv,
    sync,
    async reportOf(code, ...args) {
      const finished = await sync('--json', ...args);
      if (finished.code !== code) throw new Error(`ended with ${finished.code}: ${finished.stderr}`);
      return JSON.parse(finished.stdout) as SyncReport;
    },
    storedPapers: (dataDir) => loading.withStore(readPapers, dataDir),
    async close() {
      await arxiv.close();
      await loading.close();
    },
  };
}

interface Scan {
  scan(fields: readonly (keyof PaperPayload)[]): AsyncIterable<{ payload: Partial<PaperPayload> }[]>;
}

async function readPapers(store: Scan): Promise<Map<string, Partial<PaperPayload>>> {
  const papers = new Map<string, Partial<PaperPayload>>();
  for await (const batch of store.scan(['id', 'title', 'abstract', 'comments', 'authors', 'update_date'])) {
    for (const { payload } of batch) papers.set(payload.id ?? '', payload);
  }
  return papers;
}

/** The paper with this index, changed on a day in June 2026. */
export function toArxivPaper(
  index: number,
  day: number,
  fields: Record<string, unknown> = {},
  sets: string[] = ['cs:cs:LG'],
): ArxivPaper {
  const changedAt = `2026-06-${String(day).padStart(2, '0')}T00:00:00Z`;
  return { record: toDumpRecord(index, { authors_parsed: undefined, ...fields }), changedAt, sets };
}
