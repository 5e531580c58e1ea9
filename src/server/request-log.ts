import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';
import type { LogConfig } from '../config/config.js';

/** Ids that others may give a request: what proxies and tracing tools send, and nothing that could disguise a line. */
const FOREIGN_ID = /^[\w.:/+=@-]{1,128}$/;

/** The id that the caller gave the request, where it is a decent one, or one of our own. */
export function toRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && FOREIGN_ID.test(given) ? given : randomUUID();
}

/** What the log says of a request; the client's address and what it looks for only where that is asked for. */
export function createRequestSerializer({ clients, queries }: LogConfig) {
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

const causes = new WeakMap<FastifyRequest, Error>();

/** Gives the request's line the reason of a 5xx. */
export function noteCause(request: FastifyRequest, cause: Error): void {
  causes.set(request, cause);
}

/**
 * One line for each request, when it is answered or given up, with all there is to say of it. Fastify writes another
 * when the request comes in: at twice the cost, and whoever reads the log has to join the two.
 */
export class RequestLog extends LogController {
  override incomingRequest(): void {
    // Told by `requestCompleted`.
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const err = error ?? causes.get(request);
    const facts = { req: request, res: reply, responseTime: reply.elapsedTime, ...(err && { err }) };
    if (err) request.log.error(facts, 'request errored');
    // Somebody should hear of it, but it is what the server does when it has too much to do.
    else if (reply.statusCode >= 500) request.log.warn(facts, 'request refused');
    else request.log.info(facts, 'request completed');
  }
}
