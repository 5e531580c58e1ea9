import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyBaseLogger, FastifyInstance, onRequestHookHandler } from 'fastify';
import { createServer, type Server } from 'node:http';
import type { Context } from '../callers/caller.js';
import { PublicError, StartupError, toError } from '../errors/errors.js';
import type { Metrics } from '../telemetry/metrics.js';

/** How to read the metrics when they are requested. */
export type MetricsText = Pick<Metrics, 'text' | 'contentType'>;

/** Counts requests by the route that served them, and errors outside GraphQL by their code. */
export function countRequests(app: FastifyInstance, { requests, refusals }: Metrics): void {
  app.addHook('onResponse', ({ method, routeOptions }, { statusCode }, done) => {
    requests.inc({ route: routeOptions.url ?? 'none', method, status: statusCode });
    done();
  });
  app.addHook('onError', (_request, _reply, error, done) => {
    const isTheirs = (error.statusCode ?? 500) < 500;
    const otherwise = isTheirs ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
    refusals.inc({ reason: error instanceof PublicError ? error.code : otherwise });
    done();
  });
}

/** Times operations, by name, and counts the codes of their errors. */
export function createMetricsPlugin({
  operations,
  cost,
  refusals,
  toOperationName,
}: Metrics): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () => {
      const end = operations.startTimer();
      return Promise.resolve({
        willSendResponse: ({ response: { body }, operationName, contextValue: { plan } }) => {
          const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
          const reasons = new Set(errors.map(({ extensions }) => String(extensions?.['code'])));
          for (const reason of reasons) refusals.inc({ reason });
          end({ operation: toOperationName(operationName), outcome: errors.length > 0 ? 'failed' : 'ok' });
          if (plan.cost > 0) cost.observe(plan.cost);
          return Promise.resolve();
        },
      });
    },
  };
}

/** Serves `/metrics` on the main port, to callers that the hooks admit. */
export function registerMetrics(
  app: FastifyInstance,
  { text, contentType }: MetricsText,
  onRequest: onRequestHookHandler[],
): void {
  app.get('/metrics', { onRequest }, async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(contentType)
      .send(await text()),
  );
}

/**
 * Serves `/metrics` on a separate port, to everyone who can reach it. @throws StartupError when it cannot listen.
 */
export async function serveMetrics(
  { text, contentType }: MetricsText,
  { host, port }: { host: string; port: number },
  log: Pick<FastifyBaseLogger, 'error'>,
): Promise<Server> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path !== '/metrics' || !['GET', 'HEAD'].includes(request.method ?? '')) {
      response.writeHead(path === '/metrics' ? 405 : 404).end();
      return;
    }
    text().then(
      (body) => response.writeHead(200, { 'content-type': contentType }).end(body),
      (thrown: unknown) => {
        log.error({ err: toError(thrown) }, 'the metrics cannot be read');
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) => {
      reject(
        new StartupError(`Cannot listen on ${host}:${port} for the metrics (${message}); set METRICS_PORT`),
      );
    });
    server.listen(port, host, resolve);
  });
  return server;
}
