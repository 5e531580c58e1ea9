import { fastifyCompress as compress, type FastifyCompressOptions } from '@fastify/compress';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import cluster from 'node:cluster';
import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { PAGE_FOLDERS, preparePages } from './built-page.js';
import { registerGraphQL } from './graphql-route.js';
import { checkStore, keepFor, registerHealth } from './health.js';
import { answerUnrouted } from './http-errors.js';
import { createHeadersHook, createHostHook, createHttpServer } from './http-server.js';
import { countRequests, registerMetrics, serveMetrics } from './metrics.js';
import { startOperations } from './operations.js';
import { openServerTracing } from './tracing.js';
import { registerWebPage } from './web-page.js';
import { openBudgets } from '../access/budgets.js';
import { openKeyRing } from '../access/key-ring.js';
import { admitAdministrator, createAccessHook, tellBudgets } from '../callers/caller.js';
import type { Config } from '../config/config.js';
import { registerFeeds } from '../feeds/routes.js';
import type { Services } from '../loaders/sources.js';
import { registerMcp } from '../mcp/http.js';
import { createCallTimer, observeServices } from '../telemetry/observed-store.js';
import type { CorpusReading, Metrics } from '../telemetry/metrics.js';

/** Origin of Apollo Sandbox, which sends its requests from the browser. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'];

/** Pages under development on the same machine, such as those served by Vite. */
const LOOPBACK_ORIGINS = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Compresses answers larger than one packet for clients that accept it. The fastest level leaves 44 % of ten papers;
 * the slowest leaves 43 % and takes twice as long. Request bodies are not decompressed, because a small one could
 * become large.
 */
const COMPRESSION: FastifyCompressOptions = {
  encodings: ['gzip'],
  threshold: 1_400,
  zlibOptions: { level: 1 },
  globalDecompression: false,
};

export type ServerConfig = Pick<
  Config,
  | 'access'
  | 'corsOrigins'
  | 'embedder'
  | 'explorer'
  | 'host'
  | 'http'
  | 'metrics'
  | 'limits'
  | 'log'
  | 'mcp'
  | 'production'
  | 'rerank'
  | 'tracing'
  | 'web'
>;

export interface ServerParts extends Services {
  /** Throws if texts cannot be embedded at the moment. */
  checkEmbedder(): Promise<void>;
  /** Progress of loads and syncs; null for what is not known. */
  readProgress?: (() => Promise<Pick<CorpusReading, 'waitingPages' | 'loadedRecords'>>) | undefined;
}

/**
 * The HTTP server, ready to listen: GraphQL at `/graphql`, MCP at `/mcp`, feeds, `/healthz` and `/readyz`, and the
 * search page. Closing it lets requests in flight finish; the parts stay open.
 */
export async function createServer(
  config: ServerConfig,
  parts: ServerParts,
  pages = PAGE_FOLDERS,
): Promise<FastifyInstance> {
  const app = createHttpServer(config);
  // Must come first, to trace everything that is done for a request.
  const tracing = await openServerTracing(app, config);
  app.addHook('onRequest', createHeadersHook(securityHeaders(config)));
  app.addHook('onRequest', createHostHook(config.http.allowedHosts));
  await app.register(cors, {
    origin: allowedOrigins(config),
    maxAge: 600,
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate', 'ratelimit', 'ratelimit-policy'],
    // An OPTIONS request that is not a preflight gets the allowed methods.
    strictPreflight: false,
  });
  await app.register(compress, COMPRESSION);
  registerHealth(app, {
    store: { isRequired: true, check: (signal) => checkStore(parts.store, signal) },
    // Without it, searches are answered by words.
    embedder: { isRequired: false, check: () => parts.checkEmbedder() },
  });
  await preparePages(app);
  const keys = await openKeyRing(config.access.keysFile, app.log);
  const budgets = await openBudgets(config.access.budgets, app.log);
  app.addHook('onClose', (_app, done) => {
    keys.close();
    budgets.close();
    done();
  });
  tellBudgets(app);
  const metrics = await openMetrics(app, config);
  const timed = metrics ? observeServices(parts, createCallTimer(metrics)) : parts;
  const services = tracing ? observeServices(timed, tracing.observeCall) : timed;
  const operations = await startOperations(app.log, config, services, { metrics, tracing });
  metrics?.follow({
    waitingOperations: () => operations.queue.sizes().waiting,
    runningOperations: () => operations.queue.sizes().running,
    ...(config.access.budgets.redisUrl !== undefined && { areBudgetsShared: () => budgets.isShared() }),
    corpus: keepFor(CORPUS_AGE_MS, () => readCorpus(parts)),
  });
  // Fastify has already drained its connections.
  app.addHook('onClose', () => operations.apollo.stop());
  const admitCaller = createAccessHook({ keys, budgets }, config.access);
  await registerGraphQL(app, config, services, operations, pages, admitCaller);
  registerFeeds(app, operations.execute, admitCaller, config.web);
  if (config.mcp) await registerMcp(app, operations.execute, admitCaller, allowedOrigins(config));
  if (metrics && config.metrics.isPublic) {
    const admitKey = createAccessHook({ keys, budgets }, { anonymous: false });
    registerMetrics(app, metrics, [admitKey, admitAdministrator]);
  }
  const answerNotFound = answerUnrouted(app);
  app.setNotFoundHandler(config.web ? await registerWebPage(app, pages.web, answerNotFound) : answerNotFound);
  if (!config.web && config.explorer !== 'off') app.get('/', (_request, reply) => reply.redirect('/graphql'));
  return app;
}

/** Metrics, if anyone can read them; otherwise nothing is counted. */
async function openMetrics(
  app: FastifyInstance,
  { host, metrics }: ServerConfig,
): Promise<Metrics | undefined> {
  const { isPublic, port } = metrics;
  if (!isPublic && port === undefined) return undefined;
  const { createMetrics } = await import('../telemetry/metrics.js');
  const opened = createMetrics();
  countRequests(app, opened);
  app.addHook('onClose', () => opened.close());
  // With several processes, the primary process answers for all of them.
  if (port !== undefined && !cluster.isWorker) {
    app.addHook('onReady', async () => {
      const server = await serveMetrics(opened, { host, port }, app.log);
      app.addHook('onClose', () => server.close());
    });
  }
  return opened;
}

/** How long the figures about the corpus are reused. */
const CORPUS_AGE_MS = 5_000;

async function readCorpus({ store, lastSync, readProgress }: ServerParts): Promise<CorpusReading> {
  const [info, sync, progress] = await Promise.all([
    store.describe().catch(() => null),
    lastSync?.(),
    readProgress?.().catch(() => undefined),
  ]);
  const { waitingPages = null, loadedRecords = null } = progress ?? {};
  const syncedAt = sync?.syncedAt ?? null;
  return {
    papers: info?.count ?? null,
    lagSeconds: syncedAt === null ? null : (Date.now() - Date.parse(syncedAt)) / 1_000,
    waitingPages,
    loadedRecords,
  };
}

/**
 * Answers are data and must not be framed; pages have their own policies. So does Sandbox, which loads scripts and
 * frames from Apollo. HTTPS and HSTS are left to the reverse proxy.
 *
 * Computed once, because they are the same for every answer: each time would be 2 % of the processor time of a search.
 */
function securityHeaders({ explorer }: ServerConfig): OutgoingHttpHeaders {
  const isSandbox = explorer === 'sandbox';
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: isSandbox ? helmet.contentSecurityPolicy.dangerouslyDisableDefaultSrc : ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: !isSandbox && { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
  });
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  setHeaders(request, response, () => undefined);
  return response.getHeaders();
}

function allowedOrigins({ corsOrigins, explorer, production }: ServerConfig): (string | RegExp)[] | true {
  if (corsOrigins.includes('*')) return true;
  return [
    ...corsOrigins,
    // GraphiQL has a link to Sandbox.
    ...(explorer === 'off' ? [] : SANDBOX_ORIGINS),
    ...(production ? [] : [LOOPBACK_ORIGINS]),
  ];
}
