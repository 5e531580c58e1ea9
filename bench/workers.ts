import { measure, warmUp, type Figures, type Load } from './load.js';
import { createSearchSender } from './questions.js';
import { startServer } from './server-process.js';
import type { PaperPayload } from '../src/papers/payload.js';

/** Number of connections, which cluster distributes to the processes in turn. */
const CONNECTIONS = 16;

/** Compares two server processes with one, on the same store, in turns. */
export async function benchWorkers(
  environment: Record<string, string>,
  papers: readonly PaperPayload[],
  pace: Omit<Load, 'connections'>,
): Promise<void> {
  const servers = await Promise.all(
    ['1', '2'].map((WORKERS) => startServer({ ...environment, EMBEDDER: 'local', WORKERS })),
  );
  try {
    const sends = servers.map(({ graphqlUrl }) => createSearchSender(graphqlUrl, papers));
    // Each process has its own cache of embeddings, so every process must see every query.
    await warmUp(sends, 2 * papers.length);
    await measure(sends, { rounds: 1, roundMs: pace.roundMs, connections: CONNECTIONS });
    const [one, two] = await measure(sends, { ...pace, connections: CONNECTIONS });
    if (one && two) console.log(toWords(one, two));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function toWords(one: Figures, two: Figures): string {
  const line = (name: string, { answersPerSecond, p50Ms, p99Ms }: Figures) =>
    `${name} ${answersPerSecond.toFixed(0)} answers/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
  return [
    `\nHybrid searches over ${CONNECTIONS} connections:`,
    line('  WORKERS=1:', one),
    line('  WORKERS=2:', two),
    `Two processes give ${(two.answersPerSecond / one.answersPerSecond).toFixed(2)} times the answers of one.`,
  ].join('\n');
}
