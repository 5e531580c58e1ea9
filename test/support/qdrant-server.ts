import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer as readBody } from 'node:stream/consumers';

export interface QdrantRequest {
  method: string;
  /** Includes the query string. */
  path: string;
  /** Parsed JSON, or the bytes of another format; null if empty. */
  body: unknown;
  headers: IncomingHttpHeaders;
}

export interface QdrantAnswer {
  status: number;
  /** Sent as JSON; strings and buffers are sent unchanged. */
  body: unknown;
  headers?: Record<string, string>;
}

/** An answer, a cut connection, or none at all. */
export type Reaction = QdrantAnswer | 'reset' | 'silence';
export type React = (request: QdrantRequest) => Reaction | Promise<Reaction>;

export type QdrantServer = Awaited<ReturnType<typeof startQdrantServer>>;

/**
 * An HTTP server on a free port that reacts as `react` decides. `requests` contains all requests in order; `abandoned` contains
 * those whose connection was closed before they were answered.
 */
export async function startQdrantServer(react: React) {
  const requests: QdrantRequest[] = [];
  const abandoned: QdrantRequest[] = [];
  const server = createServer((incoming, response) => {
    void readBody(incoming).then(async (bytes) => {
      const request: QdrantRequest = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        body: parseBody(bytes, incoming.headers['content-type']),
        headers: incoming.headers,
      };
      requests.push(request);
      response.on('close', () => {
        if (!response.writableFinished) abandoned.push(request);
      });
      answer(response, await react(request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // an address: the server listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    abandoned,
    /** Rejects new connections, and cuts open ones. */
    goAway: () => stop(server),
    /** Listens on the same port again. */
    comeBack: () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve)),
    close: () => stop(server),
  };
}

function parseBody(bytes: Buffer, type: string | undefined): unknown {
  if (bytes.length === 0) return null;
  return type?.startsWith('multipart/') ? bytes : JSON.parse(bytes.toString());
}

async function stop(server: Server): Promise<void> {
  const stopped = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await stopped;
}

/** A success in Qdrant's format. */
export function ok(result: unknown): QdrantAnswer {
  return { status: 200, body: { result, status: 'ok', time: 0 } };
}

/** An error in Qdrant's format. */
export function refusal(status: number, error: string, headers: Record<string, string> = {}): QdrantAnswer {
  return { status, body: { status: { error }, time: 0 }, headers };
}

function answer(response: ServerResponse, reaction: Reaction): void {
  if (reaction === 'silence') return;
  if (reaction === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(reaction.status, { 'content-type': 'application/json', ...reaction.headers });
  const { body } = reaction;
  response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}
