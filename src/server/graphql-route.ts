import { ApolloServerErrorCode } from '@apollo/server/errors';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type {
  FastifyInstance,
  FastifyRequest,
  onRequestHookHandler,
  onSendHookHandler,
  preHandlerHookHandler,
  RouteHandlerMethod,
} from 'fastify';
import type { DocumentStore } from './apollo.js';
import type { PageFolders } from './built-page.js';
import { registerGraphiql } from './explorer.js';
import type { Operations } from './operations.js';
import { accountOf, clientOf, createContext, createHangUpController } from '../callers/caller.js';
import type { Config, LimitsConfig } from '../config/config.js';
import { httpError, type PublicCode } from '../errors/errors.js';
import type { Services } from '../loaders/sources.js';

/** GraphQL over HTTP at `/graphql`. Requests wait for their turns and are answered by Apollo. */
export async function registerGraphQL(
  app: FastifyInstance,
  config: Pick<Config, 'explorer' | 'http' | 'limits'>,
  services: Services,
  { apollo, documents, admission, trace }: Operations,
  { explorer }: Pick<PageFolders, 'explorer'>,
  admitCaller: onRequestHookHandler,
): Promise<void> {
  const answer: RouteHandlerMethod = async (request, reply): Promise<unknown> => {
    const controller = createHangUpController(request.raw, reply.raw);
    const turn = { client: clientOf(request) };
    const context = async () =>
      createContext(services, {
        log: request.log,
        controller,
        account: accountOf(request),
        takeTurn: (share, deadline) => admission.execute(turn, share, deadline),
      });
    const execute = async () => fastifyApolloHandler(apollo, { context }).call(app, request, reply);
    try {
      if (!isRead(request, documents))
        await admission.read(turn, sizeOf(request, config.limits), controller.signal);
      const body: unknown = await (trace ? trace(execute) : execute());
      // Its length is asked for several times, and counting the bytes of a text takes almost as long as writing them.
      return typeof body === 'string' ? Buffer.from(body) : body;
    } finally {
      admission.end(turn);
    }
  };

  const showExplorer = config.explorer === 'graphiql' ? await registerGraphiql(app, explorer) : [];
  const route = {
    url: '/graphql',
    exposeHeadRoute: false,
    preHandler: createQueryBound(config.http.queryCharacters),
    onSend: settleLegacyStatus,
    handler: answer,
  };
  // Only a GET can be a browser's. The explorer needs no key: its users enter one there.
  app.route({ ...route, method: 'GET', onRequest: [forbidCaching, ...showExplorer, admitCaller] });
  app.route({ ...route, method: 'POST', onRequest: [forbidCaching, admitCaller] });
}

/** A request with a known document and few variables is read in less time than a turn takes. */
const QUICK_BYTES = 10_000;

/** Whether there is little to read: the document is already parsed and validated, and the variables are small. */
function isRead(request: FastifyRequest, documents: DocumentStore): boolean {
  const query = queryOf(request);
  return query !== undefined && bytesOf(request) <= QUICK_BYTES && documents.hasText(query);
}

/** The amount of text to read, as a share of the limit. */
function sizeOf(request: FastifyRequest, { bodyBytes }: LimitsConfig): number {
  return Math.min(1, bytesOf(request) / bodyBytes);
}

/** Infinite if the length of the body is unknown. */
function bytesOf({ method, headers, url }: FastifyRequest): number {
  return method === 'GET' ? url.length : Number(headers['content-length'] ?? Infinity);
}

function queryOf({ method, query, body }: FastifyRequest): string | undefined {
  const input = method === 'GET' ? query : body;
  const text = typeof input === 'object' && input !== null && 'query' in input ? input.query : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Variables are limited only by the body: a list of ids may be longer than any query. */
function createQueryBound(mostCharacters: number): preHandlerHookHandler {
  return (request, _reply, done) => {
    const characters = queryOf(request)?.length ?? 0;
    if (characters <= mostCharacters) done();
    else {
      const message = `The query has ${characters} characters; at most ${mostCharacters} are allowed, excluding variables`;
      done(httpError(413, message));
    }
  };
}

const forbidCaching: onRequestHookHandler = (_request, reply, done) => {
  void reply.header('cache-control', 'no-store');
  done();
};

/** Errors that make a well-formed request fail before it is executed. */
const REFUSALS: readonly string[] = [
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  'OPERATION_TOO_EXPENSIVE' satisfies PublicCode,
];

/**
 * The status of rejected documents in the legacy media type. With `application/json` a client cannot distinguish a
 * GraphQL answer from an error page of an intermediary, so GraphQL over HTTP recommends 200 there. Apollo answers
 * 400 in both types.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
const settleLegacyStatus: onSendHookHandler = (_request, reply, payload, done) => {
  const type = String(reply.getHeader('content-type'));
  if (reply.statusCode === 400 && type.startsWith('application/json') && isRefusal(payload))
    void reply.code(200);
  done(null, payload);
};

/** Whether the answer written by Apollo reports such an error. */
function isRefusal(payload: unknown): boolean {
  return Buffer.isBuffer(payload) && REFUSALS.some((code) => payload.includes(`"code":"${code}"`));
}
