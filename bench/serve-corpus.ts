import type { BenchCorpus } from './corpus.js';
import { fillStore, type ScratchStore } from './scratch-store.js';
import { startServer, type MeasuredServer } from './server-process.js';
import type { Embedder } from '../src/embedding/embedder.js';
import type { PaperPayload } from '../src/papers/payload.js';

/**
 * Fills the store, serves it in a server process while `use` runs, and removes both.
 *
 * @param count number of papers passed to `use`, evenly distributed over the corpus.
 */
export async function serveCorpus(
  scratch: ScratchStore,
  corpus: BenchCorpus,
  embedder: Embedder,
  count: number,
  use: (server: MeasuredServer, papers: readonly PaperPayload[]) => Promise<void>,
): Promise<void> {
  try {
    const startedAt = performance.now();
    const papers = await fillStore(scratch, corpus, embedder, count);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`\n\n# ${corpus.name}, in ${scratch.name}\nLoaded and indexed in ${seconds} s.`);
    const server = await startServer({ ...scratch.environment, EMBEDDER: 'local' });
    try {
      await use(server, papers);
      console.log(describeMemory(server));
    } finally {
      await server.stop();
    }
  } finally {
    await scratch.remove();
  }
}

function describeMemory(server: MeasuredServer): string {
  const memory = server.memory();
  if (!memory) return '\nMemory of the server process: not reported by this system';
  return `\nMemory of the server process: ${memory.nowMb.toFixed(0)} MiB, at most ${memory.peakMb.toFixed(0)} MiB`;
}
