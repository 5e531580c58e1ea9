import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { counted, skip, type Content } from './content.js';
import type { InputSource } from './find-sources.js';
import { gunzip } from './inflate.js';
import { unzip } from './unzip.js';
import { StartupError } from '../../errors/errors.js';

const STANDARD_INPUT = 0;
const READ_BYTES = 256 * 1024;

type Packing = 'plain' | 'gzip' | 'zip';

/**
 * Opens the source at a position in its content. Its first bytes, not its name, determine the compression.
 */
export async function openContent(source: InputSource, offset: number): Promise<Content> {
  return source.path === null ? openStandardInput(offset) : openFile(source.path, source.name, offset);
}

async function openFile(file: string, name: string, offset: number): Promise<Content> {
  const packing = packingOf(await readStart(file));
  if (packing === 'zip') return unzip(file, name, offset);
  const isPlain = packing === 'plain';
  const start = isPlain ? offset : 0;
  const [bytes, bytesRead] = counted(createReadStream(file, { start, highWaterMark: READ_BYTES }), start);
  return { chunks: isPlain ? bytes : skip(gunzip(bytes), offset), bytesRead };
}

/** By its file descriptor: in a worker thread, `process.stdin` is not the process's own. */
function openStandardInput(offset: number): Content {
  const input = createReadStream('', { fd: STANDARD_INPUT, autoClose: false, highWaterMark: READ_BYTES });
  const [bytes, bytesRead] = counted(input, 0);
  return { chunks: skip(unpackStream(bytes), offset), bytesRead };
}

async function* unpackStream(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let start = Buffer.alloc(0);
  while (start.length < 4) {
    const next = await iterator.next();
    if (next.done) break;
    held.push(next.value);
    start = Buffer.concat([start, next.value.subarray(0, 4)]);
  }
  const all = chain(held, { [Symbol.asyncIterator]: () => iterator });
  switch (packingOf(start)) {
    case 'plain':
      yield* all;
      return;
    case 'gzip':
      yield* gunzip(all);
      return;
    case 'zip':
      throw new StartupError('-: a zip file cannot be read from standard input; pass its name instead');
  }
}

async function* chain(held: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* held;
  yield* rest;
}

function packingOf(start: Buffer): Packing {
  const is = (...bytes: number[]) => bytes.every((byte, at) => start[at] === byte);
  if (is(0x1f, 0x8b)) return 'gzip';
  // The signature of a member, or of a file without members.
  return is(0x50, 0x4b, 0x03, 0x04) || is(0x50, 0x4b, 0x05, 0x06) ? 'zip' : 'plain';
}

async function readStart(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
