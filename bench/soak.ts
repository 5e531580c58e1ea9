import { setTimeout as wait } from 'node:timers/promises';
import { createDisturbances, type DisturbanceCounts } from './disturbances.js';
import { readLargeCorpus, type LargeCorpus } from './dump-files.js';
import { measure, percentile, warmUp, type Send } from './load.js';
import { makeScratchFolder } from './on-interrupt.js';
import { startOpenLoop, type Tally } from './open-loop.js';
import { createSearchSender } from './questions.js';
import { startServer, type MeasuredServer } from './server-process.js';
import { judgeFailures, judgeMemory, median } from './soak-verdicts.js';
import { startArxivServer, type ArxivPaper } from '../test/support/arxiv-server.js';
import type { PaperPayload } from '../src/papers/payload.js';

const CONNECTIONS = 16;
/** Share of the server's capacity that is used. */
const SHARE = 0.7;
const CAPACITY = { connections: CONNECTIONS, rounds: 2, roundMs: 5_000 };
/** Number of papers that change each time. */
const CHANGED = 300;
const MINUTE_MS = 60_000;
/** Interval at which memory is read. */
const SAMPLE_MS = 5_000;

export interface SoakOptions {
  minutes: number;
  /** Environment of the server and of the commands that run at the same time. */
  environment: Record<string, string>;
  /** Their titles are used as queries in turn. */
  papers: readonly PaperPayload[];
  /** Some of its papers change. */
  corpus: LargeCorpus;
}

/**
 * Searches at 70 % of the server's capacity while loads and syncs run, are killed, and run again. Reports the
 * server's memory and all failures. Sets the exit code if a goal is missed.
 */
export async function soak({ minutes, environment, papers, corpus }: SoakOptions): Promise<void> {
  const { folder, remove } = await makeScratchFolder('soak');
  const arxiv = await startArxivServer({ papers: await readSome(corpus) });
  const server = await startServer({ ...environment, EMBEDDER: 'local', METRICS_PORT: '0' });
  const stop = new AbortController();
  try {
    const send = createSearchSender(server.graphqlUrl, papers);
    const disturbances = createDisturbances({ arxiv, environment, folder });
    await warmUp([send], papers.length);
    await disturbances.runOnce(stop.signal);
    const [capacity] = await measure([send], CAPACITY);
    const most = capacity?.answersPerSecond ?? NaN;
    console.log(
      `\nSoak: ${minutes} minutes of ${(SHARE * most).toFixed(0)} searches per second, 70 % of the ${most.toFixed(0)} that ` +
        `the server answered without loads and syncs. Meanwhile, loads and syncs of ${CHANGED} changed papers run, ` +
        `are killed and run again.`,
    );
    const before = { ...disturbances.counts };
    const disturbing = disturbances.runUntil(stop.signal);
    const { memory, total } = await watch(minutes, server, send, SHARE * most);
    stop.abort();
    await disturbing;
    report(memory, total, since(before, disturbances.counts));
  } finally {
    stop.abort();
    await Promise.all([server.stop(), arxiv.close()]);
    await remove();
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

interface Watched {
  /** Samples in MiB. */
  memory: number[];
  total: Pick<Tally, 'answers' | 'failures'>;
}

/** Prints a line each minute. */
async function watch(
  minutes: number,
  server: MeasuredServer,
  send: Send,
  perSecond: number,
): Promise<Watched> {
  const memory: number[] = [];
  const total: Watched['total'] = { answers: 0, failures: new Map() };
  const samplesPerMinute = MINUTE_MS / SAMPLE_MS;
  const loop = startOpenLoop(send, perSecond);
  const startedAt = performance.now();
  for (let sample = 1; sample <= minutes * samplesPerMinute; sample++) {
    await wait(startedAt + sample * SAMPLE_MS - performance.now());
    memory.push(server.memory()?.nowMb ?? NaN);
    if (sample % samplesPerMinute > 0) continue;
    const tally = loop.take();
    addTo(total, tally);
    console.log(
      toLine(sample / samplesPerMinute, tally, median(memory.slice(-samplesPerMinute)), server.isRunning()),
    );
  }
  await loop.stop();
  addTo(total, loop.take());
  return { memory, total };
}

function addTo(total: Watched['total'], { answers, failures }: Tally): void {
  total.answers += answers;
  for (const [kind, count] of failures) total.failures.set(kind, (total.failures.get(kind) ?? 0) + count);
}

function toLine(
  minute: number,
  { answers, waits, failures }: Tally,
  memoryMb: number,
  isUp: boolean,
): string {
  const sorted = Float64Array.from(waits).sort();
  const at = (share: number) => percentile(sorted, share).toFixed(0);
  return (
    `minute ${String(minute).padStart(2)}: ${answers} answers, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
    `memory ${memoryMb.toFixed(0)} MiB${isUp ? '' : ', the server has ended'}` +
    [...failures].map(([kind, count]) => `, ${count} x ${kind}`).join('')
  );
}

function since(before: DisturbanceCounts, now: DisturbanceCounts): DisturbanceCounts {
  return {
    loads: now.loads - before.loads,
    syncs: now.syncs - before.syncs,
    killed: now.killed - before.killed,
    failed: now.failed - before.failed,
  };
}

function report(memory: readonly number[], total: Watched['total'], disturbed: DisturbanceCounts): void {
  const { loads, syncs, killed, failed } = disturbed;
  const verdicts = [judgeMemory(memory), judgeFailures(total.failures, total.answers)];
  console.log(
    [
      `Meanwhile: ${loads} loads and ${syncs} syncs completed, ${killed} were killed, ${failed} failed`,
      ...verdicts.map(({ words }) => words),
    ].join('\n'),
  );
  if (failed > 0 || verdicts.some(({ isMet }) => !isMet)) process.exitCode = 1;
}
