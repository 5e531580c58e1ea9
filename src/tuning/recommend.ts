import {
  chooseSetting,
  saying,
  type Measured,
  type Precise,
  type RecommendOptions,
} from './choose-setting.js';
import { leastBy, timeOf } from './figures.js';
import type { Measurement, Recommendation } from './report.js';
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
