import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { httpError } from './http-errors.js';
import type { HttpConfig } from '../config/config.js';

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
      done(httpError(403, `Host "${name}" is not served here; the operator can add it to ALLOWED_HOSTS`));
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
export function createPipelineHook(mostWaiting: number): onRequestHookHandler {
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
