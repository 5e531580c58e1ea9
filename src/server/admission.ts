import PQueue from 'p-queue';
import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { HttpConfig } from '../config/config.js';
import { ClientGoneError, PublicError, toError } from '../errors/errors.js';
import type { Deadline } from '../loaders/sources.js';

/** An operation is large or medium if its cost is at least this share of the limit. */
const LARGE_SHARE = 1 / 4;
const MEDIUM_SHARE = 1 / 16;
/** Medium operations that are as much work as one large operation. */
const MEDIUM_IN_LARGE = 4;
/** Minimum size of a turn: even an operation that requests nothing takes work. */
const LEAST_SHARE = 0.001;

/** Ends a turn. Calling it again does nothing. */
export type EndTurn = () => void;

/**
 * Waits for a turn, which lasts until the returned function is called.
 *
 * @param client turns are divided between clients: a connection, or an object that stands for several, see `clientOf`
 * @param share the requested work as a share of the limit: 0 to 1
 * @param signal when it is aborted, the caller leaves the queue and the promise rejects with its reason
 * @throws PublicError OVERLOADED, immediately, if too many operations wait.
 */
export type Enter = (client: object, share: number, signal: AbortSignal) => Promise<EndTurn>;

/**
 * Queues of an operation: it waits first to be read, which shows what it requests, then to be executed. An operation
 * that is known already does not wait to be read.
 */
export interface OperationQueue {
  read: Enter;
  execute: Enter;
  /** Operations that wait for a turn, and those that have one. */
  sizes(): { waiting: number; running: number };
}

/**
 * Texts are parsed and validated one at a time. Operations are executed in lanes by size. The lanes have different
 * numbers of turns, so that each does about as much work at a time, and a small operation never waits for a large
 * one to end.
 */
export function createOperationQueue(
  limits: Pick<HttpConfig, 'concurrentOperations' | 'concurrentLargeOperations' | 'queuedOperations'>,
): OperationQueue {
  const given: GivenWork = { clocks: new WeakMap(), now: 0, lanes: [] };
  const read = createLane(1, limits.queuedOperations, given);
  const { concurrentOperations: all, concurrentLargeOperations: few, queuedOperations: waiting } = limits;
  const quarter = Math.max(1, Math.floor(all / 4));
  const forLarge = Math.min(quarter, few);
  const forMedium = Math.min(quarter, few * MEDIUM_IN_LARGE);
  const rest = all - forLarge - forMedium;
  const small = createLane(rest > 0 ? rest : all, waiting, given);
  // One or two turns are too few to reserve some for each size.
  const medium = rest > 0 ? createLane(forMedium, waiting, given) : small;
  const large = rest > 0 ? createLane(forLarge, waiting, given) : small;
  return {
    read,
    sizes: () => ({
      waiting: given.lanes.reduce((sum, { size }) => sum + size, 0),
      running: given.lanes.reduce((sum, { pending }) => sum + pending, 0),
    }),
    execute(client, share, signal) {
      const lane = share >= LARGE_SHARE ? large : share >= MEDIUM_SHARE ? medium : small;
      return lane(client, share, signal);
    },
  };
}

/** Work given to clients in all lanes together: if its operations took much time, a client is also parsed later. */
interface GivenWork {
  clocks: WeakMap<object, number>;
  now: number;
  lanes: PQueue[];
}

/**
 * Weighted fair queueing (Demers, Keshav and Shenker 1989). Each client has a clock, which moves forward by the work
 * that the client requests. The next operation is the one after which its client's clock is earliest. So a client
 * waits for its own earlier requests, and one that requests little is served soon, however much others request. The
 * clock of an idle client starts from `now`, which moves forward by the work done, divided by the number of clients
 * that want some.
 */
function createLane(concurrency: number, mostWaiting: number, given: GivenWork): Enter {
  const queue = new PQueue({ concurrency });
  given.lanes.push(queue);

  return async (client, share, signal) => {
    signal.throwIfAborted();
    if (queue.pending >= concurrency && queue.size >= mostWaiting) throw overloaded();
    const work = Math.max(LEAST_SHARE, share);
    const start = Math.max(given.now, given.clocks.get(client) ?? 0);
    const finish = start + work;
    given.clocks.set(client, finish);
    return new Promise((resolve, reject) => {
      const takeTurn = () =>
        new Promise<void>((finished) => {
          const those = given.lanes.reduce((sum, { pending, size }) => sum + pending + size, 0);
          given.now = Math.max(given.now, start) + work / those;
          // Handles other events between two turns; they may bring the next operation.
          resolve(() => setImmediate(finished));
        });
      // A turn that begins immediately needs no signal, which would take longer than the rest.
      if (queue.pending < concurrency && queue.size === 0) {
        queue.add(takeTurn).catch(reject);
        return;
      }
      // Not the caller's signal, because a turn that has begun lasts until its work has ended.
      const waiting = new AbortController();
      const leave = () => {
        given.clocks.set(client, (given.clocks.get(client) ?? finish) - work);
        waiting.abort(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      const takeTurnAfterWaiting = () => {
        signal.removeEventListener('abort', leave);
        return takeTurn();
      };
      queue.add(takeTurnAfterWaiting, { priority: -finish, signal: waiting.signal }).catch(reject);
    });
  };
}

function overloaded(): PublicError {
  return new PublicError('OVERLOADED', 'The server is busy; try again later', {
    retryAfterMs: 1_000,
  });
}

/** The owner of a turn: a request, or another caller. */
export interface TurnHolder {
  /** Turns are divided between these. */
  client: object;
}

/** Turns of requests in the queue of operations; each request has one at a time. */
export interface Admission {
  /**
   * Waits until the operation of the request may be parsed and validated.
   *
   * @param share its size, as a share of the limit
   * @throws PublicError OVERLOADED
   */
  read(holder: TurnHolder, share: number, signal: AbortSignal): Promise<void>;
  /**
   * Waits until the operation may be executed.
   *
   * @param share its cost, as a share of the limit
   * @throws GraphQLError that makes the answer a 503 with `Retry-After`.
   */
  execute(holder: TurnHolder, share: number, deadline: Deadline): Promise<void>;
  /** Call this when the answer is complete, whichever turns the request had. */
  end(holder: TurnHolder): void;
}

export function createAdmission(queue: OperationQueue): Admission {
  const turns = new WeakMap<TurnHolder, EndTurn>();

  function end(holder: TurnHolder): void {
    turns.get(holder)?.();
    turns.delete(holder);
  }

  return {
    async read(holder, share, signal) {
      turns.set(holder, await queue.read(holder.client, share, signal));
    },
    async execute(holder, share, deadline) {
      end(holder);
      const entered = queue.execute(holder.client, share, deadline.signal).then((endTurn) => {
        // If the request was abandoned in the meantime, nobody else would end the turn.
        if (deadline.signal.aborted) endTurn();
        else turns.set(holder, endTurn);
      });
      try {
        await deadline.race(entered);
      } catch (thrown) {
        throw toRefusal(toError(thrown));
      }
    },
    end,
  };
}

function toRefusal(error: Error): Error {
  if (error instanceof ClientGoneError || !(error instanceof PublicError)) return error;
  // An operation that spent its time waiting for a turn was not executed, so it is safe to send it again.
  const refusal =
    error.code === 'TIMEOUT'
      ? new PublicError('OVERLOADED', 'The server was too busy to start in time; try again later', {
          cause: error,
          retryAfterMs: 1_000,
        })
      : error;
  return new GraphQLError(refusal.message, {
    originalError: refusal,
    extensions: { http: { status: 503, headers: new HeaderMap([['retry-after', retryAfter(refusal)]]) } },
  });
}

/** The value of a `Retry-After` header: whole seconds. */
export function retryAfter({ retryAfterMs = 1_000 }: PublicError): string {
  return String(Math.ceil(retryAfterMs / 1_000));
}
