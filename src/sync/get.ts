import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** The head of an answer, and its content as it arrives, decompressed. */
export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: AsyncIterable<Buffer>;
}

export interface GetOptions {
  userAgent: string;
  /** Maximum time without a byte. */
  idleMs: number;
  /** Maximum time for the whole answer, so that a server cannot delay it by sending a byte now and then. */
  totalMs: number;
  signal: AbortSignal;
}

/**
 * Requests one address over a separate connection, which is closed at the end, and follows no redirects.
 *
 * @param read reads the answer. When `get` returns, the connection is closed in any case.
 */
export async function get<Result>(
  url: URL,
  { userAgent, idleMs, totalMs, signal }: GetOptions,
  read: (answer: HttpAnswer) => Promise<Result>,
): Promise<Result> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = { 'user-agent': userAgent, accept: 'text/xml, application/xml', 'accept-encoding': 'gzip' };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(totalMs)]);
  const request = send(url, { agent: false, headers, signal: limit });
  const closed = new Promise<void>((resolve) => request.once('close', resolve));
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
      request.setTimeout(idleMs, () =>
        request.destroy(new Error(`no data arrived for ${Math.round(idleMs / 1_000)} s`)),
      );
      request.end();
    });
    return await read({
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: unpack(response),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) {
      throw new Error(`it took longer than ${Math.round(totalMs / 1_000)} s`, { cause: error });
    }
    throw error;
  } finally {
    request.on('error', () => undefined);
    request.destroy();
    await closed;
  }
}

/**
 * Requests ask for gzip, but caches on the way do not always comply. The names are those of RFC 9110, section 8.4.1.
 */
const UNPACKERS = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

async function* unpack(response: IncomingMessage): AsyncGenerator<Buffer> {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === '' || encoding === 'identity') {
    for await (const chunk of response) yield chunk as Buffer; // a stream without an encoding yields buffers
    return;
  }
  const createUnpacker = UNPACKERS.get(encoding);
  if (!createUnpacker) throw new Error(`expected gzip, found the encoding ${JSON.stringify(encoding)}`);
  const unpacker = createUnpacker();
  response.once('error', (error) => unpacker.destroy(error));
  response.pipe(unpacker);
  for await (const chunk of unpacker) yield chunk as Buffer; // as above
}
