import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import path from 'node:path';
import { largeCorpus, type BenchCorpus } from './corpus.js';
import { findLargeCorpus, readLargeCorpus, type LargeCorpus } from './dump-files.js';
import { fillStore, openScratchLance, type ScratchStore } from './scratch-store.js';
import { startServer } from './server-process.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';
import type { Counts } from '../src/ingest/counts.js';
import { readPage } from '../src/sync/read-page.js';
import { startArxivServer, toRecordXml, type ArxivPaper } from '../test/support/arxiv-server.js';

/** `main.js` of the same build as this file. */
const MAIN = path.join(import.meta.dirname, '..', 'src', 'main.js');
const STREAMED = 500_000;
/** Number of records that change on a day, and how many of them are new. */
const DAY = { changed: 2_500, new: 1_000 };
const ALONE_MS = 5_000;

/** Reading XML alone, and a day's changes on 50,000 papers with searches meanwhile. */
export async function benchSync(): Promise<void> {
  const files = findLargeCorpus();
  const corpus = largeCorpus();
  if (!files || !corpus) return;
  const papers = await readPapers(files);
  await benchXml(papers);
  await benchDay(papers, corpus);
}

async function readPapers(files: LargeCorpus): Promise<ArxivPaper[]> {
  const papers: ArxivPaper[] = [];
  for await (const { line } of readLargeCorpus(files)) {
    const record = JSON.parse(line) as Record<string, unknown>;
    papers.push({ record, changedAt: '2026-06-01T00:00:00Z', sets: ['cs:cs:LG'] });
  }
  return papers;
}

async function benchXml(papers: readonly ArxivPaper[]): Promise<void> {
  const parts = papers.slice(0, 5_000).map((paper) => Buffer.from(toRecordXml(paper)));
  const part = Buffer.concat(parts);
  const repeats = STREAMED / parts.length;
  const memory: number[] = [];
  let records = 0;
  async function* page(): AsyncGenerator<Buffer> {
    yield Buffer.from('<OAI-PMH><responseDate>2026-06-10T04:00:00Z</responseDate><ListRecords>');
    for (let repeat = 0; repeat < repeats; repeat++) {
      yield* Readable.from(part, { objectMode: false, highWaterMark: 65_536 }) as AsyncIterable<Buffer>;
      memory.push(process.memoryUsage().rss / 1_048_576);
    }
    yield Buffer.from('</ListRecords></OAI-PMH>');
  }
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await readPage(page(), (more) => void (records += more.length));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const megabytes = (part.length * repeats) / 1e6;
  console.log(
    `\nXML alone: ${records} records, ${megabytes.toFixed(0)} MB in ${seconds.toFixed(1)} s: ` +
      `${(records / seconds).toFixed(0)} records/s, ${(records / ((user + system) / 1e6)).toFixed(0)} a second of processor time; ` +
      `resident memory ${memory[9]?.toFixed(0)} MiB after a tenth, ${memory.at(-1)?.toFixed(0)} MiB at the end.`,
  );
}

async function benchDay(papers: readonly ArxivPaper[], corpus: BenchCorpus): Promise<void> {
  const embedder = await createLocalEmbedder();
  const scratch = await openScratchLance();
  try {
    const before = papers.length - DAY.new;
    await fillStore(scratch, firstOf(corpus, before), embedder, 1);
    const step = Math.floor(before / (DAY.changed - DAY.new));
    const changed = papers
      .filter((_paper, at) => at < before && at % step === 0)
      .slice(0, DAY.changed - DAY.new)
      .map((paper) => ({ ...paper, record: { ...paper.record, comments: 'A new version' } }));
    const today = [...changed, ...papers.slice(before)];
    const arxiv = await startArxivServer({ papers: today });
    const server = await startServer({ ...scratch.environment, EMBEDDER: 'local' });
    try {
      const search = createSearches(server.graphqlUrl, papers);
      const alone = await search.during(new Promise((resolve) => setTimeout(resolve, ALONE_MS)));
      const startedAt = performance.now();
      const syncing = runSync(scratch, arxiv.url);
      const meanwhile = await search.during(syncing);
      const seconds = (performance.now() - startedAt) / 1_000;
      const counts = await syncing;
      console.log(
        `A day on ${before} papers: ${counts.read} records, ${counts.new} new, ${counts.updated} updated, ` +
          `${counts.embedded} embedded in ${seconds.toFixed(1)} s, process start and indexes included.\n` +
          `Searches, one at a time: p50 ${alone.p50} ms and p99 ${alone.p99} ms alone, ` +
          `p50 ${meanwhile.p50} ms and p99 ${meanwhile.p99} ms meanwhile.`,
      );
    } finally {
      await Promise.all([server.stop(), arxiv.close()]);
    }
  } finally {
    await embedder.close();
    await scratch.remove();
  }
}

function firstOf(corpus: BenchCorpus, size: number): BenchCorpus {
  return {
    ...corpus,
    size,
    async *points() {
      let count = 0;
      for await (const point of corpus.points()) {
        if (count++ === size) return;
        yield point;
      }
    },
  };
}

/** Hybrid searches for titles, one after another. */
function createSearches(url: string, papers: readonly ArxivPaper[]) {
  let asked = 0;
  return {
    async during(work: Promise<unknown>): Promise<{ p50: string; p99: string }> {
      const times: number[] = [];
      const state = { isDone: false };
      const end = work.finally(() => (state.isDone = true));
      while (!state.isDone) {
        const title = String(papers[(asked++ * 7_919) % papers.length]?.record['title']);
        const body = JSON.stringify({
          query: 'query ($q: String!) { search(query: $q, first: 10) { nodes { paper { id title } } } }',
          variables: { q: title.slice(0, 200) },
        });
        const startedAt = performance.now();
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        await answer.text();
        times.push(performance.now() - startedAt);
      }
      await end;
      times.sort((a, b) => a - b);
      const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? NaN).toFixed(0);
      return { p50: at(0.5), p99: at(0.99) };
    },
  };
}

/** `paperql sync` as an operator starts it, with no pause between requests. */
async function runSync(scratch: ScratchStore, url: string): Promise<Counts> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, 'sync', '--json'], {
    cwd: scratch.environment['DATA_DIR'],
    env: { PATH, HOME, EMBEDDER: 'local', OAI_URL: url, SYNC_PAUSE_MS: '0', ...scratch.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`paperql sync ended with ${code}: ${stderr}`);
  // Printed by our own command.
  return (JSON.parse(stdout) as { counts: Counts }).counts;
}
