import type { Socket } from 'node:net';
import type { onRequestHookHandler } from 'fastify';

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
