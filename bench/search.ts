import { largeCorpus, SAMPLE, type BenchCorpus } from './corpus.js';
import { createHttpSender } from './http-sender.js';
import { measure, warmUp, type Pace, type Send } from './load.js';
import { measureParsing } from './parsing.js';
import { toTable, type NamedRow } from './report.js';
import { PAPER, PROBES } from './requests.js';
import { openScratchLance, openScratchQdrant, type ScratchStore } from './scratch-store.js';
import { serveCorpus } from './serve-corpus.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';
import type { Embedder } from '../src/embedding/embedder.js';
import type { PaperPayload } from '../src/papers/payload.js';
import type { PaperPoint } from '../src/store/store.js';

export interface SearchBenchOptions {
  /** Only tests that it runs, on the sample, in a few seconds. */
  quick: boolean;
  qdrantUrl: string | undefined;
  qdrantApiKey: string | undefined;
}

/** Number of connections of the heavier load. */
const BUSY = 16;
/**
 * Years over which papers are distributed: nearly all papers of the corpus are from one year, so a filter on it would
 * select everything.
 */
const FIRST_YEAR = 2000;
const YEARS = 25;

/** Measures the cost of each mode and of filters, over HTTP, and of reading a query. */
export async function benchSearch({ quick, qdrantUrl, qdrantApiKey }: SearchBenchOptions): Promise<void> {
  console.log(measureParsing(quick ? 20 : 2_000));
  const pace: Pace = quick
    ? { rounds: 1, roundMs: 30, queries: 4 }
    : { rounds: 4, roundMs: 750, queries: PROBES };
  const corpus = spreadOverYears((quick ? null : largeCorpus()) ?? SAMPLE);
  const embedder = await createLocalEmbedder();
  try {
    await benchStore(await openScratchLance(), corpus, embedder, pace);
    if (qdrantUrl) {
      const address = { url: qdrantUrl, apiKey: qdrantApiKey };
      await benchStore(await openScratchQdrant(address), corpus, embedder, pace);
    } else {
      console.log('\nQdrant is left out: QDRANT_URL is not set.');
    }
  } finally {
    await embedder.close();
  }
}

async function benchStore(
  scratch: ScratchStore,
  corpus: BenchCorpus,
  embedder: Embedder,
  pace: Pace,
): Promise<void> {
  await serveCorpus(scratch, corpus, embedder, pace.queries, async (server, papers) => {
    const questions = toQuestions(server.graphqlUrl, papers);
    const sends = questions.map(({ send }) => send);
    // The server embeds each query only here.
    await warmUp(sends, pace.queries);
    await measure(sends, { rounds: 1, roundMs: pace.roundMs, connections: BUSY });
    const alone = await measure(sends, { ...pace, connections: 1 });
    const busy = await measure(sends, { ...pace, connections: BUSY });
    const rows = questions.flatMap(({ name }, at): NamedRow[] => {
      const [one, many] = [alone[at], busy[at]];
      return one && many ? [{ name, alone: one, busy: many }] : [];
    });
    console.log(toTable(BUSY, rows));
    console.log(compareFiltered(rows));
  });
}

/** Searches for ten whole papers each, with the titles of `papers` in turn. */
function toQuestions(graphqlUrl: string, papers: readonly PaperPayload[]): { name: string; send: Send }[] {
  const document = `query ($query: String!, $mode: SearchMode, $filter: SearchFilter, $ranking: RankingInput) {
    search(query: $query, mode: $mode, filter: $filter, ranking: $ranking, first: 10) {
      nodes { rank score paper { ${PAPER} } }
    }
  }`;
  const ask = (toVariables: (paper: PaperPayload) => object): Send =>
    createHttpSender({
      url: graphqlUrl,
      bodies: papers.map((paper) => ({
        query: document,
        variables: { query: paper.title.replace(/\bby\b/gi, ''), ...toVariables(paper) },
      })),
      opening: '{"data":{"search":{"nodes":[{"rank":1,',
    });
  return [
    { name: 'hybrid', send: ask(() => ({})) },
    { name: 'semantic', send: ask(() => ({ mode: 'SEMANTIC' })) },
    { name: 'keyword', send: ask(() => ({ mode: 'KEYWORD' })) },
    { name: 'hybrid, ten years', send: ask((paper) => ({ filter: { submitted: yearsAround(paper, 5) } })) },
    {
      name: 'hybrid, author and year',
      send: ask((paper) => ({
        filter: { authors: { match: [paper.authors[0]] }, submitted: yearsAround(paper, 0) },
      })),
    },
    { name: 'hybrid with recency', send: ask(() => ({ ranking: { recency: {} } })) },
    { name: 'hybrid with diversity', send: ask(() => ({ ranking: { diversity: 0.3 } })) },
  ];
}

function yearsAround({ year = FIRST_YEAR }: PaperPayload, reach: number): { gte: string; lte: string } {
  return { gte: `${year - reach}-01-01`, lte: `${year + reach}-12-31` };
}

function compareFiltered(rows: readonly NamedRow[]): string {
  const p50 = (name: string) => rows.find((row) => row.name === name)?.alone.p50Ms ?? NaN;
  const ratio = p50('hybrid, author and year') / p50('hybrid');
  return `Filtered by author and year, a search takes ${ratio.toFixed(2)} of the time of an unfiltered one.`;
}

/** The corpus with submission dates distributed evenly over the years. */
function spreadOverYears(corpus: BenchCorpus): BenchCorpus {
  async function* points(): AsyncGenerator<PaperPoint> {
    let at = 0;
    for await (const point of corpus.points()) {
      const year = FIRST_YEAR + (at++ % YEARS);
      const day = (point.payload.submitted_at ?? '2000-01-01T00:00:00Z').slice('YYYY'.length);
      yield { ...point, payload: { ...point.payload, year, submitted_at: `${year}${day}` } };
    }
  }
  return { ...corpus, points };
}
