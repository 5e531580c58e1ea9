import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { HASH_BYTES, hashText, type Identity, toHeader } from './format.js';
import { NUMBER_BYTES, toHalfPrecision } from './half-precision.js';

/** An embedding and its text. */
export interface EmbeddedText {
  text: string;
  vector: Float32Array;
}

/**
 * Writes a file of embeddings, with only one batch in memory. The file gets its name once it is complete. If it
 * fails, only drafts may be left next to it, which the next call overwrites.
 *
 * @returns the number of embeddings, the size and the checksum; null, without a file, if there was nothing to write.
 */
export async function writeEmbeddings(
  file: string,
  identity: Identity,
  batches: AsyncIterable<readonly EmbeddedText[]>,
): Promise<{ count: number; bytes: number; sha256: string } | null> {
  const draft = `${file}.unfinished`;
  const hashes = `${file}.hashes.unfinished`;
  const { dimension } = identity;
  const identityText = JSON.stringify(identity);
  const checksum = createHash('sha256').update(identityText);
  let count = 0;
  try {
    const [target, hashTarget] = await Promise.all([open(draft, 'w'), open(hashes, 'w')]);
    try {
      const room = toHeader({ identityText, dimension, count, sha256: checksum.copy().digest('hex') });
      let bytes = room.length;
      await target.write(room);
      const append = async (numbers: Uint8Array) => {
        checksum.update(numbers);
        await target.appendFile(numbers);
        bytes += numbers.length;
      };
      for await (const batch of batches) {
        await append(toNumbers(batch, dimension));
        await hashTarget.appendFile(Buffer.concat(batch.map(({ text }) => hashText(text))));
        count += batch.length;
      }
      // In a separate file until now, because the end of the vectors was not known before.
      for await (const chunk of createReadStream(hashes)) await append(chunk as Buffer); // a stream without encoding
      const sha256 = checksum.digest('hex');
      const header = toHeader({ identityText, dimension, count, sha256 });
      await target.write(header, 0, header.length, 0);
      await target.sync();
      if (count === 0) return null;
      await rename(draft, file);
      return { count, bytes, sha256 };
    } finally {
      await Promise.all([target.close(), hashTarget.close()]);
    }
  } finally {
    await Promise.all([rm(draft, { force: true }), rm(hashes, { force: true })]);
  }
}

/** Size in bytes of a file with this many embeddings, without its header. */
export function estimateBytes(count: number, { dimension }: Identity): number {
  return count * (dimension * NUMBER_BYTES + HASH_BYTES);
}

/** Scaled to length 1, so that every number fits into half precision. */
function toNumbers(batch: readonly EmbeddedText[], dimension: number): Uint8Array {
  const numbers = new Float32Array(batch.length * dimension);
  batch.forEach(({ vector }, row) => {
    const length = Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0));
    numbers.set(
      vector.map((number) => number / length),
      row * dimension,
    );
  });
  return toHalfPrecision(numbers);
}
