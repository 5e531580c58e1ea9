import { expect, test } from '@jest/globals';
import { fromHalfPrecision, toHalfPrecision } from '../../../src/transfer/half-precision.js';

const bitsOf = (...numbers: number[]) => [
  ...new Uint16Array(toHalfPrecision(Float32Array.from(numbers)).buffer),
];

test('every half-precision number is read and written unchanged', () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
  const numbers = fromHalfPrecision(new Uint8Array(all.buffer));
  const isNumber = (bits: number) => !Number.isNaN(numbers[bits]);
  expect(bitsOf(...numbers).filter(isNumber)).toEqual([...all].filter(isNumber));
  expect(all.filter((bits) => !isNumber(bits))).toHaveLength(2 * 1023);
});

// The standard's examples: https://en.wikipedia.org/wiki/Half-precision_floating-point_format
test.each([
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x0400, 2 ** -14],
  [0x0001, 2 ** -24],
  [0x3555, 0.333251953125],
  [0x8000, -0],
  [0x7c00, Infinity],
])('%i means %d', (bits, number) => {
  expect(bitsOf(number)).toEqual([bits]);
  expect([...fromHalfPrecision(new Uint8Array(Uint16Array.of(bits).buffer))]).toEqual([number]);
});

test.each([
  ['down to the even neighbour', 1 + 1 / 2048, 0x3c00],
  ['up to the even neighbour', 1 + 3 / 2048, 0x3c02],
  ['up past the middle', 1 + 1 / 2048 + 2 ** -20, 0x3c01],
  ['up into the next power of two', 1.9999, 0x4000],
  ['to the least number', 2 ** -25 + 2 ** -40, 0x0001],
  ['to zero', 2 ** -25, 0x0000],
  ['to the largest number', 65519, 0x7bff],
  ['to infinity', 65520, 0x7c00],
  ['from what is no number', NaN, 0x7e00],
])('rounds %s', (_how, number, bits) => {
  expect(bitsOf(number)).toEqual([bits]);
});
