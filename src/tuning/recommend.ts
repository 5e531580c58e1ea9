import { isDeepStrictEqual } from 'node:util';
import { leastBy } from './least-by.js';
import type { Build, Experiment, Measurement, Recommendation } from './report.js';
import type { Estimate } from '../evaluation/statistics.js';
import type { VectorIndex } from '../store/tuning.js';

type Measured = Pick<Experiment, 'name' | 'builds' | 'measurements'>;

export interface RecommendOptions {
  /** The collection's own index. */
  current: VectorIndex;
  /** Precision to keep. */
  target: number;
}

type Precise = Measurement & { precision: Estimate };

/** What an operator should set, in plain words, and what applies it. */
export function recommend(experiment: Measured, options: RecommendOptions): Recommendation {
  const precise = experiment.measurements.filter(isPrecise);
  const problem = experiment.measurements.find((each) => each.problem !== null)?.problem;
  if (precise.length === 0 || problem) {
    return saying(`Nothing can be recommended: ${problem ?? 'nothing was measured'}.`);
  }
  switch (experiment.name) {
    case 'precision':
      return judgeIndex(precise, options.target);
    case 'filters':
      return describeFilters(precise);
    default:
      return choose(experiment, precise, options);
  }
}

function isPrecise(measurement: Measurement): measurement is Precise {
  return measurement.precision !== null;
}

function saying(sentence: string): Recommendation {
  return { sentence, label: null, index: null, environment: {} };
}

/** By the server's own account where there is one. */
export function timeOf({ serverMs, clientMs }: Measurement): Estimate {
  return (serverMs ?? clientMs).mean;
}

function judgeIndex(precise: readonly Precise[], target: number): Recommendation {
  const exact = precise.find(({ params }) => params.exact);
  const approximate = precise.find(({ params }) => !params.exact);
  if (!exact || !approximate) return saying('There is nothing to compare.');
  const { precision } = approximate;
  const kept = `The index keeps ${toFigures(precision)} of the exact answer at ${toRatio(approximate, exact)} of an exact search`;
  return saying(
    precision.value >= target
      ? `${kept}; that meets the target of ${target}.`
      : `${kept}; that misses the target of ${target}: see what a higher ef (paperql tune hnsw-ef) or another graph (paperql tune hnsw) gives.`,
  );
}

function describeFilters(precise: readonly Precise[]): Recommendation {
  const worst = leastBy(precise, ({ precision }) => precision.value);
  const widest = leastBy(precise, ({ filter }) => -(filter?.selected ?? 0));
  const slowest = leastBy(precise, (each) => -timeOf(each).value);
  return saying(
    `Precision is at least ${toFigures(worst.precision)} (at ${worst.label}); the slowest filter, ${slowest.label}, ` +
      `takes ${toRatio(slowest, widest)} of ${widest.label}.`,
  );
}

function choose(
  { name, builds }: Measured,
  precise: readonly Precise[],
  { current, target }: RecommendOptions,
): Recommendation {
  const reference = precise.find((each) => isPresent(each, builds, current));
  const good = precise.filter(({ precision }) => precision.value >= target);
  if (good.length === 0) {
    const best = leastBy(precise, ({ precision }) => -precision.value);
    return saying(
      `No setting keeps ${target}; the most precise, ${best.label}, keeps ${toFigures(best.precision)}.`,
    );
  }
  const fastest = leastBy(good, (each) => timeOf(each).value);
  // What the measurement cannot tell apart is chosen by memory, and else left as it is.
  const equal = good.filter((each) => timeOf(each).low <= timeOf(fastest).high);
  const [best = fastest] = [...equal].sort(
    (a, b) =>
      neededBytes(builds[a.build]) - neededBytes(builds[b.build]) ||
      Number(b === reference) - Number(a === reference) ||
      b.precision.value - a.precision.value,
  );
  const kept = `${best.label} keeps ${toFigures(best.precision)} of the exact answer`;
  if (best === reference)
    return saying(`What is there is best: ${kept}, and nothing that does is faster or smaller.`);
  return {
    sentence: `${kept}${compare(best, reference, builds)}.${caveat(best)}`,
    label: best.label,
    index: name === 'hnsw-ef' ? null : changedIndex(builds[best.build], current),
    environment: toEnvironment(best),
  };
}

/** What searches ask for when nothing is set, on the index that is there. */
const PRESENT_EF = 100;

function isPresent({ build, params }: Measurement, builds: readonly Build[], current: VectorIndex): boolean {
  const { ef = PRESENT_EF, rescore = true, oversampling = 1, probes } = params;
  const asIs = ef === PRESENT_EF && rescore && oversampling === 1 && probes === undefined;
  return asIs && isDeepStrictEqual(builds[build]?.index, current);
}

function compare(best: Precise, reference: Precise | undefined, builds: readonly Build[]): string {
  if (!reference) return ` in ${timeOf(best).value.toFixed(2)} ms a query`;
  const [now, then] = [neededBytes(builds[reference.build]), neededBytes(builds[best.build])];
  const memory = now > 0 && then !== now ? ` and ${toWords(then / now)} the memory` : '';
  return ` at ${toRatio(best, reference)}${memory} of ${reference.label}, which keeps ${toFigures(reference.precision)}`;
}

/** What must lie in memory to be quick: with compressed copies, the vectors themselves need not. */
export function neededBytes(build: Build | undefined): number {
  const parts = build?.memory.parts ?? [];
  const isCompressed = parts.some(({ name }) => name === 'compressed vectors');
  const isFiles = parts.some(({ name, bytes }) => name === 'index files' && bytes > 0);
  return parts
    .filter(({ name }) => name !== 'vectors' || !(isCompressed || isFiles))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

function caveat({ params }: Measurement): string {
  return params.rescore === false ? ' Scores are then those of the compressed vectors.' : '';
}

function changedIndex(build: Build | undefined, current: VectorIndex): VectorIndex | null {
  return !build || isDeepStrictEqual(build.index, current) ? null : build.index;
}

/** Variables that make searches ask so; see `.env.example`. */
function toEnvironment({ params }: Measurement): Record<string, string> {
  const { ef, probes, rescore, oversampling } = params;
  return {
    ...(ef !== undefined && { SEARCH_HNSW_EF: String(ef) }),
    ...(probes !== undefined && { SEARCH_PROBES: String(probes) }),
    ...(rescore !== undefined && { SEARCH_RESCORE: String(rescore) }),
    ...(oversampling !== undefined && { SEARCH_OVERSAMPLING: String(oversampling) }),
  };
}

function toFigures({ value, low, high }: Estimate): string {
  const digits = (number: number) => number.toFixed(3);
  return low === high ? digits(value) : `${digits(value)} (${digits(low)} to ${digits(high)})`;
}

function toRatio(one: Measurement, other: Measurement): string {
  return `${toWords(timeOf(one).value / timeOf(other).value)} the time`;
}

const FRACTIONS: [number, string][] = [
  [1, 'about'],
  [1 / 2, 'half'],
  [1 / 3, 'a third of'],
  [1 / 4, 'a quarter of'],
  [1 / 5, 'a fifth of'],
  [1 / 10, 'a tenth of'],
];

/** Within a tenth of a plain fraction, that. */
function toWords(ratio: number): string {
  const fraction = FRACTIONS.find(([value]) => Math.abs(ratio / value - 1) < 0.1);
  return fraction ? fraction[1] : `${ratio.toFixed(2)} of`;
}
