import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ClientGoneError } from '../errors/errors.js';

/** What to call when a connection closes. A socket with a listener for each pipelined request would warn of a leak. */
const watched = new WeakMap<Socket, Set<() => void>>();

/**
 * A signal that is aborted with a `ClientGoneError` when the connection closes before the response is finished. The
 * socket is watched, not the response: of pipelined requests, only the first has a response that hears of it.
 */
export function createHangUpSignal(request: IncomingMessage, response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const hangUp = () => controller.abort(new ClientGoneError());
  const { socket } = request;
  if (socket.destroyed) hangUp();
  const listeners = watched.get(socket) ?? watch(socket);
  listeners.add(hangUp);
  response.once('finish', () => listeners.delete(hangUp));
  return controller.signal;
}

function watch(socket: Socket): Set<() => void> {
  const listeners = new Set<() => void>();
  watched.set(socket, listeners);
  socket.once('close', () => {
    for (const listener of listeners) listener();
    listeners.clear();
  });
  return listeners;
}
