import { METHODS } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { retryAfter } from './admission.js';
import { PublicError } from '../errors/errors.js';
import { toExtensions } from '../errors/format-error.js';

const BAD_REQUEST = { code: 'BAD_REQUEST', isRetryable: false };

/** Longer headers are cut in messages. */
const MAX_QUOTED_CHARACTERS = 100;

/** A header in a message. */
export function quoteHeader(value: string): string {
  return `"${value.slice(0, MAX_QUOTED_CHARACTERS)}"`;
}

const causes = new WeakMap<FastifyRequest, Error>();

/** The cause of a 5xx answer, for the log line of the request. */
export function causeOf(request: FastifyRequest): Error | undefined {
  return causes.get(request);
}

/** Status codes of errors that occur before execution, by their code. */
const REFUSALS = { UNAUTHENTICATED: 401, FORBIDDEN: 403, RATE_LIMITED: 429, OVERLOADED: 503 } as const;

function isRefusal(error: PublicError): error is PublicError & { code: keyof typeof REFUSALS } {
  return error.code in REFUSALS;
}

/**
 * Errors outside GraphQL, in the shape of GraphQL answers. Errors that clients can do nothing about are masked.
 */
export function answerAsGraphQL(
  error: FastifyError | PublicError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof PublicError && isRefusal(error)) {
    void reply.code(REFUSALS[error.code]);
    if (error.isRetryable) void reply.header('retry-after', retryAfter(error));
    return send(request, reply, error.message, toExtensions(error));
  }
  if ('code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const type = request.headers['content-type'];
    const found = type === undefined ? 'none' : quoteHeader(type);
    return send(
      request,
      reply.code(415),
      `Expected the Content-Type application/json, found ${found}`,
      BAD_REQUEST,
    );
  }
  const status = ('statusCode' in error && error.statusCode) || 500;
  const isTheirs = status < 500;
  if (!isTheirs) causes.set(request, error);
  return send(
    request,
    reply.code(status),
    isTheirs ? error.message : 'Internal server error',
    isTheirs ? BAD_REQUEST : { code: 'INTERNAL_SERVER_ERROR', isRetryable: false },
  );
}

/** Answers requests that match no route: 405 with the allowed methods if the path exists. */
export function answerUnrouted(app: FastifyInstance) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = ''] = request.url.split('?');
    const allowed = allowedMethods(app, path);
    if (allowed.length === 0)
      return send(request, reply.code(404), `Not found: there is nothing at this address`, BAD_REQUEST);
    void reply.code(405).header('allow', allowed.join(', '));
    return send(
      request,
      reply,
      `${request.method} is not supported here; expected ${allowed.join(', ')}`,
      BAD_REQUEST,
    );
  };
}

/** Methods that a path supports. `OPTIONS` is always included, because browsers use it. */
export function allowedMethods(app: FastifyInstance, path: string): string[] {
  const routes = [path, path.replace(/^(\/[^/]+\/).+$/s, '$1*')];
  const served = METHODS.filter(
    (method) => method !== 'OPTIONS' && routes.some((url) => app.hasRoute({ method, url })),
  );
  return served.length > 0 ? [...served, 'OPTIONS'] : [];
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  message: string,
  extensions: object,
): FastifyReply {
  const accepted = request.headers.accept ?? '';
  const type = accepted.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  return reply.type(`${type}; charset=utf-8`).send(toBody(message, extensions));
}

function toBody(message: string, extensions: object): string {
  return JSON.stringify({ errors: [{ message, extensions }] });
}

/** Messages for what Node's parser cannot read as a request, and for requests that arrive too slowly. */
const CLIENT_ERRORS: Readonly<Record<string, [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers of the request are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [
    '413 Payload Too Large',
    'The chunk extensions of the request are too large',
  ],
};

/** Answers bytes that are not a valid request, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // Data still to be written belongs to the answer of another request.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.writableLength > 0) {
    socket.destroy();
    return;
  }
  const [status, message] = CLIENT_ERRORS[error.code ?? ''] ?? [
    '400 Bad Request',
    'This is not an HTTP request',
  ];
  const body = toBody(message, BAD_REQUEST);
  const head = [
    `HTTP/1.1 ${status}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
