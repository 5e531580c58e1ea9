import {
  fastify,
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestHookHandler,
} from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { keyOf } from './context.js';
import { allowedMethods, answerAsGraphQL, answerClientError, causeOf, httpError } from './http-errors.js';
import type { Config, HttpConfig, LogConfig } from '../config/config.js';

/** How often Node looks for connections whose time for sending a request is up, for each such time-out. */
const CHECKS_PER_TIMEOUT = 4;

/**
 * The HTTP server as all routes have it, whatever they serve: requests and answers that are bounded, an id and one log
 * line for each request, errors in the usual shape.
 */
export function createHttpServer({
  http,
  limits,
  log,
}: Pick<Config, 'http' | 'limits' | 'log'>): FastifyInstance {
  const headersTimeout = Math.min(http.headersTimeoutMs, http.receiveTimeoutMs);
  const app = fastify({
    logController: new RequestLog(),
    logger: { level: log.level, serializers: { req: createRequestSerializer(log) } },
    bodyLimit: limits.bodyBytes,
    genReqId: toRequestId,
    trustProxy: toTrust(http.trustProxy),
    forceCloseConnections: 'idle',
    // Requests that arrive on kept-alive connections while the server closes are answered as others.
    return503OnClosing: false,
    requestTimeout: http.receiveTimeoutMs,
    http: {
      headersTimeout,
      requestTimeout: http.receiveTimeoutMs,
      connectionsCheckingInterval: Math.ceil(headersTimeout / CHECKS_PER_TIMEOUT),
      // `createHostHook` does, with an answer in the usual shape.
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
  app.setErrorHandler(answerAsGraphQL);
  // All requests of a connection that come after its current one wait here, whatever they ask for.
  app.addHook('onRequest', createPipelineHook(http.pipelinedRequests));
  boundUnreadAnswers(app, http);
  completeHeaders(app);
  return app;
}

/** Whose word on a client's address is taken, from the server's own peer (hop 0) on. */
function toTrust(
  proxies: HttpConfig['trustProxy'],
): false | string[] | ((address: string, hop: number) => boolean) {
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies;
}

/** Headers that every answer has, whichever route gave it. */
function completeHeaders(app: FastifyInstance): void {
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
  // The same for the connections of answers whose headers were sent before.
  app.addHook('onResponse', (_request, _reply, done) => {
    if (closing) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
}

/** Ids that others may give a request: what proxies and tracing tools send, and nothing that could disguise a line. */
const FOREIGN_ID = /^[\w.:/+=@-]{1,128}$/;

/** The id that the caller gave the request, where it is a decent one, or one of our own. */
function toRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && FOREIGN_ID.test(given) ? given : randomUUID();
}

/** What the log says of a request; the client's address and what it looks for only where that is asked for. */
function createRequestSerializer({ clients, queries }: LogConfig) {
  return (request: FastifyRequest) => ({
    method: request.method,
    url: queries ? request.url : request.url.replace(/\?.*$/s, ''),
    ...(clients && {
      host: request.host,
      remoteAddress: request.ip,
      remotePort: request.socket.remotePort ?? 0,
    }),
  });
}

/**
 * One line for each request, when it is answered or given up, with all there is to say of it. Fastify writes another
 * when the request comes in: at twice the cost, and a reader of the log has to join the two.
 */
class RequestLog extends LogController {
  override incomingRequest(): void {
    // Told by `requestCompleted`.
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const isFailure = reply.statusCode >= 500;
    const err = error ?? (isFailure ? causeOf(request) : undefined);
    const key = keyOf(request)?.name;
    const facts = {
      req: request,
      res: reply,
      responseTime: reply.elapsedTime,
      ...(key !== undefined && { key }),
      ...(err && { err }),
    };
    if (err) request.log.error(facts, 'request errored');
    // Somebody should hear of it, but it is what the server does when it has too much to do.
    else if (isFailure) request.log.warn(facts, 'request refused');
    else request.log.info(facts, 'request completed');
  }
}

const HOST = /^(?<name>[a-z0-9_](?:[a-z0-9._-]{0,253})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Orchestrators ask these of an address, and there is nothing to be learnt from the answers. */
const OPEN_TO_ALL_NAMES: readonly string[] = ['/healthz', '/readyz'];

/**
 * Refuses requests to hosts that are none, and to names that are not `allowed`: a page whose own name was made to point
 * here (DNS rebinding) could otherwise read every answer, as its browser takes it for the same origin.
 */
export function createHostHook(allowed: readonly string[] | undefined): onRequestHookHandler {
  return (request, _reply, done) => {
    const name = hostName(request.raw);
    if (name === undefined) {
      done(
        httpError(400, 'The request has no usable Host header; expected one such as papers.example.org:4000'),
      );
    } else if (
      allowed &&
      !allowed.includes(name) &&
      !OPEN_TO_ALL_NAMES.includes(request.routeOptions.url ?? '')
    ) {
      request.log.info({ host: name }, 'refused a host name; if clients use it, add it to ALLOWED_HOSTS');
      done(
        httpError(
          403,
          `This server does not answer to the name "${name}"; use the address that it is published at`,
        ),
      );
    } else {
      done();
    }
  };
}

/** The name that the request is addressed to, in small letters and without port; undefined when there is not exactly one. */
function hostName({ headersDistinct }: IncomingMessage): string | undefined {
  const [host = '', ...others] = headersDistinct['host'] ?? [];
  const name = HOST.exec(host)?.groups?.['name'];
  if (!name || others.length > 0 || !URL.canParse(`http://${host}/`)) return undefined;
  return name.toLowerCase().replace(/\.$/, '');
}

/** Requests of one connection: Node hands on all that arrive, whether or not earlier ones are answered. */
interface Line {
  isBusy: boolean;
  waiting: (() => void)[];
}

/**
 * Handles the requests of one connection one after the other, as their answers have to be sent in order anyway: so one
 * connection takes one place in every queue, however much it sends. It is not read while `mostWaiting` requests wait;
 * more can only be there when they came in one packet.
 */
function createPipelineHook(mostWaiting: number): onRequestHookHandler {
  const lines = new WeakMap<Socket, Line>();

  function goOn(socket: Socket, line: Line): void {
    // Nobody is there to read the answers.
    if (socket.destroyed) line.waiting.length = 0;
    const next = line.waiting.shift();
    line.isBusy = next !== undefined;
    if (line.waiting.length < mostWaiting && socket.isPaused()) socket.resume();
    next?.();
  }

  return (request, reply, done) => {
    const { socket } = request.raw;
    const line = lines.get(socket) ?? { isBusy: false, waiting: [] };
    lines.set(socket, line);
    reply.raw.once('close', () => goOn(socket, line));
    if (!line.isBusy) {
      line.isBusy = true;
      done();
      return;
    }
    line.waiting.push(done);
    if (line.waiting.length >= mostWaiting) socket.pause();
  };
}

/** Clients that read get this long for an answer before they make room for others. */
const GRACE_MS = 1_000;

interface UnreadAnswer {
  request: FastifyRequest;
  bytes: number;
  sentAt: number;
  timer: NodeJS.Timeout;
}

/**
 * Cuts off clients that do not read their answers, which are kept in memory until then: each after `sendTimeoutMs`, and
 * those that have had longest, a second at least, when all unread answers together exceed `unreadBytes`. What the system's own buffers
 * have taken counts as read.
 */
function boundUnreadAnswers(
  app: FastifyInstance,
  { sendTimeoutMs, unreadBytes }: Pick<HttpConfig, 'sendTimeoutMs' | 'unreadBytes'>,
): void {
  // In the order in which they were sent.
  const unread = new Map<ServerResponse, UnreadAnswer>();
  let total = 0;

  function forget(response: ServerResponse): void {
    const answer = unread.get(response);
    if (!answer) return;
    unread.delete(response);
    total -= answer.bytes;
    clearTimeout(answer.timer);
  }

  function cutOff(response: ServerResponse, reason: string): void {
    unread.get(response)?.request.log.warn(`connection closed: the client did not read its answer ${reason}`);
    forget(response);
    response.destroy();
  }

  function makeRoom(): void {
    const before = performance.now() - GRACE_MS;
    for (const [oldest, { sentAt }] of unread) {
      if (total <= unreadBytes || sentAt > before) return;
      cutOff(oldest, 'while others needed the memory');
    }
  }

  app.addHook('onSend', (request, reply, payload, done) => {
    const response = reply.raw;
    const bytes = sizeOf(payload);
    const timer = setTimeout(() => cutOff(response, `within ${sendTimeoutMs} ms`), sendTimeoutMs).unref();
    unread.set(response, { request, bytes, sentAt: performance.now(), timer });
    total += bytes;
    response.once('close', () => forget(response));
    makeRoom();
    done(null, payload);
  });
}

function sizeOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return Buffer.isBuffer(payload) ? payload.length : 0;
}
