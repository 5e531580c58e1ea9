import {
  fastify,
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestHookHandler,
} from 'fastify';
import { randomUUID } from 'node:crypto';
import { fstatSync } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pino, type DestinationStream } from 'pino';
import { allowedMethods, answerAsGraphQL, answerClientError, causeOf, quoteHeader } from './http-errors.js';
import { keyOf } from '../callers/caller.js';
import type { Config, HttpConfig, LogConfig } from '../config/config.js';
import { httpError } from '../errors/errors.js';

/** Node looks for connections that exceeded the time-out this many times per time-out. */
const CHECKS_PER_TIMEOUT = 4;

/**
 * The HTTP server common to all routes: limits on requests and answers, one id and one log line per request, and
 * errors in the shape of GraphQL.
 */
export function createHttpServer({
  http,
  limits,
  log,
}: Pick<Config, 'http' | 'limits' | 'log'>): FastifyInstance {
  const headersTimeout = Math.min(http.headersTimeoutMs, http.receiveTimeoutMs);
  const app = fastify({
    logController: new RequestLog(),
    logger: { level: log.level, serializers: { req: createRequestSerializer(log) }, ...openLogFile() },
    bodyLimit: limits.bodyBytes,
    genReqId: toRequestId,
    trustProxy: toTrust(http.trustProxy),
    forceCloseConnections: 'idle',
    // Requests that arrive on kept-alive connections while the server closes are answered normally.
    return503OnClosing: false,
    requestTimeout: http.receiveTimeoutMs,
    http: {
      headersTimeout,
      requestTimeout: http.receiveTimeoutMs,
      connectionsCheckingInterval: Math.ceil(headersTimeout / CHECKS_PER_TIMEOUT),
      // `createHostHook` checks it, and answers in the usual shape.
      requireHostHeader: false,
    },
    clientErrorHandler: answerClientError,
    // A target may be a whole URL (RFC 9112, section 3.2.2); only its path matters.
    rewriteUrl: ({ url = '/' }) => url.replace(/^https?:\/\/[^/?#]*\/?/i, '/'),
    frameworkErrors: (error, request, reply) => {
      void answerAsGraphQL(error, request, reply.header('x-content-type-options', 'nosniff'));
    },
  });
  // Only JSON is accepted: a body that a page can send without a preflight is rejected by its media type.
  app.removeContentTypeParser('text/plain');
  app.server.maxConnections = http.connections;
  // Clients with requests take precedence over idle connections.
  app.server.on('drop', () => app.server.closeIdleConnections());
  app.setErrorHandler(answerAsGraphQL);
  // All later requests of a connection wait here, whatever they request.
  app.addHook('onRequest', createPipelineHook(http.pipelinedRequests));
  app.addHook('onRequest', refuseEncodedBody);
  boundUnreadAnswers(app, http);
  completeHeaders(app);
  return app;
}

/** Compressed bodies are not unpacked, so nobody can send a small one that becomes huge. */
const refuseEncodedBody: onRequestHookHandler = ({ headers }, reply, done) => {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') {
    done();
    return;
  }
  void reply.header('accept-encoding', 'identity');
  done(httpError(415, `Expected a body without Content-Encoding, not ${quoteHeader(encoding)}`));
};

/**
 * The proxies that are trusted to report the address of a client, starting with the peer of the server (hop 0).
 */
function toTrust(
  proxies: HttpConfig['trustProxy'],
): false | string[] | ((address: string, hop: number) => boolean) {
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies;
}

/** Adds the headers that every answer has, whichever route gave it. */
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
    // Kept-alive connections would delay the close for as long as they may idle.
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
  // Does the same for connections whose answers sent their headers earlier.
  app.addHook('onResponse', (_request, _reply, done) => {
    if (closing) setImmediate(() => app.server.closeIdleConnections());
    done();
  });
}

/**
 * Request ids accepted from clients: those of proxies and tracing tools, without characters that could disguise a
 * log line.
 */
const FOREIGN_ID = /^[\w.:/+=@-]{1,128}$/;

/** The id that the caller gave the request if it is valid, otherwise a new one. */
function toRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && FOREIGN_ID.test(given) ? given : randomUUID();
}

const STANDARD_OUTPUT = 1;

/**
 * Writes each line at once if the log goes to a file: handing it to a thread, as for a pipe, takes as much processor
 * time as a twelfth of a search. A pipe may be full, and must not stop the server.
 */
function openLogFile(): { stream?: DestinationStream } {
  if (!fstatSync(STANDARD_OUTPUT).isFile()) return {};
  return { stream: pino.destination({ fd: STANDARD_OUTPUT, sync: true }) };
}

/** What the log contains about a request; the client address and the query string only if configured. */
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
 * Writes one log line per request, when it is answered or abandoned. By default, Fastify also writes a line when a
 * request arrives, which costs twice as much, and a reader of the log would have to join the two.
 */
class RequestLog extends LogController {
  override incomingRequest(): void {
    // `requestCompleted` logs it.
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
    // Operators should see it, but rejecting requests under load is not an error.
    else if (isFailure) request.log.warn(facts, 'request rejected');
    else request.log.info(facts, 'request completed');
  }
}

/** Sets the same headers on every answer. */
export function createHeadersHook(headers: OutgoingHttpHeaders): onRequestHookHandler {
  return (_request, reply, done) => {
    void reply.headers(headers);
    done();
  };
}

const HOST = /^(?<name>[a-z0-9_](?:[a-z0-9._-]{0,253})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Orchestrators request these by address, and the answers reveal nothing. */
const OPEN_TO_ALL_NAMES: readonly string[] = ['/healthz', '/readyz'];

/**
 * Rejects requests with an invalid Host header or a name that is not `allowed`. Otherwise a page whose own name
 * points here (DNS rebinding) could read every answer, because its browser considers it the same origin.
 */
export function createHostHook(allowed: readonly string[] | undefined): onRequestHookHandler {
  return (request, _reply, done) => {
    const name = hostName(request.raw);
    if (name === undefined) {
      done(
        httpError(400, 'The request has no valid Host header; expected one such as papers.example.org:4000'),
      );
    } else if (
      allowed &&
      !allowed.includes(name) &&
      !OPEN_TO_ALL_NAMES.includes(request.routeOptions.url ?? '')
    ) {
      request.log.info({ host: name }, 'rejected a host name; if clients use it, add it to ALLOWED_HOSTS');
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

/** The host name of the request, in lower case and without a port; undefined unless there is exactly one. */
function hostName({ headers: { host = '' }, rawHeaders }: IncomingMessage): string | undefined {
  const name = HOST.exec(host)?.groups?.['name'];
  // Node keeps the first of several.
  const isOnly = rawHeaders.filter((each, at) => at % 2 === 0 && /^host$/i.test(each)).length === 1;
  if (!name || !isOnly || !URL.canParse(`http://${host}/`)) return undefined;
  return name.toLowerCase().replace(/\.$/, '');
}

/** Requests of one connection: Node passes on all that arrive, even if earlier ones are not answered yet. */
interface Line {
  isBusy: boolean;
  waiting: (() => void)[];
}

/**
 * Handles the requests of one connection one after another, because their answers must be sent in order anyway. A
 * connection therefore has one place in every queue, however much it sends. It is not read while `mostWaiting`
 * requests wait; there can only be more if they arrived in one packet.
 */
function createPipelineHook(mostWaiting: number): onRequestHookHandler {
  const lines = new WeakMap<Socket, Line>();

  function goOn(socket: Socket, line: Line): void {
    // Nobody can read the answers any more.
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

/** Clients have at least this long to read an answer before they make room for others. */
const GRACE_MS = 1_000;

interface UnreadAnswer {
  request: FastifyRequest;
  bytes: number;
  sentAt: number;
  timer: NodeJS.Timeout;
}

/**
 * Disconnects clients that do not read their answers, which are kept in memory until then: each after
 * `sendTimeoutMs`; and those with the oldest answers, but not within the first second, if all unread answers
 * together exceed `unreadBytes`. Data in the buffers of the operating system counts as read.
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
