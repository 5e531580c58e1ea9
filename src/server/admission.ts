import { HeaderMap } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Deadline } from '../loaders/deadline.js';
import type { EndTurn, OperationQueue } from './operation-queue.js';
import { ClientGoneError, PublicError, toError } from '../errors/errors.js';

/** Turns of requests in the queue of operations; each request has one at a time. */
export interface Admission {
  /**
   * Waits until the request's operation may be parsed and validated.
   *
   * @param share its size, as a part of the most that is allowed
   * @throws PublicError OVERLOADED
   */
  read(request: FastifyRequest, share: number, signal: AbortSignal): Promise<void>;
  /**
   * Waits until the operation may be executed.
   *
   * @param share what it asks for, as a part of the most that is allowed
   * @throws GraphQLError that makes the answer a 503 with `Retry-After`.
   */
  execute(request: FastifyRequest, share: number, deadline: Deadline): Promise<void>;
  /** To be called when the answer is made, whichever turns there were. */
  end(request: FastifyRequest): void;
}

export function createAdmission(queue: OperationQueue): Admission {
  const turns = new WeakMap<FastifyRequest, EndTurn>();

  function end(request: FastifyRequest): void {
    turns.get(request)?.();
    turns.delete(request);
  }

  return {
    async read(request, share, signal) {
      turns.set(request, await queue.read(request.raw.socket, share, signal));
    },
    async execute(request, share, deadline) {
      end(request);
      const entered = queue.execute(request.raw.socket, share, deadline.signal).then((endTurn) => {
        // The request may have been given up in the meantime, and nobody would end the turn.
        if (deadline.signal.aborted) endTurn();
        else turns.set(request, endTurn);
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
      ? new PublicError('OVERLOADED', 'The server had too much to do to begin in time; try again later', {
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
