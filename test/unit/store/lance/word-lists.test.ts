import { expect, test } from '@jest/globals';
import { toWords } from '../../../../src/papers/words.js';
import { makeVector, wordLists } from '../../../../src/store/lance/arrow.js';

const LONG = Array.from({ length: 3_000 }, (_, at) => `w${at % 1_700}`).join(' ');

test.each([
  [[['Point Clouds, point clouds']]],
  [[['C++ and C#'], ['']]],
  [[['Csaba Balázs', 'Ørsted', '张伟']]],
  [[['--', 'a', '...']]],
  [[[], ['x']]],
  [[[LONG], [LONG, 'more'], ['x1 x2 x1']]],
])('words of %j are those that toWords returns', (rows) => {
  const words = makeVector(wordLists(rows));
  rows.forEach((elements, row) => {
    const expected = elements.flatMap((element, at) => [...(at > 0 ? ['|'] : []), ...toWords(element)]);
    expect(Array.from(words.get(row) ?? [])).toEqual(expected);
  });
});
