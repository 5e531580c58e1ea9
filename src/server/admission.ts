import PQueue from 'p-queue';
import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { HttpConfig } from '../config/config.js';
import { ClientGoneError, PublicError, toError } from '../errors/errors.js';
import type { Deadline } from '../loaders/sources.js';

/** From these shares of what the limits allow on, an operation is a large or a medium one. */
const LARGE_SHARE = 1 / 4;
const MEDIUM_SHARE = 1 / 16;
/** Medium operations that have as much to do as a large one. */
const MEDIUM_IN_LARGE = 4;
/** What a turn counts for at least: even an operation that asks for nothing is executed and written. */
const LEAST_SHARE = 0.001;

/** Ends a turn. Calling it again does nothing. */
export type EndTurn = () => void;

/**
 * Waits for a turn, which lasts until the returned function is called.
 *
 * @param client what turns are shared out between: a connection, or whatever has several, see `clientOf`
 * @param share what is asked for, as a part of the most that is allowed: 0 to 1
 * @param signal leaves the queue when it is aborted; the promise then rejects with its reason
 * @throws PublicError OVERLOADED, at once, when too many wait.
 */
export type Enter = (client: object, share: number, signal: AbortSignal) => Promise<EndTurn>;

/** What an operation waits for: first for being read, which tells what it asks for, then for being executed. */
export interface OperationQueue {
  read: Enter;
  execute: Enter;
  /** Operations that wait for a turn, and those that have one. */
  sizes(): { waiting: number; running: number };
}

/**
 * Texts are parsed and validated one at a time. What they ask for is executed in lanes by its size, each with as many
 * turns that there is about as much to do in it at one time, so that a small operation never waits for a large one to end.
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
  // One or two turns are too few to keep some for each size.
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

/** What clients were given, in all lanes together: who has had much executed is also read later. */
interface GivenWork {
  clocks: WeakMap<object, number>;
  now: number;
  lanes: PQueue[];
}

/**
 * Weighted fair queueing (Demers, Keshav and Shenker 1989). Each client has a clock, which the work that it asks for
 * sets forward; next is the operation after which its client's clock is earliest. So a client waits for what it
 * has asked for itself, and one that asks for little is served soon, however much others ask for. A client that
 * was idle starts from `now`, which goes forward by the work done, divided by the number of those that want some.
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
    // Not the caller's signal: a turn that has begun lasts until its work has ended.
    const waiting = new AbortController();
    const leave = () => {
      given.clocks.set(client, (given.clocks.get(client) ?? finish) - work);
      waiting.abort(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    return new Promise((resolve, reject) => {
      const takeTurn = () =>
        new Promise<void>((finished) => {
          signal.removeEventListener('abort', leave);
          const those = given.lanes.reduce((sum, { pending, size }) => sum + pending + size, 0);
          given.now = Math.max(given.now, start) + work / those;
          // Between two turns others are heard, who may be next.
          resolve(() => setImmediate(finished));
        });
      queue.add(takeTurn, { priority: -finish, signal: waiting.signal }).catch(reject);
    });
  };
}

function overloaded(): PublicError {
  return new PublicError('OVERLOADED', 'The server is busy; try again later', {
    retryAfterMs: 1_000,
  });
}

/** What has turns: a request, or another caller. */
export interface TurnHolder {
  /** What turns are shared out between. */
  client: object;
}

/** Turns of requests in the queue of operations; each request has one at a time. */
export interface Admission {
  /**
   * Waits until the request's operation may be parsed and validated.
   *
   * @param share its size, as a part of the most that is allowed
   * @throws PublicError OVERLOADED
   */
  read(holder: TurnHolder, share: number, signal: AbortSignal): Promise<void>;
  /**
   * Waits until the operation may be executed.
   *
   * @param share what it asks for, as a part of the most that is allowed
   * @throws GraphQLError that makes the answer a 503 with `Retry-After`.
   */
  execute(holder: TurnHolder, share: number, deadline: Deadline): Promise<void>;
  /** To be called when the answer is made, whichever turns there were. */
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
        // The request may have been given up in the meantime, and nobody would end the turn.
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
  // What spent its time waiting for a turn was not executed, so it may be sent again.
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
