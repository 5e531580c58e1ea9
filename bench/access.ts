import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { warmUp } from './load.js';
import { makeScratchFolder } from './on-interrupt.js';
import { createSearchSender } from './questions.js';
import { startServer, type MeasuredServer } from './server-process.js';
import { createSecret, hashSecret } from '../src/access/keys.js';
import type { PaperPayload } from '../src/papers/payload.js';

/**
 * Goal for the additional processor time of a search with keys, budgets and metrics. Traces that are turned off may
 * cost nothing.
 */
const GOAL = 0.05;
const CONNECTIONS = 8;

/**
 * The processor time of a search with a key, a budget and metrics, with traces turned off, and with each search
 * traced, compared with a server that has none of these. All are measured in one run, in turns, with the same
 * searches. Texts are embedded before the measurement, so that the time of the model hides nothing.
 */
export async function benchAccess(
  environment: Record<string, string>,
  papers: readonly PaperPayload[],
  { rounds, searches }: { rounds: number; searches: number },
): Promise<void> {
  const { folder, remove } = await makeScratchFolder('keys');
  const secret = createSecret();
  const file = path.join(folder, 'keys.json');
  await writeFile(file, toKeysFile(secret));
  const guarded = { API_KEYS_FILE: file, ANONYMOUS: 'deny', KEY_BUDGET: '1000000000000', METRICS_PORT: '0' };
  const collector = await startSink();
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const settings = [{}, guarded, { ...traced, OTEL_SDK_DISABLED: 'true' }, traced];
  const servers = await Promise.all(
    settings.map((each) => startServer({ ...environment, EMBEDDER: 'local', ...each })),
  );
  try {
    const headers = [{}, { authorization: `Bearer ${secret}` }, {}, {}];
    const sends = servers.map(({ graphqlUrl }, at) => createSearchSender(graphqlUrl, papers, headers[at]));
    await warmUp(sends, 2 * papers.length);
    const [plain = NaN, full = NaN, off = NaN, on = NaN] = await measureCpu(servers, sends, rounds, searches);
    const more = (time: number) =>
      `${time.toFixed(3)} ms (${((100 * (time - plain)) / plain).toFixed(1)} % more)`;
    console.log(`
Processor time of a hybrid search: ${plain.toFixed(3)} ms
  with a key, a budget, the queue and metrics: ${more(full)}; goal: at most ${100 * GOAL} %
  with traces turned off: ${more(off)}; goal: no difference beyond the noise
  with every search traced: ${more(on)}`);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    collector.close();
    await remove();
  }
}

/** Accepts what it is sent, like a collector of traces. */
async function startSink(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

function toKeysFile(secret: string): string {
  const key = {
    name: 'bench',
    scope: 'read',
    sha256: hashSecret(secret).toString('hex'),
    createdAt: new Date().toISOString(),
  };
  return JSON.stringify({ version: 1, keys: [key] });
}

/**
 * Processor time per search in milliseconds, for each server: the median of the rounds, which the servers take in
 * turns.
 */
async function measureCpu(
  servers: readonly MeasuredServer[],
  sends: readonly ((turn: number) => Promise<unknown>)[],
  rounds: number,
  searches: number,
): Promise<number[]> {
  const taken = servers.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, server] of servers.entries()) {
      const before = server.cpuMs();
      await sendAll(sends[at], searches);
      taken[at]?.push((server.cpuMs() - before) / searches);
    }
  }
  return taken.map((times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN);
}

async function sendAll(
  send: ((turn: number) => Promise<unknown>) | undefined,
  searches: number,
): Promise<void> {
  let turn = 0;
  const sendNext = async () => {
    while (turn < searches) await send?.(turn++);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sendNext));
}
