import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchAccess } from './access.js';
import { largeCorpus, SAMPLE } from './corpus.js';
import { findLargeCorpus } from './dump-files.js';
import { PROBES } from './requests.js';
import { fillStore, openScratchLance, openScratchQdrant, type ScratchStore } from './scratch-store.js';
import { soak } from './soak.js';
import { benchWorkers } from './workers.js';
import { createLocalEmbedder } from '../src/embedding/local/embedder.js';

export interface ProductionBenchOptions {
  /** A smoke run: the sample only, hardly any time. */
  quick: boolean;
  /** Length of the soak; 0 leaves it out. */
  soakMinutes: number;
  qdrantUrl: string | undefined;
  qdrantApiKey: string | undefined;
}

/** What serving many clients costs: several processes, keys with budgets and metrics, and a long time at 70 % of the capacity. */
export async function benchProduction(options: ProductionBenchOptions): Promise<void> {
  const { quick, soakMinutes, qdrantUrl, qdrantApiKey } = options;
  const scratch = qdrantUrl
    ? await openScratchQdrant({ url: qdrantUrl, apiKey: qdrantApiKey })
    : await openScratchLance();
  try {
    await bench(scratch, quick, soakMinutes);
  } finally {
    await scratch.remove();
  }
}

async function bench(scratch: ScratchStore, quick: boolean, soakMinutes: number): Promise<void> {
  const corpus = (quick ? null : largeCorpus()) ?? SAMPLE;
  const embedder = await createLocalEmbedder();
  const papers = await fillStore(scratch, corpus, embedder, quick ? 10 : PROBES);
  await embedder.close();
  console.log(`\n# ${corpus.name}, in ${scratch.name}`);
  const { environment } = scratch;
  await benchWorkers(
    environment,
    papers,
    quick ? { rounds: 1, roundMs: 200 } : { rounds: 6, roundMs: 1_000 },
  );
  await benchAccess(environment, papers, quick ? { rounds: 1, searches: 20 } : { rounds: 9, searches: 200 });
  const files = soakMinutes > 0 ? findLargeCorpus() : null;
  if (!files) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-bench-soak-'));
  try {
    await soak({ minutes: soakMinutes, environment, folder, papers, corpus: files });
  } finally {
    await rm(folder, { recursive: true });
  }
}
