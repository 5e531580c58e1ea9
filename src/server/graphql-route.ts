import { fastifyApolloHandler } from '@as-integrations/fastify';
import type {
  FastifyInstance,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerHookHandler,
  RouteHandlerMethod,
} from 'fastify';
import { createAdmission } from './admission.js';
import { createApollo } from './apollo.js';
import { createContext } from './context.js';
import { createHangUpSignal } from './hang-up.js';
import { httpError } from './http-errors.js';
import { settleLegacyStatus } from './legacy-status.js';
import { createOperationQueue } from './operation-queue.js';
import type { Config, LimitsConfig } from '../config/config.js';
import type { Services } from '../loaders/sources.js';

/** GraphQL over HTTP at `/graphql`: what is asked waits for its turns, and is answered by Apollo. */
export async function registerGraphQL(
  app: FastifyInstance,
  config: Pick<Config, 'http' | 'limits' | 'production'>,
  services: Services,
): Promise<void> {
  const apollo = createApollo(app.log, config);
  await apollo.start();
  // Fastify has drained its connections by then.
  app.addHook('onClose', () => apollo.stop());

  const admission = createAdmission(createOperationQueue(config.http));
  const answer: RouteHandlerMethod = async (request, reply): Promise<unknown> => {
    const signal = createHangUpSignal(request.raw, reply.raw);
    const context = async () =>
      createContext(services, {
        log: request.log,
        signal,
        takeTurn: (share, deadline) => admission.execute(request, share, deadline),
      });
    try {
      await admission.read(request, sizeOf(request, config.limits), signal);
      return await fastifyApolloHandler(apollo, { context }).call(app, request, reply);
    } finally {
      admission.end(request);
    }
  };

  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    exposeHeadRoute: false,
    onRequest: forbidCaching,
    preHandler: createQueryBound(config.http.queryCharacters),
    onSend: settleLegacyStatus,
    handler: answer,
  });
}

/** How much there is to read, as a part of the most that is allowed. A body of unknown length may be as long as any. */
function sizeOf({ method, headers, url }: FastifyRequest, { bodyBytes }: LimitsConfig): number {
  const bytes = method === 'GET' ? url.length : Number(headers['content-length'] ?? bodyBytes);
  return Math.min(1, bytes / bodyBytes);
}

/** Variables are bounded by the body alone: a list of ids may be long where no query is. */
function createQueryBound(mostCharacters: number): preHandlerHookHandler {
  return (request, _reply, done) => {
    const input = request.method === 'GET' ? request.query : request.body;
    const query = typeof input === 'object' && input !== null && 'query' in input ? input.query : undefined;
    const characters = typeof query === 'string' ? query.length : 0;
    if (characters <= mostCharacters) done();
    else {
      const message = `The query has ${characters} characters; at most ${mostCharacters} are allowed, apart from variables`;
      done(httpError(413, message));
    }
  };
}

const forbidCaching: onRequestHookHandler = (_request, reply, done) => {
  void reply.header('cache-control', 'no-store');
  done();
};
