import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { spawnCommand } from './command-process.js';
import { readLargeCorpus, type LargeCorpus } from './dump-files.js';
import { measure } from './load.js';
import { createSearchSender } from './questions.js';
import { startServer, type MeasuredServer } from './server-process.js';
import { startArxivServer, type ArxivPaper } from '../test/support/arxiv-server.js';
import type { PaperPayload } from '../src/papers/payload.js';

const CONNECTIONS = 16;
/** Part of what the server answers at most. */
const SHARE = 0.7;
const CAPACITY_MS = 10_000;
/** Papers that change each time. */
const CHANGED = 300;
/** From the end of one disturbance to the next. */
const CALM_MS = 20_000;
/** A command is killed this long after its start, every other time. */
const KILL_AFTER_MS = 4_000;
const MINUTE_MS = 60_000;

export interface SoakOptions {
  minutes: number;
  /** What the server and the commands beside it need. */
  environment: Record<string, string>;
  /** Folder for what the commands load. */
  folder: string;
  papers: readonly PaperPayload[];
  corpus: LargeCorpus;
}

interface Tally {
  answers: number;
  waits: number[];
  failures: Map<string, number>;
}

/**
 * Searches at 70 % of what the server can answer, beside loads and syncs, of which every other is killed and started again:
 * how much memory the server takes from minute to minute, and what does not succeed.
 */
export async function soak({ minutes, environment, folder, papers, corpus }: SoakOptions): Promise<void> {
  const server = await startServer({ ...environment, EMBEDDER: 'local' });
  const changing = await readSome(corpus);
  const arxiv = await startArxivServer({ papers: changing });
  const stop = new AbortController();
  try {
    const send = createSearchSender(server.graphqlUrl, papers);
    const [capacity] = await measure([send], { connections: CONNECTIONS, rounds: 1, roundMs: CAPACITY_MS });
    const perSecond = SHARE * (capacity?.answersPerSecond ?? 0);
    console.log(`\nSoak: ${minutes} minutes of ${perSecond.toFixed(0)} searches a second, 70 % of the most.`);
    const settings = { ...environment, EMBEDDER: 'local', OAI_URL: arxiv.url, SYNC_PAUSE_MS: '0' };
    const disturbing = disturb(changing, settings, folder, stop.signal);
    const memory = await watchMinutes(minutes, server, send, perSecond);
    stop.abort();
    console.log(`Beside it: ${await disturbing}.\n${describeMemory(memory)}`);
  } finally {
    stop.abort();
    await Promise.all([server.stop(), arxiv.close()]);
  }
}

async function readSome(corpus: LargeCorpus): Promise<ArxivPaper[]> {
  const papers: ArxivPaper[] = [];
  for await (const { line } of readLargeCorpus(corpus)) {
    const record = JSON.parse(line) as Record<string, unknown>;
    papers.push({ record, changedAt: '2026-06-01T00:00:00Z', sets: ['cs:cs:LG'] });
    if (papers.length === CHANGED) break;
  }
  return papers;
}

/** @returns the server's memory after each minute, in MiB. */
async function watchMinutes(
  minutes: number,
  server: MeasuredServer,
  send: (turn: number) => Promise<unknown>,
  perSecond: number,
): Promise<number[]> {
  const memory: number[] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    const tally = await askEvenly(send, perSecond, MINUTE_MS, minute * 1_000_003);
    memory.push(server.memory()?.nowMb ?? NaN);
    console.log(
      `minute ${String(minute).padStart(2)}: ${tally.answers} answers, p50 ${percentile(tally, 0.5)} ms, ` +
        `p99 ${percentile(tally, 0.99)} ms, memory ${memory.at(-1)?.toFixed(0)} MiB${describeFailures(tally)}`,
    );
  }
  return memory;
}

/** An open loop: a request is sent when it is due, whether or not earlier ones are answered. */
async function askEvenly(
  send: (turn: number) => Promise<unknown>,
  perSecond: number,
  durationMs: number,
  firstTurn: number,
): Promise<Tally> {
  const tally: Tally = { answers: 0, waits: [], failures: new Map() };
  const asked: Promise<void>[] = [];
  const startedAt = performance.now();
  const count = Math.floor((perSecond * durationMs) / 1_000);
  for (let at = 0; at < count; at++) {
    const dueAt = startedAt + (1_000 * at) / perSecond;
    if (dueAt > performance.now()) await wait(dueAt - performance.now());
    const sentAt = performance.now();
    asked.push(
      send(firstTurn + at).then(
        () => {
          tally.answers++;
          tally.waits.push(performance.now() - sentAt);
        },
        (error: unknown) => {
          const reason = /"code":"(\w+)"/.exec(String(error))?.[1] ?? String(error).slice(0, 80);
          tally.failures.set(reason, (tally.failures.get(reason) ?? 0) + 1);
        },
      ),
    );
  }
  await Promise.all(asked);
  tally.waits.sort((a, b) => a - b);
  return tally;
}

/** Changes the papers and loads them, by either command in turn: first killed, then to its end. */
async function disturb(
  changing: readonly ArxivPaper[],
  environment: Record<string, string>,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const counts = { completed: 0, killed: 0, failed: 0 };
  const dump = path.join(folder, 'changes.jsonl');
  const isOver = () => signal.aborted;
  for (let turn = 0; !isOver(); turn++) {
    for (const { record } of changing) Object.assign(record, { comments: `Version ${turn}` });
    await writeFile(dump, changing.map(({ record }) => `${JSON.stringify(record)}\n`).join(''));
    const args = turn % 4 < 2 ? ['ingest', '--json', dump] : ['sync', '--json'];
    const code = await run(args, environment, folder, signal, turn % 2 === 0 ? KILL_AFTER_MS : undefined);
    if (isOver()) break;
    counts[code === 0 ? 'completed' : code === null ? 'killed' : 'failed']++;
    await wait(CALM_MS, undefined, { signal }).catch(() => undefined);
  }
  const { completed, killed, failed } = counts;
  return `${completed} loads and syncs completed, ${killed} were killed, ${failed} failed`;
}

/** @returns the exit code; null for a process that was killed. */
async function run(
  args: readonly string[],
  environment: Record<string, string>,
  folder: string,
  signal: AbortSignal,
  timeout: number | undefined,
): Promise<number | null> {
  const child = spawnCommand(args, folder, environment, {
    stdio: 'ignore',
    signal,
    timeout,
    killSignal: 'SIGKILL',
  });
  // The signal is one, when the soak is over.
  child.on('error', () => undefined);
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

function percentile({ waits }: Tally, share: number): string {
  return (waits[Math.floor(share * (waits.length - 1))] ?? NaN).toFixed(0);
}

function describeFailures({ failures }: Tally): string {
  return [...failures].map(([reason, count]) => `, ${count} x ${reason}`).join('');
}

/** The first third warms up. */
function describeMemory(memory: readonly number[]): string {
  const warm = memory.slice(Math.floor(memory.length / 3));
  const [least, most] = [Math.min(...warm), Math.max(...warm)];
  const growth = (100 * ((warm.at(-1) ?? NaN) - (warm[0] ?? NaN))) / (warm[0] ?? NaN);
  return (
    `Memory after the first third: ${least.toFixed(0)} to ${most.toFixed(0)} MiB, ` +
    `at the end ${growth.toFixed(1)} % beside its beginning.`
  );
}
