import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { createAdmission, createOperationQueue, type Admission, type OperationQueue } from './admission.js';
import { createApollo, DocumentStore } from './apollo.js';
import { createMetricsPlugin } from './metrics.js';
import { createOperationTracer, createTracingPlugin, type TraceOperation } from './tracing.js';
import {
  type Caller,
  type Context,
  createContext,
  type ExecuteOperation,
  type Operation,
} from '../callers/caller.js';
import type { Config } from '../config/config.js';
import { PublicError } from '../errors/errors.js';
import { toExtensions } from '../errors/format-error.js';
import type { Services } from '../loaders/sources.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Tracing } from '../telemetry/tracing.js';

/** Executes operations, however they arrive. */
export interface Operations {
  apollo: ApolloServer<Context>;
  /** What Apollo has parsed and validated. */
  documents: DocumentStore;
  admission: Admission;
  queue: OperationQueue;
  execute: ExecuteOperation;
  /** Traces operations that are executed in another way than by `execute`; absent if tracing is off. */
  trace: TraceOperation | undefined;
}

/** Observers of operations; absent if there are none. */
export interface Observers {
  metrics?: Metrics | undefined;
  tracing?: Tracing | undefined;
}

/** A controller that aborts with the signal. */
function follow(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return controller;
}

/** Stop it with `apollo.stop()`. */
export async function startOperations(
  log: FastifyBaseLogger,
  config: Pick<Config, 'explorer' | 'http' | 'limits' | 'rerank' | 'tracing'>,
  services: Services,
  { metrics, tracing }: Observers = {},
): Promise<Operations> {
  const documents = new DocumentStore();
  const apollo = createApollo(log, config, documents, [
    ...(metrics ? [createMetricsPlugin(metrics)] : []),
    ...(tracing ? [createTracingPlugin(tracing, config.tracing?.queries ?? false)] : []),
  ]);
  await apollo.start();
  const queue = createOperationQueue(config.http);
  const admission = createAdmission(queue);
  const trace = tracing && createOperationTracer(tracing);

  async function execute({ document, variables }: Operation, caller: Caller) {
    const turn = { client: caller.client };
    try {
      if (!documents.hasText(document)) await admission.read(turn, 0, caller.signal);
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
            controller: follow(caller.signal),
            takeTurn: (share, deadline) => admission.execute(turn, share, deadline),
          }),
      });
      if (body.kind === 'chunked') throw new Error('An operation of this API was answered in pieces');
      // The answer as Apollo writes it.
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
    documents,
    admission,
    queue,
    trace,
    execute: trace ? (operation, caller) => trace(() => execute(operation, caller)) : execute,
  };
}
