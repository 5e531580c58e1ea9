/**
 * 32-bit MurmurHash3 of the text in UTF-8, with seed 0 (https://github.com/aappleby/smhasher, `MurmurHash3_x86_32`).
 *
 * @returns a signed 32-bit integer.
 */
export function murmur3(text: string): number {
  const bytes = encoder.encode(text);
  const { length } = bytes;
  const whole = length - (length % 4);
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    const block = byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16);
    hash ^= scramble(block | (byteAt(bytes, at + 3) << 24));
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = length - 1; at >= whole; at--) tail = (tail << 8) | byteAt(bytes, at);
  return finish(hash ^ scramble(tail) ^ length);
}

const encoder = new TextEncoder();

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}

/** Makes every input bit affect half of the output bits. */
function finish(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
