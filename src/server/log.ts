import type { ApolloServerPlugin } from '@apollo/server';
import { LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { findArgumentPaths, type ArgumentPath } from './argument-paths.js';
import type { Context } from './context.js';
import type { LogConfig } from '../config/config.js';
import { ClientGoneError, type PublicCode } from '../errors/errors.js';
import { formatError, isUnexpected, toPublicError } from '../errors/format-error.js';

/** Ids that others may give a request: what proxies and tracing tools send, and nothing that could disguise a line. */
const FOREIGN_ID = /^[\w.:/+=@-]{1,128}$/;

/** The id that the caller gave the request, where it is a decent one, or one of our own. */
export function toRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && FOREIGN_ID.test(given) ? given : randomUUID();
}

/** What the log says of a request; the client's address and what it looks for only where that is asked for. */
export function createRequestSerializer({ clients, queries }: LogConfig) {
  return (request: FastifyRequest) => ({
    method: request.method,
    url: queries ? request.url : request.url.replace(/\?.*$/s, ''),
    ...(clients && {
      host: request.host,
      remoteAddress: request.ip,
      remotePort: request.socket.remotePort ?? 0,
    }),
  });
}

const causes = new WeakMap<FastifyRequest, Error>();

/** Gives the request's line the reason of a 5xx. */
export function noteCause(request: FastifyRequest, cause: Error): void {
  causes.set(request, cause);
}

/**
 * One line for each request, when it is answered or given up, with all there is to say of it. Fastify writes another
 * when the request comes in: at twice the cost, and a reader of the log has to join the two.
 */
export class RequestLog extends LogController {
  override incomingRequest(): void {
    // Told by `requestCompleted`.
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const err = error ?? causes.get(request);
    const facts = { req: request, res: reply, responseTime: reply.elapsedTime, ...(err && { err }) };
    if (err) request.log.error(facts, 'request errored');
    // Somebody should hear of it, but it is what the server does when it has too much to do.
    else if (reply.statusCode >= 500) request.log.warn(facts, 'request refused');
    else request.log.info(facts, 'request completed');
  }
}

/** Codes of what is no failure of a dependency; a refused request has its own line. */
const NOT_LOGGED: readonly PublicCode[] = ['BAD_USER_INPUT', 'OPERATION_TOO_EXPENSIVE', 'OVERLOADED'];

export interface ErrorLog {
  plugin: ApolloServerPlugin<Context>;
  /** `formatError`, which is the last to see what no plugin is told, such as an answer that cannot be written as JSON. */
  formatError: (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;
}

/** Logs what clients see masked or as a failed dependency, once, with its cause and the request's id. */
export function createErrorLog(logger: FastifyBaseLogger): ErrorLog {
  const seen = new WeakSet<object>();
  const argumentPaths = new WeakMap<object, ArgumentPath>();
  return {
    plugin: {
      requestDidStart: async () => ({
        didEncounterErrors: async ({ contextValue, errors, operationName, schema, document, request }) => {
          for (const error of errors) seen.add(error);
          const variables = request.variables ?? {};
          const paths = document && findArgumentPaths(errors, { schema, document, variables });
          for (const [error, path] of paths ?? []) argumentPaths.set(error, path);
          const unplaced = errors.filter((error) => !argumentPaths.has(error));
          logErrors(contextValue.log, unplaced, operationName);
        },
      }),
    },
    formatError(formatted, thrown) {
      const isObject = typeof thrown === 'object' && thrown !== null;
      const answer = formatError(formatted, thrown, isObject ? argumentPaths.get(thrown) : undefined);
      const isNew = isObject && !seen.has(thrown);
      if (isNew && answer.extensions?.['code'] === 'INTERNAL_SERVER_ERROR') {
        logger.error({ err: thrown }, 'unexpected error');
      }
      return answer;
    },
  };
}

function logErrors(
  log: FastifyBaseLogger,
  errors: readonly GraphQLError[],
  operationName: string | null | undefined,
): void {
  const logged = new Set<unknown>();
  for (const error of errors) {
    const path = error.path?.join('.');
    const cause = toPublicError(error);
    if (cause instanceof ClientGoneError) continue;
    // One failed batch is the error of every field that was part of it.
    if (logged.has(error.originalError ?? error)) continue;
    logged.add(error.originalError ?? error);
    if (isUnexpected(error)) {
      log.error({ err: error.originalError ?? error, path, operationName }, 'unexpected error');
    } else if (cause && !NOT_LOGGED.includes(cause.code)) {
      log.warn({ err: cause, path, operationName }, 'a dependency failed');
    }
  }
}
