import type { Setting } from './experiments.js';
import { precisionOf, type GroundTruth, type Truth } from './ground-truth.js';
import type { TuningQuery } from './queries.js';
import type { Measurement } from './report.js';
import { shuffle } from '../evaluation/random.js';
import type { TimedAnswer, TuningStore } from '../store/tuning.js';

/** Queries sent before the measurement of a setting, so that its data is in memory. */
export const WARM_UP = 50;

export interface Protocol {
  k: number;
  /** Number of papers requested, at least `k`; only the first `k` are judged. */
  window: number;
  /** Number of times that every query is sent with every setting. */
  repeats: number;
  /** Number of concurrent queries for measuring throughput; null if it is not measured. */
  concurrency: number | null;
  random: () => number;
  signal: AbortSignal;
}

export interface Raw extends Omit<Measurement['raw'], 'serverMs'> {
  serverMs: number[][] | null;
  throughput: Measurement['throughput'];
}

/** Called with the figures of a setting so far, each time all queries were sent with it. */
export type OnPass = (setting: Setting, raw: Raw) => void;
/** Called after each answered query. */
export type OnQuery = (setting: Setting) => void;

/**
 * Sends every query with every setting, one at a time. Settings take turns, in a different order each time, so that
 * other load on the machine affects all of them equally.
 *
 * @returns the measurements in the order of the settings.
 */
export async function measureSettings(
  store: TuningStore,
  settings: readonly Setting[],
  queries: readonly TuningQuery[],
  truthOf: GroundTruth,
  protocol: Protocol,
  { onPass, onQuery }: { onPass: OnPass; onQuery: OnQuery },
): Promise<Raw[]> {
  const raws = new Map<Setting, Raw>();
  for (const setting of settings) {
    raws.set(setting, noFigures(queries.length));
    for (const query of queries.slice(0, WARM_UP)) {
      await ask(store, setting, query, protocol);
      onQuery(setting);
    }
  }
  for (let repeat = 0; repeat < protocol.repeats; repeat++) {
    for (const setting of shuffle(settings, protocol.random)) {
      const raw = raws.get(setting) ?? noFigures(queries.length);
      const truths = await truthOf(setting.filter);
      for (const [at, query] of queries.entries()) {
        const answer = await ask(store, setting, query, protocol);
        record(raw, at, answer, precisionAt(at, truths, answer, query, protocol.k));
        onQuery(setting);
      }
      onPass(setting, raw);
    }
  }
  for (const [setting, raw] of raws)
    raw.throughput = await measureThroughput(store, setting, queries, protocol);
  return settings.map((setting) => raws.get(setting) ?? noFigures(queries.length));
}

function noFigures(queries: number): Raw {
  return {
    precision: Array.from({ length: queries }, () => 0),
    clientMs: Array.from({ length: queries }, () => []),
    serverMs: Array.from({ length: queries }, () => []),
    throughput: null,
  };
}

function precisionAt(
  at: number,
  truths: readonly Truth[],
  answer: TimedAnswer,
  query: TuningQuery,
  k: number,
): number {
  const truth = truths[at];
  if (!truth) throw new Error('A query has no ground truth');
  return precisionOf(answer, query, truth, k);
}

/** The precision of a query is the mean of its repetitions, because an index may give different answers. */
function record(raw: Raw, at: number, { clientMs, serverMs }: TimedAnswer, precision: number): void {
  const times = raw.clientMs[at] ?? [];
  raw.precision[at] = ((raw.precision[at] ?? 0) * times.length + precision) / (times.length + 1);
  times.push(clientMs);
  if (serverMs === null) raw.serverMs = null;
  else raw.serverMs?.[at]?.push(serverMs);
}

/** Requests one paper more if the query is itself a paper. @returns the answer, which includes that paper. */
function ask(
  store: TuningStore,
  { params, filter }: Setting,
  query: TuningQuery,
  { window, signal }: Protocol,
) {
  signal.throwIfAborted();
  return store.query({
    vector: query.vector,
    limit: query.heldOut === null ? window : window + 1,
    params,
    ...(filter && { filter: filter.filter }),
  });
}

async function measureThroughput(
  store: TuningStore,
  setting: Setting,
  queries: readonly TuningQuery[],
  protocol: Protocol,
): Promise<Measurement['throughput']> {
  const { concurrency, repeats } = protocol;
  if (concurrency === null) return null;
  const waiting = Array.from({ length: repeats }, () => queries).flat();
  const total = waiting.length;
  const answerNext = async () => {
    for (let query = waiting.pop(); query; query = waiting.pop()) await ask(store, setting, query, protocol);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, answerNext));
  return { concurrency, queriesPerSecond: (1_000 * total) / (performance.now() - startedAt) };
}
