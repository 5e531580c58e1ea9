import type { Gunzip, InflateRaw } from 'node:zlib';
import { createGunzip, createInflateRaw } from 'node:zlib';

import { toError } from '../../errors/errors.js';
import { systemCodeOf } from '../../system-error.js';

const CHUNK_BYTES = 256 * 1024;

/** Compressed data that ends too early or is damaged. Everything before the damage has been returned. */
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
 * A stream that is destroyed by an error drops what it holds. It therefore holds at most one chunk, which is taken
 * before the next one begins.
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
    for await (const chunk of stream) yield chunk as Buffer; // a stream without an encoding yields buffers
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

/**
 * The end is reported only after everything before it has been taken, so damage at the end costs nothing that was
 * intact.
 */
async function feed(compressed: AsyncIterable<Buffer>, stream: Gunzip | InflateRaw): Promise<void> {
  for await (const chunk of compressed) {
    await new Promise<void>((resolve, reject) => {
      // An abandoned stream calls nobody back.
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
