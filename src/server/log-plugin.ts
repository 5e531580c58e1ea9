import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Context } from './context.js';
import { ClientGoneError, type PublicCode } from '../errors/errors.js';
import { formatError, isUnexpected, toPublicError } from '../errors/format-error.js';

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
  return {
    plugin: {
      requestDidStart: async () => ({
        didEncounterErrors: async ({ contextValue, errors, operationName }) => {
          for (const error of errors) seen.add(error);
          logErrors(contextValue.log, errors, operationName);
        },
      }),
    },
    formatError(formatted, thrown) {
      const answer = formatError(formatted, thrown);
      const isNew = typeof thrown === 'object' && thrown !== null && !seen.has(thrown);
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
