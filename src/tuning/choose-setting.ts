import { isDeepStrictEqual } from 'node:util';
import { leastBy, neededBytes, timeOf } from './figures.js';
import type { Build, Experiment, Measurement, Recommendation } from './report.js';
import { doubt, toFigures, toRatio, ratioInWords } from './wording.js';
import type { Estimate } from '../evaluation/statistics.js';
import type { QueryParams, VectorIndex } from '../store/tuning.js';

export type Measured = Pick<Experiment, 'name' | 'builds' | 'measurements'>;

export interface RecommendOptions {
  /** The collection's own index. */
  current: VectorIndex;
  /** Parameters that PaperQL's searches use now, `ef` included. */
  present: QueryParams;
  /** Minimum number of candidates that PaperQL's searches keep, whatever `ef` they ask for. */
  leastEf: number;
  /** Precision to keep. */
  target: number;
}

export type Precise = Measurement & { precision: Estimate };

/** The cheapest setting that keeps the target, compared with the current one. */
export function chooseSetting(
  { name, builds }: Measured,
  precise: readonly Precise[],
  options: RecommendOptions,
): Recommendation {
  const good = precise.filter(({ precision }) => precision.value >= options.target);
  if (good.length === 0) {
    const most = leastBy(precise, ({ precision }) => -precision.value);
    return saying(
      `No setting keeps ${options.target}. The most precise, ${most.label}, keeps ${toFigures(most.precision)}.`,
    );
  }
  const usable = good.filter(({ params }) => (params.ef ?? Infinity) >= options.leastEf);
  if (usable.length === 0) return saying(others(good, null, options.leastEf).trim());
  const reference = precise.find((each) => isPresent(each, builds, options));
  const best = pickBest(usable, reference, builds);
  const aside = others(good, best, options.leastEf);
  if (best === reference) return saying(`${stay(best, usable, aside !== '')}${aside}`);
  return {
    sentence: `${keeps(best)}${compare(best, reference, builds)}.${doubt(best, options.target)}${caveat(best)}${aside}`,
    label: best.label,
    index: name === 'hnsw-ef' ? null : changedIndex(builds[best.build], options.current),
    environment: toEnvironment(best.params, options.present),
  };
}

function keeps({ label, precision }: Precise): string {
  return `${label} keeps ${toFigures(precision)} of the exact answer`;
}

/** What Qdrant rescores by default: vectors with one or two bits per number. */
const RESCORED: readonly string[] = ['binary', 'turbo1', 'turbo2'];

/** Defaults of the engines. */
function toUnset(index: VectorIndex): QueryParams {
  const rescore = index.engine === 'lance' || RESCORED.includes(index.quantization);
  return { rescore, oversampling: 1 };
}

function isPresent(
  { build, params }: Measurement,
  builds: readonly Build[],
  { current, present }: RecommendOptions,
): boolean {
  const unset = toUnset(current);
  const isAsked = isDeepStrictEqual({ ...unset, ...params }, { ...unset, ...present });
  return isAsked && isDeepStrictEqual(builds[build]?.index, current);
}

/** A new setting must take at most this share of the time or memory: a smaller saving is not worth a change. */
const WORTH = 0.9;

/**
 * The current setting, unless another one saves enough time or memory, by more than chance. Among those, the fastest;
 * if the measurement cannot tell several from the fastest, the one that needs the least memory.
 */
function pickBest(
  usable: readonly Precise[],
  reference: Precise | undefined,
  builds: readonly Build[],
): Precise {
  const better =
    reference && usable.includes(reference)
      ? usable.filter((each) => saves(each, reference, builds))
      : usable;
  if (reference && better.length === 0) return reference;
  const fastest = leastBy(better, (each) => timeOf(each).value);
  const [best = fastest] = better
    .filter((each) => timeOf(each).low <= timeOf(fastest).high)
    .sort((a, b) => bytesOf(a, builds) - bytesOf(b, builds) || b.precision.value - a.precision.value);
  return best;
}

function saves(each: Precise, reference: Precise, builds: readonly Build[]): boolean {
  const [now, then] = [timeOf(reference), timeOf(each)];
  const isFaster = then.high < now.low && then.value <= WORTH * now.value;
  const isSmaller = bytesOf(each, builds) <= WORTH * bytesOf(reference, builds);
  return isFaster || (isSmaller && then.low <= now.high);
}

/** Explains why nothing should change. */
function stay(reference: Precise, usable: readonly Precise[], hasOthers: boolean): string {
  const rivals = usable.filter((each) => each !== reference && timeOf(each).value < timeOf(reference).value);
  if (rivals.length === 0) {
    const reach = hasOthers ? " and that PaperQL's searches can use" : '';
    return `The current setting is best: ${keeps(reference)}, and no other setting that keeps the target${reach} is faster or needs less memory.`;
  }
  const rival = leastBy(rivals, (each) => timeOf(each).value);
  const isChance = timeOf(rival).high >= timeOf(reference).low;
  const ratio = timeOf(rival).value / timeOf(reference).value;
  const why = isChance ? 'and the intervals overlap' : 'which saves less than a tenth';
  return `No difference is worth a change: ${keeps(reference)}; ${rival.label} takes ${ratio.toFixed(2)} of its time, ${why}.`;
}

/**
 * Mentions a faster setting that PaperQL's searches cannot use, because they keep as many candidates as their window
 * has.
 */
function others(good: readonly Precise[], best: Precise | null, leastEf: number): string {
  const narrow = good.filter(({ params: { ef = Infinity } }) => ef < leastEf);
  if (narrow.length === 0) return '';
  const fastest = leastBy(narrow, (each) => timeOf(each).value);
  if (best && timeOf(fastest).high >= timeOf(best).low) return '';
  const how = best ? ` in ${toRatio(fastest, best)}` : '';
  return (
    ` ${keeps(fastest)}${how}, but PaperQL's searches keep at least ${leastEf} candidates, which pages are taken from. ` +
    'Fewer would only help similar papers and other clients of the collection.'
  );
}

function compare(one: Precise, reference: Precise | undefined, builds: readonly Build[]): string {
  if (!reference) return ` in ${timeOf(one).value.toFixed(2)} ms per query`;
  const [now, then] = [bytesOf(reference, builds), bytesOf(one, builds)];
  const memory = now > 0 && then !== now ? ` and ${ratioInWords(then / now)} memory` : '';
  return ` in ${toRatio(one, reference)}${memory} of ${reference.label}, which keeps ${toFigures(reference.precision)}`;
}

function bytesOf({ build }: Measurement, builds: readonly Build[]): number {
  return neededBytes(builds[build]);
}

function caveat({ params }: Measurement): string {
  return params.rescore === false ? ' Scores will be those of the compressed vectors.' : '';
}

function changedIndex(build: Build | undefined, current: VectorIndex): VectorIndex | null {
  return !build || isDeepStrictEqual(build.index, current) ? null : build.index;
}

const VARIABLES = {
  ef: 'SEARCH_HNSW_EF',
  probes: 'SEARCH_PROBES',
  rescore: 'SEARCH_RESCORE',
  oversampling: 'SEARCH_OVERSAMPLING',
} as const;

/** Variables that make searches use these parameters, except those that already do; see `.env.example`. */
function toEnvironment(params: QueryParams, present: QueryParams): Record<string, string> {
  const names = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[]; // its own keys
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = params[name];
      return value === undefined || value === present[name] ? [] : [[VARIABLES[name], String(value)]];
    }),
  );
}

/** A recommendation that changes nothing. */
export function saying(sentence: string): Recommendation {
  return { sentence, label: null, index: null, environment: {} };
}
