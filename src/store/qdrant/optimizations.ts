import { z } from 'zod';

import { toPath } from './collection.js';
import type { QdrantHttp } from './http.js';
import type { CallOptions } from '../shared-call.js';
import type { Step } from '../tuning.js';

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

function readOptimizations(
  http: QdrantHttp,
  collection: string,
  query = '',
  options?: CallOptions,
): Promise<Optimizations> {
  const path = `${toPath(collection)}/optimizations${query}`;
  return http.send('GET', path, undefined, isOptimizations, options);
}

/** The number of points in each segment. */
export async function readSegments(http: QdrantHttp, collection: string): Promise<number[]> {
  const found = await readOptimizations(http, collection, '?with=queued,idle_segments');
  const { running, queued = [], idle_segments: idle = [] } = found;
  const segments = [...idle, ...[...running, ...queued].flatMap((each) => each.segments)];
  return segments.map(({ points_count: points }) => points);
}

/** What the server still has to optimise, and the progress of its current step. */
export async function readPending(
  http: QdrantHttp,
  collection: string,
): Promise<{ count: number; step: Step | null }> {
  const { summary, running } = await readOptimizations(http, collection);
  const steps = running.flatMap(({ progress }) => openSteps(progress));
  const [first] = steps;
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
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

/** In words, what the server is building at the moment, such as `main graph 45 %`; undefined if it does not say. */
export async function describeSteps(
  http: QdrantHttp,
  collection: string,
  options?: CallOptions,
): Promise<string | undefined> {
  const { running } = await readOptimizations(http, collection, '', options);
  const steps = running.flatMap(({ progress }) => currentSteps(progress));
  return steps.length === 0 ? undefined : [...new Set(steps.map(inWords))].join(', ');
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
