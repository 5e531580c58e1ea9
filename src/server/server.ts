import { fastifyCompress as compress, type FastifyCompressOptions } from '@fastify/compress';
import cors from '@fastify/cors';
import { fastifyHelmet as helmet, type FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { PAGE_FOLDERS, preparePages } from './built-page.js';
import { registerGraphQL } from './graphql-route.js';
import { checkStore, registerHealth } from './health.js';
import { answerUnrouted } from './http-errors.js';
import { createAccessHook, createHostHook, createHttpServer, tellBudgets } from './http-server.js';
import { startOperations } from './operations.js';
import { registerWebPage } from './web-page.js';
import { openBudgets } from '../access/budgets.js';
import { openKeyRing } from '../access/key-ring.js';
import type { Config } from '../config/config.js';
import { registerFeeds } from '../feeds/routes.js';
import type { Services } from '../loaders/sources.js';
import { registerMcp } from '../mcp/http.js';

/** Pages from which Apollo Sandbox sends its requests. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'];

/** Pages that are being developed on the same machine, such as those that Vite serves. */
const LOOPBACK_ORIGINS = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Answers that fill more than one packet are compressed for clients that accept it. The fastest level leaves 44 % of ten
 * papers, and the slowest 43 % for twice the time. Bodies of requests are not decompressed: a small one could become large.
 */
const COMPRESSION: FastifyCompressOptions = {
  encodings: ['gzip'],
  threshold: 1_400,
  zlibOptions: { level: 1 },
  globalDecompression: false,
};

export type ServerConfig = Pick<
  Config,
  'access' | 'corsOrigins' | 'explorer' | 'http' | 'limits' | 'log' | 'mcp' | 'production' | 'web'
>;

export interface ServerParts extends Services {
  /** Throws when no embedding can be had at the moment. */
  checkEmbedder(): Promise<void>;
}

/**
 * The HTTP server, ready to listen: GraphQL at `/graphql`, MCP at `/mcp`, feeds, `/healthz` and `/readyz`, and the search page. Closing it lets requests under way
 * finish; the parts stay open.
 */
export async function createServer(
  config: ServerConfig,
  parts: ServerParts,
  pages = PAGE_FOLDERS,
): Promise<FastifyInstance> {
  const app = createHttpServer(config);
  await app.register(helmet, securityHeaders(config));
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
    store: (signal) => checkStore(parts.store, signal),
    embedder: () => parts.checkEmbedder(),
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
  const operations = await startOperations(app.log, config, parts);
  // Fastify has drained its connections by then.
  app.addHook('onClose', () => operations.apollo.stop());
  const admitCaller = createAccessHook({ keys, budgets }, config.access);
  await registerGraphQL(app, config, parts, operations, pages, admitCaller);
  registerFeeds(app, operations.execute, admitCaller, config.web);
  if (config.mcp) await registerMcp(app, operations.execute, admitCaller, allowedOrigins(config));
  const answerNotFound = answerUnrouted(app);
  app.setNotFoundHandler(config.web ? await registerWebPage(app, pages.web, answerNotFound) : answerNotFound);
  if (!config.web && config.explorer !== 'off') app.get('/', (_request, reply) => reply.redirect('/graphql'));
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
