import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { toResponseError } from './http.js';
import type { Method, Server } from './node.js';

/**
 * Writes an answer of any size to a file.
 *
 * @returns the SHA-256 of the file, in hexadecimal.
 */
export async function downloadFile(
  server: Server,
  path: string,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  const request = start(server, 'GET', path, {}, signal);
  request.end();
  const response = await answerTo(request);
  const hash = createHash('sha256');
  await pipeline(
    response,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(file),
    { signal },
  );
  return hash.digest('hex');
}

/** Sends a file as the only field of a form. Resolves when the server has processed it. */
export async function uploadFile(
  server: Server,
  path: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const boundary = randomBytes(16).toString('hex');
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="snapshot"; filename="snapshot"\r\n` +
      'content-type: application/octet-stream\r\n\r\n',
  );
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  const { size } = await stat(file);
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'content-length': String(head.length + size + end.length),
  };
  const request = start(server, 'POST', path, headers, signal);
  async function* body(): AsyncGenerator<Buffer> {
    yield head;
    for await (const chunk of createReadStream(file)) yield chunk as Buffer; // a stream without an encoding yields Buffers
    yield end;
  }
  // The request fails with the same error, and a server that rejects the file answers before it has all of it.
  pipeline(Readable.from(body()), request).catch(() => undefined);
  const response = await answerTo(request);
  response.resume();
}

function start(
  { origin, prefix, headers }: Server,
  method: Method,
  path: string,
  more: Record<string, string>,
  signal: AbortSignal,
): http.ClientRequest {
  const transport = origin.startsWith('https:') ? https : http;
  return transport.request(origin + prefix + path, {
    method,
    signal,
    headers: { ...headers, 'accept-encoding': 'identity', ...more },
  });
}

/** @throws ResponseError for an answer other than 2xx. */
async function answerTo(request: http.ClientRequest): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  const { statusCode: status = 0, headers } = response;
  if (status < 300) return response;
  throw toResponseError({ status, retryAfter: headers['retry-after'], text: await readText(response) });
}
