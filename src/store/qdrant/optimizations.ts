import { z } from 'zod';

import { toPath } from './collection.js';
import type { QdrantHttp } from './http.js';
import type { CallOptions } from '../shared-call.js';
import type { IndexingState } from '../store.js';
import type { Step } from '../tuning.js';
import { sum } from '../../sum.js';

/** What the server is building, as a tree of steps. */
interface ProgressTree {
  name: string;
  started_at?: string | null | undefined;
  finished_at?: string | null | undefined;
  done?: number | null | undefined;
  total?: number | null | undefined;
  children?: ProgressTree[] | undefined;
}

const Progress: z.ZodType<ProgressTree> = z.object({
  name: z.string(),
  started_at: z.string().nullish(),
  finished_at: z.string().nullish(),
  done: z.number().nullish(),
  total: z.number().nullish(),
  get children() {
    return z.array(Progress).optional();
  },
});

const Segments = z.array(z.object({ points_count: z.number() }));

const Optimizations = z.object({
  summary: z.object({ queued_optimizations: z.number() }),
  running: z.array(z.object({ progress: Progress, segments: Segments })),
  /** Only present on request, like the next one. */
  queued: z.array(z.object({ segments: Segments })).optional(),
  idle_segments: Segments.optional(),
});
type Optimizations = z.infer<typeof Optimizations>;

function isOptimizations(result: unknown): result is Optimizations {
  return Optimizations.safeParse(result).success;
}

/** A server that has not answered by then is busy, and nobody should wait for something that is only shown. */
const LIMIT_MS = 2_000;

/** Null if the server gives no answer. */
async function readOptimizations(
  http: QdrantHttp,
  collection: string,
  query = '',
  { signal }: CallOptions = {},
): Promise<Optimizations | null> {
  const path = `${toPath(collection)}/optimizations${query}`;
  const limit = AbortSignal.timeout(LIMIT_MS);
  const limited = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    return await http.send('GET', path, undefined, isOptimizations, { signal: limited });
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

/** The number of points in each segment; null if the server does not say. */
export async function readSegments(http: QdrantHttp, collection: string): Promise<number[] | null> {
  const found = await readOptimizations(http, collection, '?with=queued,idle_segments');
  if (!found) return null;
  const { running, queued = [], idle_segments: idle = [] } = found;
  const segments = [...idle, ...[...running, ...queued].flatMap((each) => each.segments)];
  return segments.map(({ points_count: points }) => points);
}

/** What the server still has to optimise, and the progress of its current step; null if it does not say. */
export async function readPending(
  http: QdrantHttp,
  collection: string,
): Promise<{ count: number; step: Step | null } | null> {
  const found = await readOptimizations(http, collection);
  if (!found) return null;
  const { summary, running } = found;
  const steps = running.flatMap(({ progress }) => openSteps(progress));
  const [first] = steps;
  const same = steps.filter(({ name }) => name === first?.name);
  return {
    count: summary.queued_optimizations + running.length,
    step: first
      ? {
          name: first.name,
          done: sum(same.map(({ done }) => done)),
          total: sum(same.map(({ total }) => total)),
        }
      : null,
  };
}

function openSteps({
  name,
  finished_at: finishedAt,
  done,
  total,
  children = [],
}: ProgressTree): Required<Step>[] {
  if (typeof finishedAt === 'string') return [];
  const own = typeof done === 'number' && typeof total === 'number' ? [{ name, done, total }] : [];
  return [...own, ...children.flatMap(openSteps)];
}

/**
 * What the server is building at the moment, in words such as `main graph 45 %`, and the share of the building that is
 * done. Empty if it does not say.
 */
export async function describeBuilding(
  http: QdrantHttp,
  collection: string,
  options?: CallOptions,
): Promise<Pick<IndexingState, 'step' | 'share'>> {
  const found = await readOptimizations(http, collection, '?with=queued,idle_segments', options);
  if (!found) return {};
  const { running, queued = [], idle_segments: idle = [] } = found;
  const steps = running.flatMap(({ progress }) => currentSteps(progress));
  if (steps.length === 0) return {};
  const done = sum(running.map(({ progress, segments }) => costOf(progress, pointsIn(segments))));
  const built = wholeCost(pointsIn(idle));
  const whole = built + sum([...running, ...queued].map(({ segments }) => wholeCost(pointsIn(segments))));
  const step = [...new Set(steps.map(inWords))].join(', ');
  return { step, ...(whole > 0 && { share: (built + done) / whole }) };
}

/**
 * The time that the steps of optimising a segment take, in ms for 1,000 papers of 384 numbers: measured with
 * 50,000. Only ratios matter.
 */
const COSTS: ReadonlyMap<string, number> = new Map([
  ['copy_data', 30],
  ['payload_index', 300],
  ['main_graph', 180],
  ['additional_links', 220],
  ['sparse_vector_index', 10],
]);
/** Steps whose time for a paper grows with the segment. With four times as many papers, it is 1.7 times as long. */
const GROWING: ReadonlySet<string> = new Set(['main_graph', 'additional_links']);
const GROWTH = 0.4;
const MEASURED_POINTS = 50_000;

/** Fields that take many times as long as the others (1), in steps that consist of one step for each field. */
const FIELD_COSTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  payload_index: { 'text:abstract': 14 },
  additional_links: { 'datetime:submitted_at': 50, 'keyword:author_keys': 30 },
};

/** The time for a segment with this number of points. */
function wholeCost(points: number): number {
  return sum(Array.from(COSTS.keys(), (name) => stepCost(name, points)));
}

function stepCost(name: string, points: number): number {
  return (COSTS.get(name) ?? 0) * points * (GROWING.has(name) ? (points / MEASURED_POINTS) ** GROWTH : 1);
}

/** The part of this time that is over. */
function costOf(step: ProgressTree, points: number): number {
  if (COSTS.has(step.name)) return stepCost(step.name, points) * shareOf(step);
  return sum((step.children ?? []).map((child) => costOf(child, points)));
}

function shareOf({
  name,
  started_at: begun,
  finished_at: ended,
  done,
  total,
  children = [],
}: ProgressTree): number {
  if (ended) return 1;
  if (!begun) return 0;
  if (typeof done === 'number' && total) return done / total;
  const costs = children.map((child) => FIELD_COSTS[name]?.[child.name] ?? 1);
  const over = sum(children.map((child, at) => (costs[at] ?? 0) * shareOf(child)));
  return children.length === 0 ? 0 : over / sum(costs);
}

function pointsIn(segments: z.infer<typeof Segments>): number {
  return sum(segments.map(({ points_count: points }) => points));
}

type CurrentStep = ProgressTree & { parent: string };

/** The innermost steps that have begun and not ended. */
function currentSteps(tree: ProgressTree, parent?: string): CurrentStep[] {
  if (!tree.started_at || tree.finished_at) return [];
  const inner = (tree.children ?? []).flatMap((child) => currentSteps(child, tree.name));
  return inner.length > 0 || parent === undefined ? inner : [{ ...tree, parent }];
}

/** Steps for a single field are named `integer:year`, within `payload_index` or `additional_links`. */
function inWords({ name, parent, done, total }: CurrentStep): string {
  const [, field] = name.split(':');
  const step = (field === undefined ? name : parent).replaceAll('_', ' ');
  const what = field === undefined ? step : `${step} of ${field}`;
  return typeof done === 'number' && total ? `${what} ${Math.floor((100 * done) / total)} %` : what;
}
