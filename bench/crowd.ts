import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { makeScratchFolder } from './on-interrupt.js';
import { startServer, type MeasuredServer } from './server-process.js';

const CROWD = 50;
const ASKED_EVERY_MS = 50;

/** Operations that come close to the default `MAX_COST`, each expensive in a different way. */
const EXPENSIVE: readonly object[] = [
  // Many rankings, and the values of all results.
  {
    query: '{ search(first: 100) { nodes { paper { similar(first: 40) { score paper { id } } } } } }',
  },
  // Only values, completed and written without waiting for the store.
  { query: '{ search(first: 100) { nodes { paper { authors(first: 200) { name } } } } }' },
  // Long values.
  {
    query:
      '{ search(first: 100) { nodes { paper { a: abstract b: abstract c: abstract d: abstract e: abstract f: abstract g: abstract bibtex title } } } }',
  },
  // Conditions of a filter.
  {
    query: `query ($f: SearchFilter) { ${Array.from({ length: 10 }, (_, at) => `a${at}: search(filter: $f, first: 1) { totalCount }`).join(' ')} }`,
    variables: { f: { or: Array.from({ length: 20 }, (_, at) => ({ title: { match: `word${at}` } })) } },
  },
  // Introspection.
  {
    query: `{ __schema { ${Array.from({ length: 3 }, (_, at) => `a${at}: types { name fields { name description args { name description } } enumValues { name description } }`).join(' ')} } }`,
  },
];

/**
 * Shows how a crowd affects a client with small requests: its waits while 50 connections send the most expensive
 * operations that the default limits allow, one after another, and the server's memory before, during and after that.
 */
export async function benchCrowd({ quick }: { quick: boolean }): Promise<void> {
  const { folder, remove } = await makeScratchFolder('crowd');
  const server = await startServer({ DATA_DIR: folder });
  try {
    await measure(server, quick ? 2_000 : 20_000);
  } finally {
    await server.stop();
    await remove();
  }
}

async function measure(server: MeasuredServer, durationMs: number): Promise<void> {
  const url = server.graphqlUrl;
  const small = JSON.stringify({ query: '{ corpus { count } }' });
  const calm = await askFor(1_000, url, small);
  const before = server.memory()?.nowMb ?? NaN;

  const controller = new AbortController();
  const statuses = new Map<string, number>();
  const crowd = Array.from({ length: CROWD }, (_, at) =>
    press(url, JSON.stringify(EXPENSIVE[at % EXPENSIVE.length]), statuses, controller.signal),
  );
  const crowded = await askFor(durationMs, url, small);
  controller.abort();
  await Promise.all(crowd);
  await wait(3_000);
  const { nowMb = NaN, peakMb = NaN } = server.memory() ?? {};

  console.log(
    [
      '',
      `alone:                   ${toWaits(calm)}`,
      `with ${CROWD} connections:     ${toWaits(crowded)}`,
      `answers to them:         ${[...statuses].map(([status, count]) => `${count} x ${status}`).join(', ')}`,
      `memory:                  ${before.toFixed(0)} MiB before, ${peakMb.toFixed(0)} at most, ${nowMb.toFixed(0)} 3 s after`,
    ].join('\n'),
  );
}

/** The waits of a client that sends a request every 50 ms, in milliseconds. */
async function askFor(durationMs: number, url: string, body: string): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true });
  const waits: Promise<number>[] = [];
  for (let at = 0; at < durationMs / ASKED_EVERY_MS; at++) {
    const askedAt = performance.now();
    waits.push(
      post(url, agent, body).then(({ status, text }) => {
        if (status !== 200 || !text.startsWith('{"data":')) throw new Error(`Answered ${status}: ${text}`);
        return performance.now() - askedAt;
      }),
    );
    await wait(ASKED_EVERY_MS);
  }
  return Promise.all(waits).finally(() => agent.destroy());
}

async function press(
  url: string,
  body: string,
  statuses: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  while (!signal.aborted) {
    const { status, text } = await post(url, agent, body);
    const code =
      /"code":"(\w+)"/.exec(text.slice(0, 2_000))?.[1] ?? (text.startsWith('{"data":') ? 'data' : '?');
    const key = `${status} ${code}`;
    statuses.set(key, (statuses.get(key) ?? 0) + 1);
    if (status === 503) await wait(200);
  }
  agent.destroy();
}

function post(url: string, agent: http.Agent, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function toWaits(waits: readonly number[]): string {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms (${waits.length} requests)`;
}
