import { cp } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { BenchCorpus } from './corpus.js';
import { makeScratchFolder } from './on-interrupt.js';
import { fillStore, openScratchLance, type ScratchStore } from './scratch-store.js';
import { startServer, type MeasuredServer } from './server-process.js';
import { runSync, type SyncRun, type Took } from './sync-process.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';
import { completeDirectory } from '../src/directory/complete-directory.js';
import { toContentHash } from '../src/ingest/content-hash.js';
import type { PaperPoint } from '../src/store/store.js';
import { startArxivServer, type ArxivPaper } from '../test/support/arxiv-server.js';

/**
 * Assumed changes of one day: new papers; new versions with a different title or abstract; and records in which only
 * other fields change: a version with the same abstract, a comment, a DOI, a journal, another category.
 */
const DAY = { new: 1_000, revised: 500, otherFields: 1_000 };
const CHANGED = DAY.new + DAY.revised + DAY.otherFields;
/** A set that gains 100 papers a day. */
const MONTH = 3_000;
const ALONE_MS = 5_000;
/** After a start, reading the indexes and the model is not part of a search. */
const WARM_UP_MS = 5_000;

/**
 * Measures a day of changes on the corpus without searches, the same day again, and the day with searches at the same
 * time, on copies of one store; then a month of one category into an empty folder.
 */
export async function benchDays(papers: readonly ArxivPaper[], corpus: BenchCorpus): Promise<void> {
  const before = papers.length - DAY.new;
  const embedder = await createLocalEmbedder();
  const scratch = await openScratchLance();
  try {
    await fillStore(scratch, loadedBefore(corpus, before), embedder, 1);
    await completeDirectory(scratch.store, { isChanged: true });
  } finally {
    await embedder.close();
  }
  const arxiv = await startArxivServer({ papers: changesOfDay(papers, before) });
  try {
    await withCopy(scratch, arxiv.url, async (copy) => {
      const quiet = await runSync(copy, copy.DATA_DIR);
      print(`a day of ${CHANGED} changed records on ${before} papers, without searches`, quiet);
      print('the same day again', await runSync(copy, copy.DATA_DIR));
    });
    await withCopy(scratch, arxiv.url, (copy) => benchBesideSearches(copy, papers));
  } finally {
    await Promise.all([arxiv.close(), scratch.remove()]);
  }
  await benchMonth(papers);
}

async function benchBesideSearches(copy: SyncFolder, papers: readonly ArxivPaper[]): Promise<void> {
  const server = await startServer({ ...copy, EMBEDDER: 'local' });
  try {
    const search = createSearches(server, papers);
    await search.during(wait(WARM_UP_MS));
    const alone = await search.during(wait(ALONE_MS));
    const syncing = runSync(copy, copy.DATA_DIR);
    const meanwhile = await search.during(syncing);
    print('the day with searches meanwhile, one after another', await syncing);
    console.log(
      `Searches alone: ${inWords(alone)}.\nSearches meanwhile: ${inWords(meanwhile)}, ` +
        `${(meanwhile.p50 / alone.p50).toFixed(1)} and ${(meanwhile.p99 / alone.p99).toFixed(1)} times as long.`,
    );
  } finally {
    await server.stop();
  }
}

async function benchMonth(papers: readonly ArxivPaper[]): Promise<void> {
  const { folder, remove } = await makeScratchFolder('month');
  const arxiv = await startArxivServer({ papers: papers.slice(-MONTH) });
  try {
    const run = await runSync({ DATA_DIR: folder, OAI_URL: arxiv.url }, folder);
    print(`a month of one category, ${MONTH} papers into an empty folder`, run);
  } finally {
    await arxiv.close();
    await remove();
  }
}

/** Settings of a sync into a copy of the scratch store. */
type SyncFolder = Record<string, string> & { DATA_DIR: string; OAI_URL: string };

async function withCopy(
  { environment }: ScratchStore,
  url: string,
  run: (copy: SyncFolder) => Promise<void>,
): Promise<void> {
  const { folder, remove } = await makeScratchFolder('day');
  try {
    await cp(environment['DATA_DIR'] ?? '', folder, { recursive: true });
    await run({ ...environment, DATA_DIR: folder, OAI_URL: url });
  } finally {
    await remove();
  }
}

/** The first papers, each with the content hash that loading gives it, which shows what was embedded. */
function loadedBefore(corpus: BenchCorpus, size: number): BenchCorpus {
  return {
    ...corpus,
    size,
    async *points(): AsyncGenerator<PaperPoint> {
      let count = 0;
      for await (const { id, vector, payload } of corpus.points()) {
        if (count++ === size) return;
        yield { id, vector, payload: { ...payload, content_hash: toContentHash(JSON.stringify(payload)) } };
      }
    },
  };
}

/** Evenly distributed over the corpus, whose last papers are the new ones. */
function changesOfDay(papers: readonly ArxivPaper[], before: number): ArxivPaper[] {
  const step = Math.floor(before / (DAY.revised + DAY.otherFields));
  const changed = papers
    .filter((_paper, at) => at < before && at % step === 0)
    .slice(0, DAY.revised + DAY.otherFields);
  const isRevised = (at: number) => at % 3 === 0;
  return [
    ...changed.map(({ record, ...paper }, at) => ({
      ...paper,
      record: isRevised(at)
        ? { ...record, abstract: `${String(record['abstract'])} A sentence of a new version.` }
        : { ...record, comments: 'A new version' },
    })),
    ...papers.slice(before),
  ];
}

interface Latency {
  p50: number;
  p99: number;
  cpuMsPerSearch: number;
}

/** Hybrid searches for titles, one after another. */
function createSearches(server: MeasuredServer, papers: readonly ArxivPaper[]) {
  let asked = 0;
  return {
    async during(work: Promise<unknown>): Promise<Latency> {
      const times: number[] = [];
      const state = { isDone: false };
      const end = work.finally(() => (state.isDone = true));
      const cpuBefore = server.cpuMs();
      while (!state.isDone) {
        const title = String(papers[(asked++ * 7_919) % papers.length]?.record['title']);
        const body = JSON.stringify({
          query: 'query ($q: String!) { search(query: $q, first: 10) { nodes { paper { id title } } } }',
          variables: { q: title.slice(0, 200) },
        });
        const startedAt = performance.now();
        const answer = await fetch(server.graphqlUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        await answer.text();
        times.push(performance.now() - startedAt);
      }
      await end;
      const cpuMsPerSearch = (server.cpuMs() - cpuBefore) / times.length;
      times.sort((a, b) => a - b);
      const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? NaN;
      return { p50: at(0.5), p99: at(0.99), cpuMsPerSearch };
    },
  };
}

function inWords({ p50, p99, cpuMsPerSearch }: Latency): string {
  return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${cpuMsPerSearch.toFixed(0)} ms of processor time each`;
}

function print(name: string, { counts, ...phases }: SyncRun): void {
  const took = ({ seconds, cpuSeconds }: Took) =>
    `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processor time)`;
  console.log(
    `\n${name}: ${counts.new} new, ${counts.updated} updated, ${counts.unchanged} unchanged, ${counts.embedded} embedded\n` +
      `  total ${took(phases.total)}\n  receiving ${took(phases.receiving)}, loading ${took(phases.loading)}, ` +
      `indexes and directory ${took(phases.indexing)}`,
  );
}
