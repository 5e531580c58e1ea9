import type { FastifyInstance } from 'fastify';
import { createDeadline } from '../loaders/sources.js';
import { PublicError, toError } from '../errors/errors.js';
import { publicErrorOf } from '../errors/format-error.js';
import type { PaperReader, Ranking } from '../store/store.js';

/** A store or a model that the server depends on. */
export interface Dependency {
  /** Whether the server is not ready without it. */
  isRequired: boolean;
  /**
   * Resolves if it works, and throws a `PublicError` that says what fails. The signal is aborted when the
   * check takes too long.
   */
  check(signal: AbortSignal): Promise<unknown>;
}

const CHECK_TIMEOUT_MS = 5_000;
/** How long a result is reused. */
const OUTCOME_AGE_MS = 1_000;

/**
 * `/healthz` reports that the process responds; `/readyz` how each of its dependencies does, with 503 if a required
 * one does not. However often they are requested, each has one check in progress, and at most one per second.
 */
export function registerHealth(app: FastifyInstance, dependencies: Record<string, Dependency>): void {
  app.get('/healthz', () => ({ status: 'ok' }));

  const checks = Object.entries(dependencies).map(
    ([name, dependency]) =>
      [name, keepFor(OUTCOME_AGE_MS, () => outcomeOf(name, dependency, app.log))] as const,
  );
  app.get('/readyz', async (_request, reply) => {
    const outcomes = await Promise.all(checks.map(async ([name, ask]) => [name, await ask()] as const));
    const ready = outcomes.every(([name, outcome]) => outcome === 'ok' || !dependencies[name]?.isRequired);
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', ...Object.fromEntries(outcomes) });
  });
}

/**
 * Searches for one paper in each way that the collection supports, to detect a damaged file or a missing index. A
 * collection made by another program supports only vectors.
 */
export async function checkStore(store: PaperReader, signal: AbortSignal): Promise<void> {
  const info = await store.describe({ signal });
  if (!info) throw new PublicError('STORE_UNAVAILABLE', `There is no collection "${store.collection}"`);
  const nearest: Ranking = { kind: 'nearest', vector: new Float32Array(info.dimension).fill(1) };
  const keyword: Ranking = { kind: 'keyword', text: 'paper' };
  const rankings = info.metadata ? [nearest, keyword] : [nearest];
  const outcomes = await store.search(
    rankings.map((ranking) => ({ ranking, offset: 0, limit: 1, window: 1, fields: ['title'] })),
    { signal },
  );
  for (const outcome of outcomes) if (outcome instanceof Error) throw outcome;
}

/** Calls share the promise until its result is this old. It must not be rejected. */
export function keepFor<T>(ageMs: number, ask: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let settledAt = Infinity;
  return () => {
    if (current && performance.now() - settledAt < ageMs) return current;
    settledAt = Infinity;
    current = ask().finally(() => (settledAt = performance.now()));
    return current;
  };
}

async function outcomeOf(name: string, dependency: Dependency, log: FastifyInstance['log']): Promise<string> {
  try {
    const deadline = createDeadline(CHECK_TIMEOUT_MS);
    await deadline.race(dependency.check(deadline.signal));
    return 'ok';
  } catch (thrown) {
    log.warn({ err: toError(thrown), part: name }, 'a part is not ready');
    return publicErrorOf(thrown)?.message ?? 'failed';
  }
}
