import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { damaged, HASH_BYTES, hashText, readContents, type Contents } from './format.js';
import { fromHalfPrecision, NUMBER_BYTES } from './half-precision.js';
import { StartupError, toError } from '../errors/errors.js';

/** Number of bytes per read when a whole file is read. */
const CHUNK_BYTES = 1024 * 1024;

/** An open file of embeddings whose header has been read. */
export interface EmbeddingsFile {
  path: string;
  contents: Contents;
  /**
   * Reads the whole file and verifies it.
   *
   * @param onChunk gets the file in chunks, including the header.
   * @throws StartupError if the content was changed; the signal's reason when it is aborted.
   */
  verify(signal: AbortSignal, onChunk?: (chunk: Buffer) => Promise<void>): Promise<void>;
  /** The embeddings of those texts that are in the file, by text. */
  find(texts: readonly string[]): Promise<Map<string, Float32Array>>;
  close(): Promise<void>;
}

/** @throws StartupError for a file that cannot be read, does not contain embeddings, or is incomplete. */
export async function openEmbeddingsFile(path: string): Promise<EmbeddingsFile> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new StartupError(`${path} cannot be read: ${toError(cause).message}`);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new StartupError(`${path} is not a file`);
    const contents = await readContents(path, found.size, (at, length) => readAt(handle, at, length));
    let rows: Promise<RowIndex> | null = null;
    return {
      path,
      contents,
      verify: (signal, onChunk) => verify(path, handle, contents, { signal, onChunk }),
      find: async (texts) =>
        findVectors(handle, contents, await (rows ??= indexRows(handle, contents)), texts),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function verify(
  path: string,
  handle: FileHandle,
  { identityText, sha256, vectorsAt, bytes }: Contents,
  { signal, onChunk }: { signal: AbortSignal; onChunk: ((chunk: Buffer) => Promise<void>) | undefined },
): Promise<void> {
  const checksum = createHash('sha256').update(identityText);
  await onChunk?.(await readAt(handle, 0, vectorsAt));
  for (let at = vectorsAt; at < bytes; at += CHUNK_BYTES) {
    signal.throwIfAborted();
    const chunk = await readAt(handle, at, Math.min(CHUNK_BYTES, bytes - at));
    checksum.update(chunk);
    await onChunk?.(chunk);
  }
  if (checksum.digest('hex') !== sha256) throw damaged(path, 'its content does not match its checksum');
}

/**
 * Rows by the hash of their text: an open-addressing table in which a third of the slots are free. A slot contains
 * four bytes of the hash, and the row. This takes 12 bytes of memory per embedding; the whole hash is compared on
 * disk.
 */
interface RowIndex {
  marks: Uint32Array;
  /** The row plus one; 0 for a free slot. */
  rows: Uint32Array;
}

const PLACES_PER_ROW = 1.5;
/**
 * Slots tried for one row. Hashes of different texts need some 300 at most, with billions of rows. Without a limit, rows
 * whose hashes begin equally would take time quadratic in their number. Those without a slot are not found.
 */
const MOST_STEPS = 500;

async function indexRows(handle: FileHandle, { count, hashesAt }: Contents): Promise<RowIndex> {
  const places = Math.ceil(count * PLACES_PER_ROW) + 1;
  const index: RowIndex = { marks: new Uint32Array(places), rows: new Uint32Array(places) };
  const rowsPerChunk = CHUNK_BYTES / HASH_BYTES;
  for (let from = 0; from < count; from += rowsPerChunk) {
    const rows = Math.min(rowsPerChunk, count - from);
    const chunk = await readAt(handle, hashesAt + from * HASH_BYTES, rows * HASH_BYTES);
    for (let row = 0; row < rows; row++) {
      const { place, mark } = toPlace(chunk.subarray(row * HASH_BYTES), places);
      let at = place;
      let steps = 0;
      while (index.rows[at] !== 0 && ++steps < MOST_STEPS) at = (at + 1) % places;
      if (steps === MOST_STEPS) continue;
      index.marks[at] = mark;
      index.rows[at] = from + row + 1;
    }
  }
  return index;
}

function toPlace(textHash: Buffer, places: number): { place: number; mark: number } {
  return {
    place: Math.floor((textHash.readUInt32LE(0) / 2 ** 32) * places),
    mark: textHash.readUInt32LE(4),
  };
}

async function findVectors(
  handle: FileHandle,
  contents: Contents,
  index: RowIndex,
  texts: readonly string[],
): Promise<Map<string, Float32Array>> {
  const found = new Map<string, Float32Array>();
  await Promise.all(
    texts.map(async (text) => {
      const row = await findRow(handle, contents, index, hashText(text));
      const vector = row === null ? null : await readVector(handle, contents, row);
      if (vector) found.set(text, vector);
    }),
  );
  return found;
}

/** The first row with this hash. */
async function findRow(
  handle: FileHandle,
  { hashesAt }: Contents,
  { marks, rows }: RowIndex,
  textHash: Buffer,
): Promise<number | null> {
  const { place, mark } = toPlace(textHash, rows.length);
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const at = (place + steps) % rows.length;
    const row = (rows[at] ?? 0) - 1;
    if (row < 0) return null;
    if (marks[at] !== mark) continue;
    const kept = await readAt(handle, hashesAt + row * HASH_BYTES, HASH_BYTES);
    if (kept.equals(textHash)) return row;
  }
  return null;
}

/** Null if the vector is invalid: it is all zeros, or has numbers that are not finite. */
async function readVector(
  handle: FileHandle,
  { identity: { dimension }, vectorsAt }: Contents,
  row: number,
): Promise<Float32Array | null> {
  const length = dimension * NUMBER_BYTES;
  const vector = fromHalfPrecision(await readAt(handle, vectorsAt + row * length, length));
  return vector.every(Number.isFinite) && vector.some((number) => number !== 0) ? vector : null;
}

/** Reads fewer bytes than requested only at the end of the file. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
