import { expect, test } from '@jest/globals';
import { toWords } from '../../../../src/papers/words.js';
import { type PackedTexts, Scratch, toWordColumns } from '../../../../src/store/lance/arrow.js';

function unpack({ data, offsets }: PackedTexts): string[] {
  return Array.from({ length: offsets.length - 1 }, (_, at) =>
    Buffer.from(data.subarray(offsets[at], offsets[at + 1])).toString(),
  );
}

const LONG = Array.from({ length: 3_000 }, (_, at) => `w${at % 1_700}`).join(' ');

test.each([
  [[['Point Clouds, point clouds']]],
  [[['C++ and C#'], ['']]],
  [[['Csaba Balázs', 'Ørsted', '张伟']]],
  [[['--', 'a', '...']]],
  [[[], ['x']]],
  [[[LONG], [LONG, 'more'], ['x1 x2 x1']]],
])('words and sentences of %j are those that toWords tells', (rows) => {
  const { words, rowOffsets, sentences } = toWordColumns(rows, new Scratch());
  const all = unpack(words);
  rows.forEach((elements, row) => {
    const expected = elements.map(toWords);
    expect(all.slice(rowOffsets[row], rowOffsets[row + 1])).toEqual([...new Set(expected.flat())]);
    const sentence = ` ${expected.map((each) => each.join(' ')).join(' | ')} `;
    expect(unpack(sentences)[row]).toBe(elements.length === 0 ? ' ' : sentence);
  });
});
