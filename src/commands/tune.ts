import type { TuneOptions } from './tune-options.js';
import { describeStore, openEmbedder, openStore } from './open-parts.js';
import { openTuning } from './open-tuning.js';
import { applyRecommendation } from './tune-apply.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { PublicError, StartupError, toError } from '../errors/errors.js';
import { createRandom } from '../evaluation/random.js';
import { packageVersion } from '../package-root.js';
import { checkCollection } from '../store/check-collection.js';
import type { FacetCount } from '../store/store.js';
import type { BuildOptions, TuningStore, TuningTarget } from '../store/tuning.js';
import { toCommands } from '../tuning/apply.js';
import { createDraw } from '../tuning/draw.js';
import { CONFIDENCE } from '../tuning/estimates.js';
import { isPlan, planExperiment, type Choices, type Plan } from '../tuning/experiments.js';
import { findFilterLevels } from '../tuning/filters.js';
import { createGroundTruth } from '../tuning/ground-truth.js';
import { createLiveView, type LiveView } from '../tuning/live.js';
import { describeMachine } from '../tuning/machine.js';
import { countQueries, previewRun, probeQueries } from '../tuning/preview.js';
import { readQueries, sampleQueries, type QuerySet } from '../tuning/queries.js';
import type { Experiment, Report, Skipped } from '../tuning/report.js';
import { runExperiment } from '../tuning/run.js';
import { formatExperiment, formatSkipped } from '../tuning/table.js';
import { requireFreeName, writeReport } from '../tuning/write-report.js';

/** arXiv has some 150. */
const MOST_CATEGORIES = 500;

/**
 * Runs the experiments on the configured collection, prints what they found and writes the report. What was made is
 * deleted and what was changed is put back, however it ends.
 *
 * @param signal aborted to stop.
 * @throws StartupError for input or configuration that cannot be used.
 */
export async function tune(config: Config, options: TuneOptions, signal: AbortSignal): Promise<void> {
  const name = options.name ?? toName(options);
  await requireFreeName(options.reports, name);
  requireOneToApply(options);
  const store = await openTuning(config);
  const live = createLiveView(process.stderr);
  try {
    await restoreLeftBehind(store, live, options, signal);
    const target = await requirePapers(store);
    const set = await openQueries(config, store, target, options);
    const { plans, skipped } = await planAll(config, store, target, options);
    const report = await measure({ config, options, store, target, set, plans, skipped, live, signal, name });
    if (options.apply)
      await applyRecommendation(store, report, report.experiments[0], toBuild(options, live, signal));
  } finally {
    live.stop();
    await store.close();
  }
}

interface Parts {
  config: Config;
  options: TuneOptions;
  store: TuningStore;
  target: TuningTarget;
  set: QuerySet;
  plans: Plan[];
  skipped: Skipped[];
  live: LiveView;
  signal: AbortSignal;
  name: string;
}

function toName({ experiments }: TuneOptions): string {
  const [first = 'tune'] = experiments;
  const moment = new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  return `${experiments.length > 1 ? 'all' : first}-${moment}`;
}

/** Recommendations of several experiments were not measured together. */
function requireOneToApply({ apply, experiments }: TuneOptions): void {
  if (!apply || experiments.length === 1) return;
  throw new StartupError(
    '--apply goes with one experiment; of a report of several: paperql tune apply --experiment',
  );
}

async function restoreLeftBehind(
  store: TuningStore,
  live: LiveView,
  options: TuneOptions,
  signal: AbortSignal,
): Promise<void> {
  if (await store.restore(toBuild(options, live, signal))) {
    live.note('An earlier run was killed before it could put the settings of the collection back: done now.');
  }
  for (const copy of await store.copies()) {
    live.note(
      `There is a scratch copy "${copy}": of a run under way, or of one that was killed (paperql tune clean).`,
    );
  }
}

function toBuild({ buildLimit }: TuneOptions, live: LiveView, signal: AbortSignal): BuildOptions {
  return { limitMs: buildLimit * 1_000, signal, onProgress: (step) => live.step(step) };
}

async function requirePapers(store: TuningStore): Promise<TuningTarget> {
  const target = await store.describe();
  if (target.points === 0) throw new StartupError(`"${store.collection}" holds no papers to measure with`);
  if (target.distance !== 'Cosine') {
    throw new StartupError(
      `"${store.collection}" compares vectors by ${target.distance}; PaperQL needs Cosine`,
    );
  }
  return target;
}

function openQueries(
  config: Config,
  store: TuningStore,
  { dimension }: TuningTarget,
  { queries, sample, seed }: TuneOptions,
): Promise<QuerySet> {
  if (queries === undefined) return sampleQueries(store, sample, seed);
  return readQueries(queries, dimension, () => openMatchingEmbedder(config));
}

/** @throws StartupError when the collection's vectors are of another model. */
async function openMatchingEmbedder(config: Config): Promise<Embedder> {
  const embedder = await openEmbedder(config, 'loading');
  const store = await openStore(config, config.collection);
  try {
    const info = await store.describe();
    if (info) checkCollection(info, embedder);
    return embedder;
  } catch (error) {
    await embedder.close();
    throw error;
  } finally {
    await store.close();
  }
}

async function planAll(
  config: Config,
  store: TuningStore,
  target: TuningTarget,
  { experiments, ef, graphs, oversampling, probes, selectivity }: TuneOptions,
): Promise<{ plans: Plan[]; skipped: Skipped[] }> {
  const { levels, skipped: missed } = experiments.includes('filters')
    ? await findFilterLevels(
        store,
        selectivity.map((percent) => percent / 100),
        await countCategories(config),
      )
    : { levels: [], skipped: [] };
  const choices: Choices = { efs: ef, graphs, oversamplings: oversampling, probes, filters: levels };
  const planned = experiments.map((name) => planExperiment(name, target, choices));
  const skipped = [...planned.flatMap((each) => (isPlan(each) ? [] : [each])), ...missed];
  return { plans: planned.filter(isPlan), skipped };
}

/** None where the collection cannot count them, as one that others made. */
async function countCategories(config: Config): Promise<FacetCount[]> {
  const store = await openStore(config, config.collection);
  try {
    const [counts] = await store.facets([{ field: 'categories', limit: MOST_CATEGORIES }]);
    return counts === undefined || counts instanceof Error ? [] : counts;
  } catch (error) {
    if (error instanceof PublicError) return [];
    throw error;
  } finally {
    await store.close();
  }
}

async function measure(parts: Parts): Promise<Report> {
  const { config, options, store, target, set, plans, live, signal } = parts;
  const { k, repeats, seed } = options;
  const startedAt = new Date();
  const probe = await probeQueries(store, set.queries, k);
  const counts = { queries: set.queries.length, repeats };
  const where = `"${store.collection}" (${target.engine} ${target.version}, ${describeStore(config.store)})`;
  live.note(previewRun(plans, { target, where, inPlace: options.inPlace, k, ...counts, probe }));
  formatSkipped(parts.skipped).forEach((line) => live.note(line));
  live.expect(countQueries(plans, counts));

  const experiments: Experiment[] = [];
  const scratch = createScratch(parts);
  const truthOf = createGroundTruth(store, set.queries, k, {
    signal,
    onQuery: (done) => live.step({ name: 'exact answers', done, total: set.queries.length }),
  });
  const toReportOf = () => toReport(parts, startedAt, experiments);
  try {
    for (const plan of plans) {
      const experiment = await runExperiment(plan, {
        source: store,
        openChangeable: scratch.open,
        ranOn: options.inPlace ? 'collection' : 'scratch copy',
        current: target.index,
        queries: set.queries,
        truthOf,
        protocol: {
          k,
          repeats,
          concurrency: options.concurrency ?? null,
          random: createRandom(seed),
          signal,
        },
        target: options.target,
        buildLimitMs: options.buildLimit * 1_000,
        observer: live,
      });
      experiments.push(experiment);
    }
  } catch (error) {
    await scratch.close();
    if (experiments.length > 0) await save(toReportOf(), options, live);
    throw error;
  }
  await scratch.close();
  live.stop();
  const report = toReportOf();
  for (const experiment of experiments) printExperiment(experiment, report);
  await save(report, options, live);
  return report;
}

/** Where indexes are changed: a copy that is made when it is first needed, or the collection itself. */
function createScratch({ store, options, live, signal }: Parts) {
  let opened: Promise<TuningStore> | null = null;
  let drop = () => Promise.resolve();
  const copy = async (): Promise<TuningStore> => {
    const made = await store.copy({ signal, onProgress: (step) => live.step(step) });
    drop = () => made.drop();
    return made;
  };
  return {
    open: () => (opened ??= options.inPlace ? Promise.resolve(store) : copy()),
    /** Not to be stopped: what was changed is put back. */
    async close() {
      await drop();
      if (!options.inPlace || opened === null) return;
      live.note('Putting the settings of the collection back.');
      await store.restore(toBuild(options, live, new AbortController().signal));
    },
  };
}

function toReport(parts: Parts, startedAt: Date, experiments: Experiment[]): Report {
  const { config, options, store, target, set } = parts;
  const { k, repeats, seed, target: precision, concurrency = null } = options;
  return {
    format: 'paperql-tuning-1',
    name: parts.name,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1_000,
    versions: {
      paperql: packageVersion(),
      node: process.version,
      engine: `${target.engine} ${target.version}`,
    },
    machine: describeMachine(),
    store: {
      kind: store.kind,
      address: describeStore(config.store),
      collection: store.collection,
      points: target.points,
      dimension: target.dimension,
      index: target.index,
    },
    queries: { source: set.source, names: set.queries.map(({ name }) => name) },
    parameters: { k, repeats, seed, target: precision, concurrency, confidence: CONFIDENCE },
    experiments,
    skipped: parts.skipped,
  };
}

function printExperiment(experiment: Experiment, report: Report): void {
  const commands = toCommands(experiment, report).map((line) => `  ${line}`);
  console.log(['', formatExperiment(experiment), ...commands].join('\n'));
}

async function save(report: Report, { reports }: TuneOptions, live: LiveView): Promise<void> {
  const draw = await createDraw();
  const files = await writeReport(reports, report, draw).catch((error: unknown) => {
    throw new StartupError(`The report could not be written: ${toError(error).message}`, { cause: error });
  });
  if (!draw) live.note('No page with plots: the packages vega and vega-lite are not installed.');
  console.log(`\nReport: ${files.join(', ')}`);
}
