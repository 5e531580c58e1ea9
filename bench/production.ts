import { benchAccess } from './access.js';
import { largeCorpus, SAMPLE } from './corpus.js';
import { findLargeCorpus, type LargeCorpus } from './dump-files.js';
import { PROBES } from './requests.js';
import { fillStore, openScratchLance, openScratchQdrant, type ScratchStore } from './scratch-store.js';
import { soak } from './soak.js';
import { benchWorkers } from './workers.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';

export interface ProductionBenchOptions {
  /** Only tests that it runs, on the sample, in a few seconds. */
  quick: boolean;
  /** Duration of the soak; 0 measures everything else instead. */
  soakMinutes: number;
  qdrantUrl: string | undefined;
  qdrantApiKey: string | undefined;
}

/** Number of distinct searches in a soak: all of them fit into the cache of embeddings. */
const SOAK_QUERIES = 2_000;

/**
 * Measures the cost of serving many clients: several processes, keys with budgets and metrics. Alternatively, runs a
 * soak: a long time at 70 % of the capacity.
 */
export async function benchProduction(options: ProductionBenchOptions): Promise<void> {
  const { soakMinutes, qdrantUrl, qdrantApiKey } = options;
  const changing = soakMinutes > 0 ? findLargeCorpus() : null;
  if (soakMinutes > 0 && !changing) return;
  const scratch = qdrantUrl
    ? await openScratchQdrant({ url: qdrantUrl, apiKey: qdrantApiKey })
    : await openScratchLance();
  try {
    await bench(scratch, options, changing);
  } finally {
    await scratch.remove();
  }
}

async function bench(
  scratch: ScratchStore,
  { quick, soakMinutes }: ProductionBenchOptions,
  changing: LargeCorpus | null,
): Promise<void> {
  const corpus = (quick ? null : largeCorpus()) ?? SAMPLE;
  const queries = quick ? 10 : changing ? SOAK_QUERIES : PROBES;
  const embedder = await createLocalEmbedder();
  const papers = await fillStore(scratch, corpus, embedder, queries);
  await embedder.close();
  console.log(`\n# ${corpus.name}, in ${scratch.name}`);
  const { environment } = scratch;
  if (changing) {
    await soak({ minutes: soakMinutes, environment, papers, corpus: changing });
    return;
  }
  await benchWorkers(
    environment,
    papers,
    quick ? { rounds: 1, roundMs: 200 } : { rounds: 6, roundMs: 1_000 },
  );
  await benchAccess(environment, papers, quick ? { rounds: 1, searches: 20 } : { rounds: 9, searches: 200 });
}
