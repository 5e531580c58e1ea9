import cors from '@fastify/cors';
import { fastifyHelmet as helmet, type FastifyHelmetOptions } from '@fastify/helmet';
import { fastify, type FastifyInstance } from 'fastify';
import { PAGE_FOLDERS, preparePages } from './built-page.js';
import { registerGraphQL } from './graphql-route.js';
import { checkStore, registerHealth } from './health.js';
import { boundUnreadAnswers, createHostHook, createPipelineHook } from './http-bounds.js';
import { allowedMethods, answerAsGraphQL, answerClientError, answerUnrouted } from './http-errors.js';
import { createRequestSerializer, RequestLog, toRequestId } from './log.js';
import { registerWebPage } from './web-page.js';
import type { Config } from '../config/config.js';
import type { Services } from '../loaders/sources.js';

/** Pages from which Apollo Sandbox sends its requests. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'];

/** Pages that are being developed on the same machine, such as those that Vite serves. */
const LOOPBACK_ORIGINS = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** How often Node looks for connections whose time for sending a request is up, for each such time-out. */
const CHECKS_PER_TIMEOUT = 4;

export type ServerConfig = Pick<
  Config,
  'corsOrigins' | 'explorer' | 'http' | 'limits' | 'log' | 'production' | 'web'
>;

export interface ServerParts extends Services {
  /** Throws when no embedding can be had at the moment. */
  checkEmbedder(): Promise<void>;
}

/**
 * The HTTP server, ready to listen: GraphQL at `/graphql`, `/healthz` and `/readyz`, and the search page. Closing it lets requests under way
 * finish; the parts stay open.
 */
export async function createServer(
  config: ServerConfig,
  parts: ServerParts,
  pages = PAGE_FOLDERS,
): Promise<FastifyInstance> {
  const app = createHttpServer(config);
  app.setErrorHandler(answerAsGraphQL);
  // All requests of a connection that come after its current one wait here, whatever they ask for.
  app.addHook('onRequest', createPipelineHook(config.http.pipelinedRequests));
  boundUnreadAnswers(app, config.http);
  await app.register(helmet, securityHeaders(config));
  app.addHook('onRequest', createHostHook(config.http.allowedHosts));
  await app.register(cors, {
    origin: allowedOrigins(config),
    maxAge: 600,
    exposedHeaders: ['x-request-id', 'retry-after'],
    // An OPTIONS request that is not a preflight gets the allowed methods.
    strictPreflight: false,
  });
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-request-id', request.id);
    if (request.method === 'OPTIONS') {
      const allowed = allowedMethods(app, request.url.replace(/\?.*$/s, ''));
      if (allowed.length > 0) void reply.header('allow', allowed.join(', '));
    }
    // Kept-alive connections would hold the close up for as long as they may idle.
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });

  registerHealth(app, {
    store: (signal) => checkStore(parts.store, signal),
    embedder: () => parts.checkEmbedder(),
  });
  await preparePages(app);
  await registerGraphQL(app, config, parts, pages);
  const answerNotFound = answerUnrouted(app);
  app.setNotFoundHandler(config.web ? await registerWebPage(app, pages.web, answerNotFound) : answerNotFound);
  if (!config.web && config.explorer !== 'off') app.get('/', (_request, reply) => reply.redirect('/graphql'));
  return app;
}

function createHttpServer({ http, limits, log }: ServerConfig): FastifyInstance {
  const headersTimeout = Math.min(http.headersTimeoutMs, http.receiveTimeoutMs);
  const app = fastify({
    logController: new RequestLog(),
    logger: { level: log.level, serializers: { req: createRequestSerializer(log) } },
    bodyLimit: limits.bodyBytes,
    genReqId: toRequestId,
    forceCloseConnections: 'idle',
    // Requests that arrive on kept-alive connections while the server closes are answered as others.
    return503OnClosing: false,
    requestTimeout: http.receiveTimeoutMs,
    http: {
      headersTimeout,
      requestTimeout: http.receiveTimeoutMs,
      connectionsCheckingInterval: Math.ceil(headersTimeout / CHECKS_PER_TIMEOUT),
      // `http-bounds.ts` does, with an answer in the usual shape.
      requireHostHeader: false,
    },
    clientErrorHandler: answerClientError,
    // A target may be a whole URL (RFC 9112, section 3.2.2); what is asked for is its path.
    rewriteUrl: ({ url = '/' }) => url.replace(/^https?:\/\/[^/?#]*\/?/i, '/'),
    frameworkErrors: (error, request, reply) => {
      void answerAsGraphQL(error, request, reply.header('x-content-type-options', 'nosniff'));
    },
  });
  // Only JSON is read: what a page can send without a preflight is refused by its media type.
  app.removeContentTypeParser('text/plain');
  app.server.maxConnections = http.connections;
  // Those who have something to ask come before those who may have.
  app.server.on('drop', () => app.server.closeIdleConnections());
  return app;
}

/**
 * Answers are data, shown in no frame; pages have policies of their own. Sandbox sends its own too, and loads scripts and
 * frames of Apollo's. HTTPS is the business of what stands before the server, and so is promising it (HSTS).
 */
function securityHeaders({ explorer }: ServerConfig): FastifyHelmetOptions {
  const isSandbox = explorer === 'sandbox';
  return {
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
  };
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
