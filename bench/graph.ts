import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { largeCorpus, type BenchCorpus } from './corpus.js';
import { createHttpSender } from './http-sender.js';
import { measure, measureOnce, type Figures, type Send } from './load.js';
import {
  fillStore,
  openScratchLance,
  openScratchQdrant,
  type QdrantAddress,
  type ScratchStore,
} from './scratch-store.js';
import { startServer, type MeasuredServer } from './server-process.js';
import { completeDirectory } from '../src/directory/complete-directory.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';
import type { PaperPayload } from '../src/papers/payload.js';
import { toWords } from '../src/papers/words.js';

export interface GraphBenchOptions {
  qdrantUrl: string | undefined;
  qdrantApiKey: string | undefined;
}

/** Number of papers whose names and titles are typed, and number of searches. */
const PROBES = 200;
/** Approximate number of papers over which facets are counted, selected by a range of days. */
const MATCHES = 20_000;
const ROUNDS = { connections: 1, rounds: 5, roundMs: 2_000 };

/**
 * Measures the parts around results: facets, suggestions, a whole page with similar papers; and the cost of the
 * directory.
 */
export async function benchGraph({ qdrantUrl, qdrantApiKey }: GraphBenchOptions): Promise<void> {
  const corpus = largeCorpus();
  if (!corpus) return;
  await benchStore(await openScratchLance(), corpus);
  if (!qdrantUrl) {
    console.log('\nQdrant is left out: QDRANT_URL is not set.');
    return;
  }
  const address: QdrantAddress = { url: qdrantUrl, apiKey: qdrantApiKey };
  await benchStore(await openScratchQdrant(address), corpus);
}

async function benchStore(scratch: ScratchStore, corpus: BenchCorpus): Promise<void> {
  const embedder = await createLocalEmbedder();
  try {
    const papers = await fillStore(scratch, corpus, embedder, PROBES);
    console.log(`\n# ${corpus.name}, in ${scratch.name}`);
    await benchDirectory(scratch);
    const server = await startServer({ ...scratch.environment, EMBEDDER: 'local' });
    try {
      await benchOperations(scratch, server, papers);
    } finally {
      await server.stop();
    }
  } finally {
    await embedder.close();
    await scratch.remove();
  }
}

async function benchDirectory({ store, environment }: ScratchStore): Promise<void> {
  const startedAt = performance.now();
  let peak = 0;
  await completeDirectory(store, {
    isChanged: true,
    onProgress: () => (peak = Math.max(peak, process.memoryUsage().rss)),
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const info = await store.directory.describe();
  console.log(
    `directory: ${info?.authors ?? 0} names and ${info?.titles ?? 0} titles built in ${seconds} s; ` +
      `meanwhile, this process used at most ${toMb(peak)} MiB`,
  );
  const { DATA_DIR: folder } = environment;
  if (folder === undefined) return;
  const tables = readdirSync(folder).filter((name) => name.includes('_directory'));
  const bytes = tables.map((name) => sizeOf(path.join(folder, name)));
  console.log(`  on disk ${toMb(bytes.reduce((sum, size) => sum + size, 0))} MiB`);
}

async function benchOperations(
  { store }: ScratchStore,
  server: MeasuredServer,
  papers: readonly PaperPayload[],
): Promise<void> {
  const before = server.memory()?.nowMb ?? NaN;
  await report(server, 'suggest, authors', suggestions(server, papers, '[AUTHOR]'));
  await report(server, 'suggest, all kinds', suggestions(server, papers, '[AUTHOR, CATEGORY, TITLE]'));
  const after = server.memory()?.nowMb ?? NaN;
  console.log(`  the server process grew by ${(after - before).toFixed(0)} MiB meanwhile`);

  const { filter, count } = await chooseFilter(store);
  await report(server, `facets of three fields over ${count} matches`, facets(server, filter));
  const page = 'page of 20 with authors, categories and five similar papers each';
  await report(server, page, pages(server, papers));
}

/** Sends each distinct request once, as its first client would, and then all of them in turn. */
async function report(server: MeasuredServer, what: string, send: Send): Promise<void> {
  const first = await measureOnce(send, PROBES);
  const before = server.cpuMs();
  const [figures] = await measure([send], ROUNDS);
  if (!figures) return;
  const cpuMs = (server.cpuMs() - before) / figures.answers;
  console.log(`${what}: ${toText(figures)}, CPU ${cpuMs.toFixed(1)} ms; first requests: ${toText(first)}`);
}

function toText({ p50Ms, p99Ms }: Figures): string {
  return `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
}

/** Names and titles as they are typed: one to eight letters of a word, or the beginnings of two words. */
function suggestions({ graphqlUrl }: MeasuredServer, papers: readonly PaperPayload[], kinds: string): Send {
  const typed = papers.flatMap(({ title, authors }, at) => {
    const text = at % 2 === 0 ? title : (authors[0] ?? title);
    const [first = 'a', second = ''] = toWords(text);
    const letters = 1 + (at % 8);
    return at % 4 < 3 ? first.slice(0, letters) : `${first} ${second.slice(0, 1 + (at % 3))}`;
  });
  const query = `query ($prefix: String!) { suggest(prefix: $prefix, kinds: ${kinds}, first: 10) {
    kind text paperCount
  } }`;
  return createHttpSender({
    url: graphqlUrl,
    bodies: typed.map((prefix) => ({ query, variables: { prefix } })),
    opening: '{"data":{"suggest":[',
  });
}

function facets({ graphqlUrl }: MeasuredServer, filter: Record<string, unknown>): Send {
  const query = `query ($filter: SearchFilter) { search(filter: $filter, first: 1) {
    category: facets(field: CATEGORY) { value label count }
    year: facets(field: YEAR) { value count }
    author: facets(field: AUTHOR) { value count }
  } }`;
  return createHttpSender({
    url: graphqlUrl,
    bodies: [{ query, variables: { filter } }],
    opening: '{"data":{"search":{"category":[{',
  });
}

function pages({ graphqlUrl }: MeasuredServer, papers: readonly PaperPayload[]): Send {
  const query = `query ($query: String!) { search(query: $query, first: 20) { nodes { rank score paper {
    id title authors(first: 10) { name } categories { code name }
    similar(first: 5) { score paper { id title } }
  } } } }`;
  const bodies = papers.map(({ title }) => ({
    query,
    variables: { query: toWords(title.replace(/\bby\b/gi, '')).join(' ') },
  }));
  return createHttpSender({ url: graphqlUrl, bodies, opening: '{"data":{"search":{"nodes":[{"rank":1,' });
}

/** The papers since the month for which their number is closest to `MATCHES`. */
async function chooseFilter(store: ScratchStore['store']) {
  const months = Array.from({ length: 12 * 20 }, (_, at) => {
    const month = String((at % 12) + 1).padStart(2, '0');
    return `${2007 + Math.floor(at / 12)}-${month}-01`;
  });
  let best = { filter: {}, count: Infinity };
  for (const month of months) {
    const range = { key: 'submitted_at', range: { gte: `${month}T00:00:00Z` } };
    const count = await store.count({ must: [range] });
    if (Math.abs(count - MATCHES) >= Math.abs(best.count - MATCHES)) continue;
    best = { filter: { submitted: { gte: month } }, count };
  }
  return best;
}

function sizeOf(file: string): number {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(file).reduce((sum, name) => sum + sizeOf(path.join(file, name)), 0);
}

function toMb(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
