import type { ApolloServerPlugin } from '@apollo/server';
import type { Context } from './context.js';
import { ClientGoneError, type PublicCode } from '../errors/errors.js';
import { isUnexpected, toPublicError } from '../errors/format-error.js';

const CLIENT_FAULTS: readonly PublicCode[] = ['BAD_USER_INPUT', 'OPERATION_TOO_EXPENSIVE'];

/** Logs what clients see masked or as a failed dependency, with its cause and the request's id. */
export const logPlugin: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    didEncounterErrors: async ({ contextValue, errors, operationName }) => {
      const logged = new Set<unknown>();
      for (const error of errors) {
        const path = error.path?.join('.');
        const cause = toPublicError(error);
        if (cause instanceof ClientGoneError) continue;
        // One failed batch is the error of every field that was part of it.
        if (logged.has(error.originalError ?? error)) continue;
        logged.add(error.originalError ?? error);
        if (isUnexpected(error)) {
          contextValue.log.error(
            { err: error.originalError ?? error, path, operationName },
            'unexpected error',
          );
        } else if (cause && !CLIENT_FAULTS.includes(cause.code)) {
          contextValue.log.warn({ err: cause, path, operationName }, 'a dependency failed');
        }
      }
    },
  }),
};
