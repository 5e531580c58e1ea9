import {
  chooseSetting,
  saying,
  type Measured,
  type Precise,
  type RecommendOptions,
} from './choose-setting.js';
import { leastBy, timeOf } from './figures.js';
import type { Experiment, Measurement, Recommendation, Report } from './report.js';
import { indexInWords } from './settings.js';
import { doubt, toFigures, toRatio } from './wording.js';

/** Recommends a setting in plain words, with the changes that apply it. */
export function recommendSetting(experiment: Measured, options: RecommendOptions): Recommendation {
  const precise = experiment.measurements.filter(isPrecise);
  const problem = experiment.measurements.find((each) => each.problem !== null)?.problem;
  if (precise.length === 0 || problem) {
    return saying(`Nothing can be recommended: ${problem ?? 'nothing was measured'}.`);
  }
  switch (experiment.name) {
    case 'precision':
      return judgeIndex(precise, options.target);
    case 'filters':
      return adviseOnFilters(precise);
    default:
      return chooseSetting(experiment, precise, options);
  }
}

function isPrecise(measurement: Measurement): measurement is Precise {
  return measurement.precision !== null;
}

function judgeIndex(precise: readonly Precise[], target: number): Recommendation {
  const exact = precise.find(({ params }) => params.exact);
  const approximate = precise.find(({ params }) => !params.exact);
  if (!exact || !approximate) return saying('There is nothing to compare.');
  const { precision } = approximate;
  const kept = `The index keeps ${toFigures(precision)} of the exact answer in ${toRatio(approximate, exact)} of an exact search`;
  return saying(
    precision.value >= target
      ? `${kept}, which meets the target of ${target}.${doubt(approximate, target)}`
      : `${kept}, which misses the target of ${target}. Try a higher ef (paperql tune hnsw-ef) or another graph (paperql tune hnsw).`,
  );
}

function adviseOnFilters(precise: readonly Precise[]): Recommendation {
  const worst = leastBy(precise, ({ precision }) => precision.value);
  const widest = leastBy(precise, ({ filter }) => -(filter?.selected ?? 0));
  const slowest = leastBy(precise, (each) => -timeOf(each).value);
  const found = `Precision is at least ${toFigures(worst.precision)} (at ${worst.label})`;
  return saying(
    slowest === widest
      ? `${found}; no filter makes a search slower.`
      : `${found}; the slowest filter, ${slowest.label}, takes ${toRatio(slowest, widest)} of ${widest.label}.`,
  );
}

/** Whether a recommendation asks for any change. */
export function hasChanges({ index, environment }: Recommendation): boolean {
  return index !== null || Object.keys(environment).length > 0;
}

/** Commands that apply the recommendation of an experiment; empty if nothing should change. */
export function toCommands(
  { name: experiment, recommendation }: Pick<Experiment, 'name' | 'recommendation'>,
  report: Pick<Report, 'name' | 'experiments' | 'store'>,
): string[] {
  if (!hasChanges(recommendation)) return [];
  const { index, environment } = recommendation;
  const which = report.experiments.length > 1 ? ` --experiment ${experiment}` : '';
  return [
    `paperql tune apply ${report.name}${which}`,
    ...(index === null ? [] : [`#   indexes "${report.store.collection}" with ${indexInWords(index)}`]),
    ...Object.entries(environment).map(([name, value]) => `#   sets ${name}=${value} in .env`),
  ];
}
