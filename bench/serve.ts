import { largeCorpus, SAMPLE, type BenchCorpus } from './corpus.js';
import { measure, warmUp, type Figures, type Pace } from './load.js';
import { toProbes } from './probes.js';
import { toReport, type Row } from './report.js';
import { PROBES, paperTargets, searchTargets, type Target, type Who } from './requests.js';
import {
  openScratchLance,
  openScratchQdrant,
  type QdrantAddress,
  type ScratchStore,
} from './scratch-store.js';
import { serveCorpus } from './serve-corpus.js';
import { startReadyWrapper, startWrapper } from './wrapper-process.js';
import type { Embedder } from '../src/embedding/embedder.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';

export interface ServeBenchOptions {
  /** Only tests that it runs, on the sample, in a few seconds. */
  quick: boolean;
  qdrantUrl: string | undefined;
  qdrantApiKey: string | undefined;
  /** Python interpreter with FastAPI and qdrant-client, for a wrapper of Qdrant to compare with. */
  python: string | undefined;
}

/** Number of connections of the heavier load. */
const BUSY = 16;

interface ServePace extends Pace {
  /**
   * How long the server answers before it is measured. V8 optimizes functions only after thousands of calls: the
   * first searches take twice the processor time of those after the 4,500th.
   */
  warmMs: number;
}

/** Measures the server with each corpus in each store, and prints the results. */
export async function benchServe({
  quick,
  qdrantUrl,
  qdrantApiKey,
  python,
}: ServeBenchOptions): Promise<void> {
  const qdrant = qdrantUrl ? { url: qdrantUrl, apiKey: qdrantApiKey } : null;
  const pace: ServePace = quick
    ? { rounds: 1, roundMs: 50, queries: 10, warmMs: 0 }
    : { rounds: 4, roundMs: 750, queries: PROBES, warmMs: 12_000 };
  const embedder = await createLocalEmbedder();
  try {
    for (const corpus of chooseCorpora(quick)) {
      await benchStore(await openScratchLance(), null, corpus, embedder, pace);
      if (qdrant) await benchStore(await openScratchQdrant(qdrant), qdrant, corpus, embedder, pace, python);
    }
    if (!qdrant) console.log('\nQdrant is left out: QDRANT_URL is not set.');
  } finally {
    await embedder.close();
  }
}

function chooseCorpora(quick: boolean): BenchCorpus[] {
  const large = quick ? null : largeCorpus();
  if (large) return [SAMPLE, large];
  console.log(`\nThe 50,000 papers are left out: ${quick ? 'this is a quick run' : 'they are missing'}.`);
  return [SAMPLE];
}

async function benchStore(
  scratch: ScratchStore,
  qdrant: QdrantAddress | null,
  corpus: BenchCorpus,
  embedder: Embedder,
  pace: ServePace,
  python?: string,
): Promise<void> {
  await serveCorpus(scratch, corpus, embedder, pace.queries, async (server, papers) => {
    const probes = await toProbes(papers, embedder);
    const { store } = scratch;
    const wrapped =
      qdrant && python !== undefined ? { python, qdrantUrl: qdrant.url, collection: store.collection } : null;
    const wrapper = wrapped && (await startWrapper(wrapped));
    const readyWrapper = wrapped && (await startReadyWrapper(wrapped, probes));
    const parties = {
      graphqlUrl: server.graphqlUrl,
      store,
      qdrant,
      wrapperUrl: wrapper?.url ?? null,
      readyWrapperUrl: readyWrapper?.url ?? null,
    };
    try {
      await benchTargets('search, 10 whole papers', searchTargets(parties, probes), pace);
      await benchTargets('paper by id', paperTargets(parties, papers), pace);
    } finally {
      await wrapper?.stop();
      await readyWrapper?.stop();
    }
  });
}

async function benchTargets(question: string, targets: readonly Target[], pace: ServePace): Promise<void> {
  const sends = targets.map(({ send }) => send);
  // The server embeds each query only here.
  await warmUp(sends, pace.queries);
  const ofServer = targets.filter(({ who }) => who === 'server').map(({ send }) => send);
  await measure(ofServer, { rounds: 1, roundMs: pace.warmMs, connections: BUSY });
  await measure(sends, { rounds: 1, roundMs: pace.roundMs, connections: BUSY });
  const alone = await measure(sends, { ...pace, connections: 1 });
  const busy = await measure(sends, { ...pace, connections: BUSY });
  const rows = targets.flatMap(({ who }, at) => toRow(who, alone[at], busy[at]));
  console.log(toReport(question, BUSY, rows));
}

function toRow(who: Who, alone: Figures | undefined, busy: Figures | undefined): Row[] {
  return alone && busy ? [{ who, alone, busy }] : [];
}
