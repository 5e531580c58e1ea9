import type { FastifyBaseLogger } from 'fastify';
import { NO_PLAN } from '../cost/plan-operation.js';
import type { Deadline } from '../loaders/deadline.js';
import { createSources, type Services } from '../loaders/sources.js';

export type Context = ReturnType<typeof createContext>;

/** The request that a context is for. */
export interface Caller {
  log: FastifyBaseLogger;
  /** Aborted when nobody waits for the answer any longer. */
  signal: AbortSignal;
  /** See `Admission.execute`. */
  takeTurn: (share: number, deadline: Deadline) => Promise<void>;
}

/** What the resolvers of one request, and the plugins before them, work with. */
export function createContext(services: Services, { log, signal, takeTurn }: Caller) {
  const { deadline, ...sources } = createSources(services, signal);
  return {
    log,
    takeTurn: (share: number) => takeTurn(share, deadline),
    ...sources,
    /** Plan of the operation; known before its first resolver runs. */
    plan: NO_PLAN,
  };
}
