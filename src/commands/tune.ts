import { storeInWords } from './open-parts.js';
import { openTuning } from './open-tuning.js';
import { applyRecommendation } from './tune-apply.js';
import { LEAST_EF, openQueries, planAll, toPresent } from './tune-inputs.js';
import type { TuneOptions } from './tune-options.js';
import { printExperiment, saveReport, toReport, toWindow, type TuneRun } from './tune-report.js';
import type { Config } from '../config/config.js';
import { StartupError, toError } from '../errors/errors.js';
import { createRandom } from '../evaluation/random.js';
import { requireCosine } from '../store/check-collection.js';
import type { BuildOptions, QueryParams, TuningStore, TuningTarget } from '../store/tuning.js';
import type { Plan } from '../tuning/experiments.js';
import { createGroundTruth } from '../tuning/ground-truth.js';
import { createLiveView, type LiveView } from '../tuning/live.js';
import { countQueries, previewRun, probeQueries } from '../tuning/preview.js';
import type { QuerySet } from '../tuning/queries.js';
import { readMachine, type Experiment, type Report } from '../tuning/report.js';
import { runExperiment, type RunParts } from '../tuning/run.js';
import { createScratch, type Scratch } from '../tuning/scratch.js';
import { formatSkipped } from '../tuning/table.js';
import { requireFreeName, requireWritable } from '../tuning/write-report.js';

/**
 * Runs the experiments on the configured collection, prints the results and writes the report. However the run ends,
 * scratch copies are deleted and changed settings are restored.
 *
 * @param signal aborted to stop.
 * @throws StartupError for input or configuration that cannot be used.
 */
export async function tune(config: Config, options: TuneOptions, signal: AbortSignal): Promise<void> {
  const name = options.name ?? toName(options);
  await requireFreeName(options.reports, name);
  requireOneToApply(options);
  requireWideWindow(options);
  const store = await openTuning(config);
  const live = createLiveView(process.stderr, signal);
  try {
    await restoreLeftBehind(store, live, options, signal);
    const target = await requirePapers(store);
    const set = await openQueries(config, store, target, options);
    requirePossibleAnswers(options, target, set);
    const present = toPresent(config, target);
    const { plans, skipped } = await planAll(config, store, target, present, options);
    await requireWritable(options.reports, name);
    const [startedAt, machine] = [new Date(), readMachine()];
    const run = { name, config, options, store, target, set, skipped, startedAt, machine };
    const report = await measure(run, plans, present, live, signal);
    if (options.apply)
      await applyRecommendation(store, report, report.experiments[0], toBuild(options, live, signal));
  } finally {
    live.stop();
    await store.close();
  }
}

function toName({ experiments }: TuneOptions): string {
  const [first = 'tune'] = experiments;
  const moment = new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  return `${experiments.length > 1 ? 'all' : first}-${moment}`;
}

/** Recommendations of several experiments cannot be applied together, because they were not measured together. */
function requireOneToApply({ apply, experiments }: TuneOptions): void {
  if (!apply || experiments.length === 1) return;
  throw new StartupError(
    '--apply: expected a single experiment; for a report of several, use paperql tune apply --experiment',
  );
}

function requireWideWindow({ k, window = k }: TuneOptions): void {
  if (window < k) throw new StartupError(`--window ${window}: expected at least ${k}, the value of --k`);
}

async function restoreLeftBehind(
  store: TuningStore,
  live: LiveView,
  options: TuneOptions,
  signal: AbortSignal,
): Promise<void> {
  if (await store.restore(toBuild(options, live, signal))) {
    live.note('Restored the settings of the collection, which a killed run had left changed.');
  }
  for (const copy of await store.copies()) {
    live.note(
      `Found the scratch copy "${copy}" of a running or killed run. If no run uses it: paperql tune clean.`,
    );
  }
}

function toBuild({ buildLimit }: TuneOptions, live: LiveView, signal: AbortSignal): BuildOptions {
  return { limitMs: buildLimit * 1_000, signal, onProgress: (step) => live.step(step) };
}

async function requirePapers(store: TuningStore): Promise<TuningTarget> {
  const target = await store.describe();
  if (target.points === 0) throw new StartupError(`"${store.collection}" has no papers to measure with`);
  requireCosine(store.collection, target.distance);
  return target;
}

/** An answer cannot have more papers than the collection. */
function requirePossibleAnswers({ k }: TuneOptions, { points }: TuningTarget, { queries }: QuerySet): void {
  const isHeldOut = queries.some(({ heldOut }) => heldOut !== null);
  const most = isHeldOut ? points - 1 : points;
  if (k <= most) return;
  const why = isHeldOut ? ' and a query excludes itself' : '';
  throw new StartupError(
    `--k ${k}: expected at most ${most}, because the collection has ${points} papers${why}`,
  );
}

/** However the run ends, all measurements so far are printed and saved. */
async function measure(
  run: TuneRun,
  plans: readonly Plan[],
  present: QueryParams,
  live: LiveView,
  signal: AbortSignal,
): Promise<Report> {
  const { options, store } = run;
  await announce(run, plans, live);
  const experiments: Experiment[] = [];
  const note = (line: string) => live.note(line);
  const scratch = createScratch(store, options.inPlace, toBuild(options, live, signal), note);
  const parts = toRunParts(run, scratch, present, live, signal);
  const failure = await failureOf(async () => {
    for (const plan of plans) experiments.push(await runExperiment(plan, parts));
  });
  const left = await failureOf(() => scratch.close());
  live.stop();
  const report = toReport(run, experiments);
  for (const experiment of experiments) printExperiment(experiment, report);
  if (experiments.length > 0) await saveReport(report, options.reports, note);
  if (failure && left) note(left.message);
  const thrown = failure ?? left;
  if (thrown) throw thrown;
  return report;
}

async function failureOf(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return toError(error);
  }
}

/** Prints what will be done, how long it may take, and what is skipped. */
async function announce(run: TuneRun, plans: readonly Plan[], live: LiveView): Promise<void> {
  const { config, store, target, set, skipped, options } = run;
  const { k, repeats, inPlace } = options;
  const window = toWindow(options);
  const probe = await probeQueries(store, set.queries, k);
  const counts = { queries: set.queries.length, repeats };
  const where = `"${store.collection}" (${target.engine} ${target.version}, ${storeInWords(config.store)})`;
  live.note(previewRun(plans, { target, where, inPlace, k, window, ...counts, probe }));
  formatSkipped(skipped).forEach((line) => live.note(line));
  live.expect(countQueries(plans, counts));
}

function toRunParts(
  { options, store, target, set: { queries } }: TuneRun,
  scratch: Scratch,
  present: QueryParams,
  live: LiveView,
  signal: AbortSignal,
): RunParts {
  const { k, repeats, seed, concurrency = null, inPlace, buildLimit } = options;
  const onQuery = (done: number) => live.step({ name: 'exact answers', done, total: queries.length });
  return {
    source: store,
    openChangeable: () => scratch.open(),
    ranOn: inPlace ? 'collection' : 'scratch copy',
    queries,
    truthOf: createGroundTruth(store, queries, k, { signal, onQuery }),
    protocol: { k, window: toWindow(options), repeats, concurrency, random: createRandom(seed), signal },
    advice: { current: target.index, present, leastEf: LEAST_EF, target: options.target },
    buildLimitMs: buildLimit * 1_000,
    observer: live,
  };
}

/** Deletes scratch copies of the configured collection. Do not call it during a measurement. */
export async function clean(config: Config): Promise<void> {
  const store = await openTuning(config);
  try {
    const copies = await store.copies();
    for (const copy of copies) {
      await store.dropCopy(copy);
      console.log(`Deleted "${copy}".`);
    }
    if (copies.length === 0) console.log(`There are no scratch copies of "${store.collection}".`);
  } finally {
    await store.close();
  }
}
