import type { Gunzip, InflateRaw } from 'node:zlib';
import { createGunzip, createInflateRaw } from 'node:zlib';

import { toError } from '../../errors/errors.js';
import { systemCodeOf } from '../../system-error.js';

const CHUNK_BYTES = 256 * 1024;

/** Compressed data that ends too soon or is damaged. What was sound came before. */
export class CorruptInputError extends Error {
  override readonly name = 'CorruptInputError';
}

/** The content of concatenated gzip files. */
export function gunzip(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return inflate(compressed, createGunzip(OPTIONS));
}

/** The content of a deflated member of a zip file. */
export function inflateRaw(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return inflate(compressed, createInflateRaw(OPTIONS));
}

/**
 * A stream that is destroyed by an error drops what it holds, so it holds one chunk at most, and that one is taken before
 * the next is begun.
 */
const OPTIONS = { chunkSize: CHUNK_BYTES, readableHighWaterMark: 1 };

async function* inflate(
  compressed: AsyncIterable<Buffer>,
  stream: Gunzip | InflateRaw,
): AsyncGenerator<Buffer> {
  let readError: unknown;
  const feeding = feed(compressed, stream).catch((error: unknown) => {
    if (!stream.destroyed) {
      readError = error;
      stream.destroy();
    }
  });
  try {
    for await (const chunk of stream) yield chunk as Buffer; // a stream of bytes without encoding gives buffers
  } catch (error) {
    throw isZlibError(error)
      ? new CorruptInputError(`the compressed data is damaged or truncated (${error.message})`)
      : error;
  } finally {
    stream.destroy();
    await feeding;
  }
  if (readError !== undefined) throw toError(readError);
}

/** The end is told only when everything before it has come out: what is cut off then costs nothing that was whole. */
async function feed(compressed: AsyncIterable<Buffer>, stream: Gunzip | InflateRaw): Promise<void> {
  for await (const chunk of compressed) {
    await new Promise<void>((resolve, reject) => {
      // A stream that is left in the middle calls nobody back.
      stream.once('close', resolve);
      stream.write(chunk, (error) => {
        stream.removeListener('close', resolve);
        if (error) reject(error);
        else resolve();
      });
    });
    if (stream.destroyed) return;
  }
  stream.end();
}

function isZlibError(error: unknown): error is Error {
  return systemCodeOf(error)?.startsWith('Z_') === true;
}
