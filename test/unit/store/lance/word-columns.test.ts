import { expect, test } from '@jest/globals';
import { toWords } from '../../../../src/papers/words.js';
import { makeVector } from '../../../../src/store/lance/apache-arrow.js';
import { toWordColumns } from '../../../../src/store/lance/arrow.js';

const LONG = Array.from({ length: 3_000 }, (_, at) => `w${at % 1_700}`).join(' ');

test.each([
  [[['Point Clouds, point clouds']]],
  [[['C++ and C#'], ['']]],
  [[['Csaba Balázs', 'Ørsted', '张伟']]],
  [[['--', 'a', '...']]],
  [[[], ['x']]],
  [[[LONG], [LONG, 'more'], ['x1 x2 x1']]],
])('words and sentences of %j are those that toWords tells', (rows) => {
  const columns = toWordColumns(rows);
  const words = makeVector(columns.words);
  const sentences = makeVector(columns.sentences);
  rows.forEach((elements, row) => {
    const expected = elements.map(toWords);
    expect(Array.from(words.get(row) ?? [])).toEqual([...new Set(expected.flat())]);
    const sentence = ` ${expected.map((each) => each.join(' ')).join(' | ')} `;
    expect(sentences.get(row)).toBe(elements.length === 0 ? ' ' : sentence);
  });
});
