import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../callers/caller.js';
import type { Config } from '../config/config.js';
import type { PublicCode } from '../errors/errors.js';
import { packageVersion } from '../package-root.js';
import type { Span, Tracing, TracingLog } from '../telemetry/tracing.js';

/** Not traced, because monitoring requests them every few seconds. */
const NOT_TRACED: readonly string[] = ['/healthz', '/readyz', '/metrics'];

type TracedConfig = Pick<Config, 'tracing' | 'embedder' | 'rerank'>;

/** Opens tracing if it is configured, and closes it with the server. Otherwise no tracing code is loaded. */
export async function loadTracing(
  { tracing, embedder, rerank }: TracedConfig,
  log: TracingLog,
): Promise<Tracing | undefined> {
  if (!tracing) return undefined;
  const telemetry = await import('../telemetry/tracing.js');
  return telemetry.openTracing({
    ...tracing,
    version: packageVersion(),
    embeddingModel: embedder.kind === 'openai' ? embedder.model : undefined,
    rerankModel: rerank?.model,
    log,
  });
}

/** Traces a server's requests, and closes with it. */
export async function openServerTracing(
  app: FastifyInstance,
  config: TracedConfig,
): Promise<Tracing | undefined> {
  const opened = await loadTracing(config, app.log);
  if (!opened) return undefined;
  traceRequests(app, opened, config.tracing?.queries ?? false);
  // Fastify has already drained its connections.
  app.addHook('onClose', () => opened.close());
  return opened;
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server */
function traceRequests(app: FastifyInstance, tracing: Tracing, hasQueries: boolean): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, reply, done) => {
    const { method, url, protocol, headers, routeOptions } = request;
    const route = routeOptions.url;
    if (route !== undefined && NOT_TRACED.includes(route)) {
      done();
      return;
    }
    const [path = '', query] = url.split(/\?(.*)/s);
    const attributes = {
      'http.request.method': method,
      'url.path': path,
      'url.scheme': protocol,
      ...(route !== undefined && { 'http.route': route }),
      ...(hasQueries && query !== undefined && { 'url.query': query }),
    };
    const span = tracing.startRequest(
      route === undefined ? method : `${method} ${route}`,
      attributes,
      headers,
    );
    spans.set(request, span);
    // Adds the trace id to log lines.
    if (span.isRecording()) request.log = request.log.child({ traceId: span.spanContext().traceId });
    reply.raw.once('close', () => endRequest(tracing, span, reply.raw));
    done();
  });
  // Callbacks for the arrival of a body are not part of the work that waits for it.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) tracing.within(span, done);
    else done();
  });
}

/** Client errors are not failures of the server. */
function endRequest(
  tracing: Tracing,
  span: Span,
  { statusCode, writableFinished }: FastifyReply['raw'],
): void {
  if (!writableFinished) span.setAttribute('error.type', 'CLIENT_GONE' satisfies PublicCode);
  else {
    span.setAttribute('http.response.status_code', statusCode);
    if (statusCode >= 500) tracing.fail(span, String(statusCode));
  }
  span.end();
}

/** Runs an operation in its span. */
export type TraceOperation = <Result>(execute: () => Promise<Result>) => Promise<Result>;

export function createOperationTracer(tracing: Tracing): TraceOperation {
  return (execute) => tracing.trace({ name: 'graphql', isRemote: false }, execute);
}

/**
 * Completes the span of an operation as its attributes become known.
 * https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/
 */
export function createTracingPlugin(tracing: Tracing, hasQueries: boolean): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => {
      const span = tracing.current();
      if (!span) return;
      return {
        didResolveOperation: async ({ operation, operationName, source, request }) => {
          if (!operation) return;
          span.updateName(operation.operation);
          span.setAttribute('graphql.operation.type', operation.operation);
          if (operationName !== null) span.setAttribute('graphql.operation.name', operationName);
          if (!hasQueries) return;
          span.setAttribute('graphql.document', source);
          span.setAttribute('paperql.variables', JSON.stringify(request.variables ?? {}));
        },
        // Its wait for a turn has ended.
        executionDidStart: async () => void span.addEvent('execution'),
        willSendResponse: async ({ response: { body }, contextValue: { plan } }) => {
          if (plan.cost > 0) span.setAttribute('paperql.operation.cost', plan.cost);
          const [error] = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
          if (error) tracing.fail(span, String(error.extensions?.['code']));
        },
      };
    },
  };
}
