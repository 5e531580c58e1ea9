import type { Plan } from './experiments.js';
import { WARM_UP } from './measure.js';
import type { TuningQuery } from './queries.js';
import { formatBytes } from './table.js';
import { indexInWords } from './settings.js';
import { durationInWords } from '../duration.js';
import type { QueryParams, TuningStore, TuningTarget } from '../store/tuning.js';

/** Time per query on this machine, measured with a few queries. */
export interface Probe {
  exactMs: number;
  approximateMs: number;
}

export interface PreviewOptions {
  target: TuningTarget;
  /** Name and place of the collection, for people. */
  where: string;
  inPlace: boolean;
  queries: number;
  k: number;
  window: number;
  repeats: number;
  probe: Probe;
}

/** Vectors that two cores copy and index per second. The estimates are rough, and the preview says so. */
const COPIED_PER_SECOND = { qdrant: 2_500, lance: 50_000 };
const INDEXED_PER_SECOND = { qdrant: 2_000, lance: 4_000 };
/** Slower, because code books are learnt first. */
const WITH_PRODUCTS_PER_SECOND = 500;
/**
 * Disk space of a copy on a Qdrant server, relative to its vectors. They are stored twice while segments are rebuilt,
 * together with their graph and compressed copies.
 */
const DISK_FACTOR = 3.5;
/**
 * The embedded store keeps the files of earlier indexes. Each takes at most this share of the size of the vectors.
 */
const DISK_FACTOR_OF_BUILD = 0.4;
const PROBES = 5;

/** Number of queries that the plans will send. */
export function countQueries(
  plans: readonly Plan[],
  { queries, repeats }: Pick<PreviewOptions, 'queries' | 'repeats'>,
): number {
  return countSettings(plans) * (repeats * queries + Math.min(WARM_UP, queries));
}

function countSettings(plans: readonly Plan[]): number {
  return plans.flatMap(({ stages }) => stages.flatMap(({ settings }) => settings)).length;
}

/** Describes what a run will do, and how much time and disk space it may need. Printed before the run starts. */
export function previewRun(plans: readonly Plan[], options: PreviewOptions): string {
  const { target, where, queries, k, window, repeats } = options;
  const asked = window > k ? `for ${window} papers, the first ${k} of which are judged` : `k = ${k}`;
  const { points, dimension } = target;
  return [
    `${plans.map(({ name }) => name).join(', ')} on ${where}: ` +
      `${points.toLocaleString('en-US')} papers of ${dimension} numbers, ${indexInWords(target.index)}.`,
    ...changes(plans, options),
    `  runs ${queries} queries ${repeats} times with each of ${countSettings(plans)} settings, one at a time, ${asked}`,
    `  takes roughly ${durationInWords(estimateMs(plans, options))}`,
  ].join('\n');
}

function changes(plans: readonly Plan[], { target, inPlace }: PreviewOptions): string[] {
  const builds = countBuilds(plans);
  if (builds === 0) return ['  reads the collection and changes nothing'];
  const times = `${builds} ${builds === 1 ? 'time' : 'times'}`;
  if (inPlace) {
    return [
      `  indexes the collection itself ${times}; until then, searches are slower or less precise`,
      '  restores its settings at the end, also on Ctrl-C',
    ];
  }
  const factor = target.index.engine === 'qdrant' ? DISK_FACTOR : 1 + DISK_FACTOR_OF_BUILD * builds;
  const disk = formatBytes(factor * target.points * target.dimension * 4);
  return [
    `  copies ids and vectors to a scratch collection (at most some ${disk} on disk) and indexes that ${times}`,
    '  deletes the copy at the end, also on Ctrl-C; the collection itself is only read',
  ];
}

function countBuilds(plans: readonly Plan[]): number {
  return plans.filter(({ changesIndex }) => changesIndex).flatMap(({ stages }) => stages).length;
}

function estimateMs(plans: readonly Plan[], options: PreviewOptions): number {
  const { target, inPlace, queries, repeats, probe } = options;
  const engine = target.index.engine;
  const builds = countBuilds(plans);
  const copyingMs = builds > 0 && !inPlace ? (1_000 * target.points) / COPIED_PER_SECOND[engine] : 0;
  const exact = plans.map((plan) => onlyExact(plan, true));
  const others = plans.map((plan) => onlyExact(plan, false));
  return (
    copyingMs +
    estimateBuildingMs(plans, target) +
    (queries + countQueries(exact, { queries, repeats })) * probe.exactMs +
    countQueries(others, { queries, repeats }) * probe.approximateMs
  );
}

function estimateBuildingMs(plans: readonly Plan[], { points, index: { engine } }: TuningTarget): number {
  const stages = plans.filter(({ changesIndex }) => changesIndex).flatMap((plan) => plan.stages);
  const rates = stages.flatMap(({ index }) => {
    const kind = index.engine === 'qdrant' ? index.quantization : index.kind;
    if (index.engine === 'lance' && kind === 'none') return [];
    return hasProducts(kind) ? [WITH_PRODUCTS_PER_SECOND] : [INDEXED_PER_SECOND[engine]];
  });
  return rates.reduce((sum, rate) => sum + (1_000 * points) / rate, 0);
}

function hasProducts(kind: string): boolean {
  return kind === 'product' || kind.endsWith('_pq');
}

function onlyExact(plan: Plan, isExact: boolean): Plan {
  const stages = plan.stages.map((stage) => ({
    ...stage,
    settings: stage.settings.filter(({ params }) => (params.exact ?? false) === isExact),
  }));
  return { ...plan, stages };
}

/** Runs a few queries to estimate how long many will take. */
export async function probeQueries(
  store: TuningStore,
  queries: readonly TuningQuery[],
  k: number,
): Promise<Probe> {
  const timeOf = async (params: QueryParams) => {
    const times: number[] = [];
    for (const { vector } of queries.slice(0, PROBES)) {
      times.push((await store.query({ vector, limit: k, params })).clientMs);
    }
    return Math.min(...times);
  };
  return { exactMs: await timeOf({ exact: true }), approximateMs: await timeOf({}) };
}
