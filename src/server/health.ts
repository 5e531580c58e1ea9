import type { FastifyInstance } from 'fastify';
import { createDeadline } from './deadline.js';
import { toError } from '../errors/errors.js';
import { toPublicError } from '../errors/format-error.js';

/** A part that the server depends on: resolves when it can do its work, throws a `PublicError` that says what fails. */
export type ReadinessCheck = () => Promise<unknown>;

const CHECK_TIMEOUT_MS = 5_000;

/** `/healthz`: the process answers. `/readyz`: so do all of its parts; 503 names those that do not. */
export function registerHealth(app: FastifyInstance, checks: Record<string, ReadinessCheck>): void {
  app.get('/healthz', () => ({ status: 'ok' }));

  app.get('/readyz', async (request, reply) => {
    const outcomes = await Promise.all(
      Object.entries(checks).map(
        async ([part, check]) => [part, await outcomeOf(check, request.log)] as const,
      ),
    );
    const ready = outcomes.every(([, outcome]) => outcome === 'ok');
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', ...Object.fromEntries(outcomes) });
  });
}

async function outcomeOf(check: ReadinessCheck, log: FastifyInstance['log']): Promise<string> {
  try {
    await createDeadline(CHECK_TIMEOUT_MS).race(check());
    return 'ok';
  } catch (thrown) {
    log.warn({ err: toError(thrown) }, 'a part is not ready');
    return toPublicError(thrown)?.message ?? 'failed';
  }
}
