import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpConfig } from '../config/config.js';

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
export function boundUnreadAnswers(
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
