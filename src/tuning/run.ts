import { estimateLatency, estimateMean } from './estimates.js';
import type { Plan, Setting, Stage } from './experiments.js';
import type { GroundTruth } from './ground-truth.js';
import { measureSettings, type Protocol, type Raw } from './measure.js';
import type { TuningQuery } from './queries.js';
import type { RecommendOptions } from './choose-setting.js';
import { recommendSetting } from './recommend.js';
import type { Build, Experiment, Measurement, Skipped } from './report.js';
import { PublicError, toOperatorMessage } from '../errors/errors.js';
import type { IndexingState } from '../store/store.js';
import type { Step, TuningStore } from '../store/tuning.js';

/** What a run reports while it runs. */
export interface Observer {
  experiment(plan: Plan): void;
  step(step: Step): void;
  /** @param problem why the share that was found says nothing about the index; null if it does. */
  pass(setting: Setting, raw: Raw, problem: string | null): void;
  /** Called after each answered query. */
  query(setting: Setting): void;
}

export interface RunParts {
  /** Used by experiments that do not change the index. */
  source: TuningStore;
  /** Used by experiments that change the index: a scratch copy, made on first use, or the source itself. */
  openChangeable: () => Promise<TuningStore>;
  ranOn: Experiment['ranOn'];
  queries: readonly TuningQuery[];
  truthOf: GroundTruth;
  protocol: Protocol;
  /** What recommendations depend on. */
  advice: RecommendOptions;
  buildLimitMs: number;
  observer: Observer;
}

/**
 * Measures all stages of a plan. If the index of a stage cannot be built, the stage is skipped, and the reason is
 * recorded.
 */
export async function runExperiment(plan: Plan, parts: RunParts): Promise<Experiment> {
  const { observer, protocol } = parts;
  observer.experiment(plan);
  const store = plan.changesIndex ? await parts.openChangeable() : parts.source;
  const builds: Build[] = [];
  const measurements: Measurement[] = [];
  const skipped: Skipped[] = [];
  for (const stage of plan.stages) {
    const outcome = await buildStage(store, plan, stage, parts);
    if ('reason' in outcome) {
      skipped.push(...stage.settings.map(({ label }) => ({ label, reason: outcome.reason })));
      continue;
    }
    const raws = await measureSettings(store, stage.settings, parts.queries, parts.truthOf, protocol, {
      onPass: (setting, raw) => observer.pass(setting, raw, problemOf(setting, outcome.indexing)),
      onQuery: (setting) => observer.query(setting),
    });
    // Measured after searches, when the data that they need is in memory.
    const memory = await store.memory();
    const build = builds.push({ ...outcome.build, memory }) - 1;
    for (const [at, setting] of stage.settings.entries()) {
      const raw = raws[at];
      if (raw) measurements.push(toMeasurement(setting, raw, build, outcome.indexing));
    }
  }
  const { name, question } = plan;
  const ranOn = plan.changesIndex ? parts.ranOn : 'collection';
  const experiment = { name, question, ranOn, builds, measurements, skipped };
  return { ...experiment, recommendation: recommendSetting(experiment, parts.advice) };
}

type Built = { build: Omit<Build, 'memory'>; indexing: IndexingState } | { reason: string };

async function buildStage(
  store: TuningStore,
  plan: Plan,
  { index }: Stage,
  { protocol, buildLimitMs, observer }: RunParts,
): Promise<Built> {
  const refusal = plan.changesIndex ? store.refuses(index) : null;
  if (refusal !== null) return { reason: refusal };
  try {
    const buildMs = plan.changesIndex
      ? await store.reindex(index, {
          limitMs: buildLimitMs,
          signal: protocol.signal,
          onProgress: (step) => observer.step(step),
        })
      : null;
    const { indexing, index: built } = await store.describe();
    const { indexed, total } = indexing;
    return { build: { index: built, buildMs, indexed, total }, indexing };
  } catch (error) {
    // An index that cannot be built is skipped. A server that does not respond is not a reason to skip.
    const isRefusal = error instanceof PublicError && error.lasting && plan.changesIndex;
    if (!isRefusal || protocol.signal.aborted) throw error;
    return { reason: toOperatorMessage(error) };
  }
}

function toMeasurement(setting: Setting, raw: Raw, build: number, indexing: IndexingState): Measurement {
  const { throughput, ...figures } = raw;
  const problem = problemOf(setting, indexing);
  const { filter } = setting;
  return {
    label: setting.label,
    build,
    params: setting.params,
    filter: filter && { share: filter.share, selected: filter.selected, description: filter.description },
    precision: problem === null ? estimateMean(raw.precision) : null,
    problem,
    clientMs: estimateLatency(raw.clientMs),
    serverMs: raw.serverMs && estimateLatency(raw.serverMs),
    throughput,
    raw: figures,
  };
}

function problemOf({ params }: Setting, indexing: IndexingState): string | null {
  return params.exact ? null : notIndexed(indexing);
}

const REASONS: Partial<Record<IndexingState['state'], string>> = {
  building: 'it is being built',
  paused: 'the server has restarted and waits for a change',
};

/** Vectors outside the index are compared one by one. Their results are exact and say nothing about the index. */
function notIndexed({ indexed, total, state, problem }: IndexingState): string | null {
  if (indexed >= total) return null;
  const why = problem ?? REASONS[state] ?? null;
  const reason = why === null ? '' : ` (${why})`;
  return `not indexed: the vector index holds ${indexed} of ${total} papers${reason}; the others are compared one by one`;
}
