import cors from '@fastify/cors';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestHookHandler,
} from 'fastify';
import { createApollo } from './apollo.js';
import { createContext, type Services } from './context.js';
import { createHangUpSignal } from './hang-up.js';
import { registerHealth } from './health.js';
import { settleLegacyStatus } from './legacy-status.js';
import { RequestLog } from './request-log.js';
import type { Config } from '../config/config.js';
import { PublicError } from '../errors/errors.js';

/** Pages from which Apollo Sandbox sends its requests. */
const SANDBOX_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'];

export type ServerConfig = Pick<Config, 'corsOrigins' | 'limits' | 'logLevel' | 'production'>;

export interface ServerParts extends Services {
  /** Throws when no embedding can be had at the moment. */
  checkEmbedder(): Promise<void>;
}

/**
 * The HTTP server, ready to listen: GraphQL at `/graphql`, `/healthz` and `/readyz`. Closing it lets requests under way
 * finish; the parts stay open.
 */
export async function createServer(config: ServerConfig, parts: ServerParts): Promise<FastifyInstance> {
  const app = fastify({
    logController: new RequestLog(),
    logger: { level: config.logLevel },
    bodyLimit: config.limits.bodyBytes,
    requestIdHeader: 'x-request-id',
    forceCloseConnections: 'idle',
  });
  await app.register(cors, { origin: allowedOrigins(config), maxAge: 600 });
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-request-id', request.id);
    // Kept-alive connections would hold the close up for as long as they may idle.
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });

  app.setErrorHandler(answerAsGraphQL);

  registerHealth(app, {
    store: async () => {
      if (!(await parts.store.describe())) {
        throw new PublicError('STORE_UNAVAILABLE', `There is no collection "${parts.store.collection}"`);
      }
    },
    embedder: () => parts.checkEmbedder(),
  });

  const apollo = createApollo(app.log, config);
  await apollo.start();
  // Fastify has drained its connections by then.
  app.addHook('onClose', () => apollo.stop());
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    onRequest: forbidCaching,
    onSend: settleLegacyStatus,
    handler: fastifyApolloHandler(apollo, {
      context: async (request, reply) =>
        createContext(parts, request.log, createHangUpSignal(request.raw, reply.raw)),
    }),
  });
  if (!config.production) app.get('/', (_request, reply) => reply.redirect('/graphql'));
  return app;
}

/** What fails before Apollo sees it, such as a body that is no JSON, in the shape of every other answer. */
function answerAsGraphQL(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 500) request.log.error({ err: error }, 'unexpected error');
  const [message, code] =
    status >= 500 ? ['Internal server error', 'INTERNAL_SERVER_ERROR'] : [error.message, 'BAD_REQUEST'];
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}

const forbidCaching: onRequestHookHandler = (_request, reply, done) => {
  void reply.header('cache-control', 'no-store');
  done();
};

function allowedOrigins({ corsOrigins, production }: ServerConfig): string[] | true {
  if (corsOrigins.includes('*')) return true;
  return production ? corsOrigins : [...corsOrigins, ...SANDBOX_ORIGINS];
}
