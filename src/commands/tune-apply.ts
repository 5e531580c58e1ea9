import type { ApplyOptions } from './tune-options.js';
import { openTuning } from './open-tuning.js';
import type { Config } from '../config/config.js';
import { setVariables } from '../config/environment.js';
import { StartupError, toError } from '../errors/errors.js';
import type { BuildOptions, TuningStore } from '../store/tuning.js';
import { hasChanges } from '../tuning/recommend.js';
import { createLiveView } from '../tuning/live.js';
import type { Experiment, Report } from '../tuning/report.js';
import { indexInWords } from '../tuning/settings.js';
import { readReport } from '../tuning/write-report.js';

const DOTENV = '.env';
const BUILD_LIMIT_MS = 24 * 3_600_000;

/**
 * Applies the recommendation of a report to the configured collection.
 *
 * @throws StartupError if there is no such report, it is about another collection, or it is unclear which experiment
 * to apply.
 */
export async function applyReport(
  config: Config,
  named: string,
  { reports, experiment }: ApplyOptions,
  signal: AbortSignal,
): Promise<void> {
  const report = await readReport(reports, named);
  const chosen = choose(report, experiment);
  if (report.store.kind !== config.store.kind || report.store.collection !== config.collection) {
    const { kind, collection } = report.store;
    throw new StartupError(
      `${report.name} was measured on "${collection}" (${kind}), but the configured collection is "${config.collection}" (${config.store.kind})`,
    );
  }
  const store = await openTuning(config);
  const live = createLiveView(process.stderr, signal);
  try {
    const onProgress: BuildOptions['onProgress'] = (step) => live.step(step);
    await applyRecommendation(store, report, chosen, { limitMs: BUILD_LIMIT_MS, signal, onProgress });
  } finally {
    live.stop();
    await store.close();
  }
}

function choose({ name, experiments }: Report, wanted: string | undefined): Experiment {
  if (wanted !== undefined) {
    const found = experiments.find((each) => each.name === wanted);
    if (!found) throw new StartupError(`--experiment ${wanted}: ${name} has no such experiment`);
    return found;
  }
  const changing = experiments.filter(({ recommendation }) => hasChanges(recommendation));
  const [first] = changing.length > 0 ? changing : experiments;
  if (changing.length > 1 || !first) {
    const names = changing.map((each) => each.name).join(', ');
    throw new StartupError(
      `${name} has recommendations of ${names || 'no experiment'}, which were not measured together; choose one with --experiment`,
    );
  }
  return first;
}

/** Changes the index of the collection and the variables in `.env` as recommended, and reports the changes. */
export async function applyRecommendation(
  store: TuningStore,
  report: Report,
  experiment: Experiment | undefined,
  options: BuildOptions,
): Promise<void> {
  if (!experiment || !hasChanges(experiment.recommendation)) {
    console.log('Nothing to apply.');
    return;
  }
  const { index, environment } = experiment.recommendation;
  if (index !== null) {
    await store.reindex(index, { ...options, keep: true });
    console.log(`Indexed "${report.store.collection}" with ${indexInWords(index)}.`);
  }
  const names = Object.keys(environment);
  if (names.length === 0) return;
  await setVariables(DOTENV, environment).catch((error: unknown) => {
    const wanted = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    throw new StartupError(
      `Cannot write ${DOTENV} (${toError(error).message}); set ${wanted.join(', ')} in the environment of paperql serve`,
      { cause: error },
    );
  });
  console.log(`Set ${names.join(', ')} in ${DOTENV}. Restart paperql serve to apply the change.`);
}
