import { describe, expect, test } from '@jest/globals';

import { toDocumentVector, toKeywordVector, toQueryVector } from '../../../../src/store/qdrant/keyword.js';
import { murmur3 } from '../../../../src/store/qdrant/murmur3.js';
import { paper } from '../../../contract/paper-points.js';

// test/contract/store-qdrant.test.ts compares the results with a server's.

test.each([
  ['', 0],
  ['a', 0x3c2569b2],
  ['hello', 0x248bfa47],
  ['hello, world', 0x149bbb7f],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('the hash of "%s" is the published one', (text, hash) => {
  expect(murmur3(text) >>> 0).toBe(hash);
});

describe('a document', () => {
  test('weights a word by its count, and less in a longer text', () => {
    const [once] = toDocumentVector('galaxy').values;
    const [twice] = toDocumentVector('galaxy galaxy').values;
    const [longer] = toDocumentVector(`galaxy ${'cloud '.repeat(200)}`).values;
    expect(once).toBeCloseTo(2.2 / (1.2 * (0.25 + 0.75 / 125) + 1), 6);
    expect(twice).toBeCloseTo(4.4 / (1.2 * (0.25 + (0.75 * 2) / 125) + 2), 6);
    expect(longer).toBeLessThan(once ?? 0);
  });

  test('has each index once, in ascending order, with single-precision numbers', () => {
    const { indices, values } = toDocumentVector(
      'Clouds of galaxies, and a galaxy of clouds: cloudy, naïve, 深度学习',
    );
    expect(indices).toHaveLength(5);
    expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
    expect(values).toEqual(values.map(Math.fround));
  });

  test.each([
    ['inflected words', 'track cloud', 'Tracking clouds'],
    ['accents', 'naive Balazs', 'Naïve Balázs'],
    ['separate accents', 'naïve', 'nai\u0308ve'],
    ['ligatures and wide letters', 'AEther 2023', 'Æther ２０２３'],
    ['compatibility forms', 'iv 1 2 l1 μm', 'Ⅳ ½ ℓ1 µm'],
    ['stop words', 'state', 'the state of it all'],
    ['punctuation', 'state C o neill', "state_of C++ o'neill"],
  ])('is the same whatever its %s', (_, one, other) => {
    expect(toDocumentVector(other)).toEqual(toDocumentVector(one));
  });

  test.each(['', ' \n', 'the of and', '... -- !?', '🦉', '\ud83e'])(
    'without words (%j) has an empty vector',
    (text) => {
      expect(toDocumentVector(text)).toEqual({ indices: [], values: [] });
    },
  );

  test('consists of the title twice, the abstract and the authors', () => {
    const { payload } = paper('2406.00001', [1, 0, 0, 0], {
      title: 'Quasars',
      abstract: 'Far away.',
      authors: ['C. Balázs'],
    });
    expect(toKeywordVector(payload)).toEqual(toDocumentVector('Quasars\nQuasars\nFar away.\nC. Balázs'));
  });
});

test('a query weights a stem by the number of its words with that stem', () => {
  const galaxy = toDocumentVector('galaxy').indices[0];
  const { indices, values } = toQueryVector('Galaxies, a galaxy, clouds, of a galaxy!');
  expect(indices).toEqual(toDocumentVector('galaxy cloud').indices);
  expect(values).toEqual(indices.map((index) => (index === galaxy ? 3 : 1)));
});
