/**
 * Numbers in half precision (IEEE 754 binary16), little-endian, as in safetensors. Node has no `Float16Array` before
 * version 24, and the library that replaces it takes a microsecond per number: 20 minutes for 3 million embeddings.
 * With tables and whole arrays, this takes half a minute.
 */

export const NUMBER_BYTES = 2;

const VALUES = new Float32Array(2 ** 16).map((_, bits) => toValue(bits));

function toValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Converts bytes to numbers. */
export function fromHalfPrecision(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(bytes.length / NUMBER_BYTES);
  for (let at = 0; at < numbers.length; at++) {
    numbers[at] = VALUES[view.getUint16(at * NUMBER_BYTES, true)] ?? NaN;
  }
  return numbers;
}

/** Bits, in single precision, of the smallest number that has full precision in half precision: 2^-14. */
const LEAST_NORMAL = 0x38800000;
/** For smaller numbers, adding 1/2 in single precision rounds to the digits that half precision has. */
const ROUNDING = 0.5;
const ROUNDING_BITS = 0x3f000000;
/** Bits of the smallest number that is rounded to infinity: 65,520. */
const LEAST_INFINITE = 0x477ff000;

/** The nearest numbers in half precision; if two are equally near, the even one. */
export function toHalfPrecision(numbers: Float32Array): Uint8Array {
  const scratch = new Float32Array(1);
  const scratchBits = new Uint32Array(scratch.buffer);
  const view = new DataView(new ArrayBuffer(numbers.length * NUMBER_BYTES));
  for (let at = 0; at < numbers.length; at++) {
    scratch[0] = numbers[at] ?? 0;
    const bits = scratchBits[0] ?? 0;
    const sign = (bits >>> 16) & 0x8000;
    const size = bits & 0x7fffffff;
    let half: number;
    if (size >= LEAST_INFINITE) {
      half = size > 0x7f800000 ? 0x7e00 : 0x7c00;
    } else if (size >= LEAST_NORMAL) {
      half = (size - 0x38000000 + 0xfff + ((size >> 13) & 1)) >> 13;
    } else {
      scratch[0] = Math.abs(scratch[0]) + ROUNDING;
      half = (scratchBits[0] ?? 0) - ROUNDING_BITS;
    }
    view.setUint16(at * NUMBER_BYTES, sign | half, true);
  }
  return new Uint8Array(view.buffer);
}
