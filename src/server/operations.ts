import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { createAdmission, createOperationQueue, type Admission, type OperationQueue } from './admission.js';
import { createApollo } from './apollo.js';
import { createContext, type Context } from './context.js';
import { createMetricsPlugin } from './metrics.js';
import { createOperationTracer, createTracingPlugin, type TraceOperation } from './tracing.js';
import type { Account } from '../access/budgets.js';
import type { Config } from '../config/config.js';
import { PublicError } from '../errors/errors.js';
import { toExtensions } from '../errors/format-error.js';
import type { Services } from '../loaders/sources.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Tracing } from '../telemetry/tracing.js';

/** A document of the server's own with the values that somebody gives it. */
export interface Operation {
  document: string;
  variables: Record<string, unknown>;
}

/** On whose behalf an operation is executed. */
export interface OperationCaller {
  /** What turns are shared out between, see `clientOf`. */
  client: object;
  log: FastifyBaseLogger;
  /** Aborted when nobody waits for the answer any longer. */
  signal: AbortSignal;
  /** Who pays; absent where nobody counts. */
  account?: Account | undefined;
}

/**
 * Executes an operation that came by another door than `/graphql` as if it had come by that one: it waits for the same
 * turns, and has the same limits, batches, masked errors and log. The result is as clients get it in JSON; what fails is
 * in `errors`.
 */
export type ExecuteOperation = (
  operation: Operation,
  caller: OperationCaller,
) => Promise<FormattedExecutionResult>;

/** What executes operations, however they arrive. */
export interface Operations {
  apollo: ApolloServer<Context>;
  admission: Admission;
  queue: OperationQueue;
  execute: ExecuteOperation;
  /** For what executes an operation by another way than `execute`; absent where nothing is traced. */
  trace: TraceOperation | undefined;
}

/** Who is told of operations; absent where nobody wants to know. */
export interface Observers {
  metrics?: Metrics | undefined;
  tracing?: Tracing | undefined;
}

/** To be stopped with `apollo.stop()`. */
export async function startOperations(
  log: FastifyBaseLogger,
  config: Pick<Config, 'explorer' | 'http' | 'limits' | 'rerank' | 'tracing'>,
  services: Services,
  { metrics, tracing }: Observers = {},
): Promise<Operations> {
  const apollo = createApollo(log, config, [
    ...(metrics ? [createMetricsPlugin(metrics)] : []),
    ...(tracing ? [createTracingPlugin(tracing, config.tracing?.queries ?? false)] : []),
  ]);
  await apollo.start();
  const queue = createOperationQueue(config.http);
  const admission = createAdmission(queue);
  const trace = tracing && createOperationTracer(tracing);

  async function execute({ document, variables }: Operation, caller: OperationCaller) {
    const turn = { client: caller.client };
    try {
      // The document is parsed once; there is little to read.
      await admission.read(turn, 0, caller.signal);
      const { body } = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: 'POST',
          headers: new HeaderMap([['content-type', 'application/json']]),
          body: { query: document, variables },
          search: '',
        },
        context: async () =>
          createContext(services, {
            ...caller,
            takeTurn: (share, deadline) => admission.execute(turn, share, deadline),
          }),
      });
      if (body.kind === 'chunked') throw new Error('An operation of this API was answered in pieces');
      // What Apollo writes.
      return JSON.parse(body.string) as FormattedExecutionResult;
    } catch (thrown) {
      if (!(thrown instanceof PublicError)) throw thrown;
      return { errors: [{ message: thrown.message, extensions: toExtensions(thrown) }] };
    } finally {
      admission.end(turn);
    }
  }

  return {
    apollo,
    admission,
    queue,
    trace,
    execute: trace ? (operation, caller) => trace(() => execute(operation, caller)) : execute,
  };
}
