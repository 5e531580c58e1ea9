import { isDeepStrictEqual } from 'node:util';
import { timeOf } from './figures.js';
import type { Experiment, Measurement, Report } from './report.js';
import { formatColumns } from './table.js';
import { bootstrapEstimates, mean, percentile, type Estimate } from '../evaluation/statistics.js';

/** A setting that both reports have measured. */
export interface Comparison {
  experiment: string;
  label: string;
  a: Measurement;
  b: Measurement;
  /** Precision of B minus precision of A; null if one of them has none. */
  precision: Estimate | null;
  /** Time of B divided by the time of A, the median of the queries; server time if both reports have it. */
  time: Estimate;
}

const RESAMPLES = 2_000;

/** Compares settings that have the same name in both reports, with intervals for the differences. */
export function compareReports(a: Report, b: Report): Comparison[] {
  const isPaired = isDeepStrictEqual(a.queries.names, b.queries.names);
  return a.experiments.flatMap((experiment) => {
    const other = b.experiments.find(({ name }) => name === experiment.name);
    return other ? compareExperiments(experiment, other, isPaired) : [];
  });
}

function compareExperiments(a: Experiment, b: Experiment, isPaired: boolean): Comparison[] {
  return a.measurements.flatMap((one) => {
    const other = b.measurements.find(({ label }) => label === one.label);
    if (!other) return [];
    const isKnown = one.precision !== null && other.precision !== null;
    const precision = isKnown ? difference(one.raw.precision, other.raw.precision, isPaired) : null;
    const time = ratio(timesOf(one, other), timesOf(other, one), isPaired);
    return [{ experiment: a.name, label: one.label, a: one, b: other, precision, time }];
  });
}

/** The median time of each query, so that one slow repetition has no effect. */
function timesOf({ raw }: Measurement, other: Measurement): number[] {
  const times = raw.serverMs !== null && other.raw.serverMs !== null ? raw.serverMs : raw.clientMs;
  return times.map(median);
}

function median(values: readonly number[]): number {
  return percentile(50, values);
}

/** Difference of means. */
function difference(a: readonly number[], b: readonly number[], isPaired: boolean): Estimate {
  if (isPaired)
    return estimate(
      b.map((value, at) => value - (a[at] ?? NaN)),
      mean,
    );
  return contrast(a, b, (ofA, ofB) => mean(ofB) - mean(ofA));
}

/** The median ratio over the same queries, otherwise the ratio of medians. */
function ratio(a: readonly number[], b: readonly number[], isPaired: boolean): Estimate {
  if (isPaired)
    return estimate(
      b.map((value, at) => value / (a[at] ?? NaN)),
      median,
    );
  return contrast(a, b, (ofA, ofB) => median(ofB) / median(ofA));
}

function estimate(values: readonly number[], of: (values: readonly number[]) => number): Estimate {
  return bootstrap(values.length, (places) => of(pick(values, places)));
}

/** Compares two independent samples: each is resampled on its own. */
function contrast(
  a: readonly number[],
  b: readonly number[],
  of: (ofA: readonly number[], ofB: readonly number[]) => number,
): Estimate {
  return bootstrap(a.length + b.length, (places) => {
    const inA = places.filter((place) => place < a.length);
    const inB = places.filter((place) => place >= a.length).map((place) => place - a.length);
    return of(pick(a, inA), pick(b, inB));
  });
}

function pick(values: readonly number[], places: readonly number[]): number[] {
  return places.map((place) => values[place] ?? NaN);
}

function bootstrap(units: number, of: (places: readonly number[]) => number): Estimate {
  const [found] = bootstrapEstimates(units, (places) => [of(places)], { resamples: RESAMPLES });
  if (!found) throw new Error('A statistic has no estimate');
  return found;
}

/** Reasons other than the settings why the figures of the two reports may differ. */
export function findCaveats(a: Report, b: Report): string[] {
  const caveats: [boolean, string][] = [
    [
      a.machine.cpu !== b.machine.cpu || a.machine.cores !== b.machine.cores,
      'the reports are from different machines',
    ],
    [a.store.kind !== b.store.kind, 'the reports are from different stores'],
    [a.versions.engine !== b.versions.engine, `engines differ: ${a.versions.engine}, ${b.versions.engine}`],
    [a.parameters.k !== b.parameters.k, `k differs: ${a.parameters.k}, ${b.parameters.k}`],
    [
      a.parameters.window !== b.parameters.window,
      `numbers of requested papers differ: ${a.parameters.window ?? a.parameters.k}, ${b.parameters.window ?? b.parameters.k}`,
    ],
    [a.store.points !== b.store.points, `papers differ: ${a.store.points}, ${b.store.points}`],
    [
      !isDeepStrictEqual(a.queries.names, b.queries.names),
      'queries differ: compared as two samples, not pair by pair',
    ],
  ];
  return caveats.filter(([applies]) => applies).map(([, text]) => text);
}

export function formatComparison(a: Report, b: Report): string {
  const comparisons = compareReports(a, b);
  if (comparisons.length === 0) return 'The reports have no setting in common.';
  const caveats = findCaveats(a, b).map((caveat) => `  note: ${caveat}`);
  return [
    `A ${a.name} (${a.startedAt})`,
    `B ${b.name} (${b.startedAt})`,
    ...caveats,
    '',
    formatColumns([HEADS, ...comparisons.map(toRow)]),
    '',
    'Intervals are 95%. "better" and "worse" mark differences that chance does not explain.',
  ].join('\n');
}

const HEADS = ['setting', 'precision A', 'B', 'B - A', '', 'ms A', 'B', 'B / A', ''];

function toRow({ experiment, label, a, b, precision, time }: Comparison): string[] {
  return [
    `${experiment}: ${label}`,
    a.precision ? a.precision.value.toFixed(4) : 'not indexed',
    b.precision ? b.precision.value.toFixed(4) : 'not indexed',
    precision ? toText(precision, 4) : '',
    precision ? verdict(precision, 0, 'more is better') : '',
    timeOf(a).value.toFixed(2),
    timeOf(b).value.toFixed(2),
    toText(time, 2),
    verdict(time, 1, 'less is better'),
  ];
}

function toText({ value, low, high }: Estimate, digits: number): string {
  return `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** Tolerance for rounding: means of the same numbers can differ slightly. */
const NO_DIFFERENCE = 1e-9;

export function verdict(
  { low, high }: Estimate,
  same: number,
  sense: 'more is better' | 'less is better',
): 'better' | 'worse' | '' {
  if (low <= same + NO_DIFFERENCE && same - NO_DIFFERENCE <= high) return '';
  return low > same === (sense === 'more is better') ? 'better' : 'worse';
}
