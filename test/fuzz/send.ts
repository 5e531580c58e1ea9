import { Agent, request as requestHttp } from 'node:http';
import type { HostileRequest } from './hostile-requests.js';

export interface HttpAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

/** No operation may take this long: the server gives requests 15 s. */
const PATIENCE_MS = 30_000;
/** How often a request is sent if its answer is lost with the connection. */
const MOST_TRIES = 10;

/**
 * The server may close a keep-alive connection at the moment when a request is sent on it, or while a body that is too large
 * still arrives. The answer is then sometimes lost.
 */
class ClosedMeanwhile extends Error {}

export type Send = (request: HostileRequest) => Promise<HttpAnswer>;

/** Sends requests to the server on keep-alive connections. Rejects if there is no complete answer. */
export function createSender(url: string, connections: number): { send: Send; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  const sendOnce: Send = ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      let isAnswered = false;
      const isLarge = Buffer.byteLength(body ?? '') > 300_000;
      const outgoing = requestHttp(
        { agent, hostname, port, method, path, headers: { ...headers, ...length } },
        (incoming) => {
          isAnswered = true;
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      outgoing.setTimeout(PATIENCE_MS, () => {
        outgoing.destroy(new Error(`no answer within ${PATIENCE_MS} ms`));
      });
      outgoing.on('error', (error) => {
        reject(
          (outgoing.reusedSocket || isLarge) && !isAnswered ? new ClosedMeanwhile(error.message) : error,
        );
      });
      outgoing.end(body);
    });
  const send = async (request: HostileRequest, triesLeft = MOST_TRIES): Promise<HttpAnswer> => {
    try {
      return await sendOnce(request);
    } catch (error) {
      if (!(error instanceof ClosedMeanwhile) || triesLeft === 1) throw error;
      return send(request, triesLeft - 1);
    }
  };
  return { send: (request) => send(request), close: () => agent.destroy() };
}
