/** The decompressed content of a source, from some position on. */
export interface Content {
  chunks: AsyncIterable<Buffer>;
  /** Bytes of the file on disk read so far. */
  bytesRead: () => number;
}

/** The stream, and the number of bytes taken from it. */
export function counted(
  stream: AsyncIterable<Buffer>,
  before: number,
): [AsyncGenerator<Buffer>, () => number] {
  let bytes = before;
  async function* count(): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  return [count(), () => bytes];
}

/** The stream without its first bytes. */
export async function* skip(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
