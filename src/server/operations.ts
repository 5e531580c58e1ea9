import type { ApolloServer } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { createAdmission, createOperationQueue, type Admission } from './admission.js';
import { createApollo } from './apollo.js';
import { createContext, type Context } from './context.js';
import type { Config } from '../config/config.js';
import { PublicError } from '../errors/errors.js';
import { toExtensions } from '../errors/format-error.js';
import type { Services } from '../loaders/sources.js';

/** A document of the server's own with the values that somebody gives it. */
export interface Operation {
  document: string;
  variables: Record<string, unknown>;
}

/** On whose behalf an operation is executed. */
export interface OperationCaller {
  /** What turns are shared out between: a socket, or whatever stands for one. */
  connection: object;
  log: FastifyBaseLogger;
  /** Aborted when nobody waits for the answer any longer. */
  signal: AbortSignal;
}

/**
 * Executes an operation that came by another door than `/graphql` as if it had come by that one: it waits for the same
 * turns, and has the same limits, batches, masked errors and log. What fails is in `errors`; it does not reject.
 */
export type ExecuteOperation = (
  operation: Operation,
  caller: OperationCaller,
) => Promise<FormattedExecutionResult>;

/** What executes operations, however they arrive. */
export interface Operations {
  apollo: ApolloServer<Context>;
  admission: Admission;
  execute: ExecuteOperation;
}

/** To be stopped with `apollo.stop()`. */
export async function startOperations(
  log: FastifyBaseLogger,
  config: Pick<Config, 'explorer' | 'http' | 'limits'>,
  services: Services,
): Promise<Operations> {
  const apollo = createApollo(log, config);
  await apollo.start();
  const admission = createAdmission(createOperationQueue(config.http));
  return {
    apollo,
    admission,
    async execute({ document, variables }, caller) {
      const turn = { raw: { socket: caller.connection } };
      try {
        // The document is parsed once; there is little to read.
        await admission.read(turn, 0, caller.signal);
        const contextValue = createContext(services, {
          ...caller,
          takeTurn: (share, deadline) => admission.execute(turn, share, deadline),
        });
        const { body } = await apollo.executeOperation({ query: document, variables }, { contextValue });
        // No operation here is delivered in pieces.
        return body.kind === 'single' ? body.singleResult : body.initialResult;
      } catch (thrown) {
        if (!(thrown instanceof PublicError)) throw thrown;
        return { errors: [{ message: thrown.message, extensions: toExtensions(thrown) }] };
      } finally {
        admission.end(turn);
      }
    },
  };
}
