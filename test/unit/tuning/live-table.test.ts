import { expect, test } from '@jest/globals';
import { cutLines, fitTable } from '../../../src/tuning/live-table.js';

const HEADS = ['setting', 'asked', 'precision'];
const rows = (count: number) => [
  HEADS,
  ...Array.from({ length: count }, (_, at) => [`a setting with a long name ${at}`, '300', '0.9980']),
];

test('a table is shown completely if there is room', () => {
  const lines = fitTable(rows(2), 1, { columns: 80, rows: 24 }, 3).split('\n');
  expect(lines).toEqual([
    '  setting                        asked   precision',
    '  a setting with a long name 0     300      0.9980',
    '  a setting with a long name 1     300      0.9980',
  ]);
});

test('a narrow terminal shows shortened labels and all figures', () => {
  const lines = fitTable(rows(1), 1, { columns: 40, rows: 24 }, 3).split('\n');
  expect(lines).toEqual([
    '  setting             asked   precision',
    '  a setting with a…     300      0.9980',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40);
});

test.each([
  [1, ['name 0', 'name 1', 'name 2']],
  [6, ['name 4', 'name 5', 'name 6']],
  [10, ['name 7', 'name 8', 'name 9']],
])('a low terminal shows the rows around the current one, %i', (present, names) => {
  const lines = fitTable(rows(10), present, { columns: 80, rows: 7 }, 3).split('\n');
  expect(lines.slice(1).map((line) => /name \d/.exec(line)?.[0])).toEqual(names);
});

test('every line is shorter than the width of the terminal, however narrow it is', () => {
  expect(cutLines('ten letters\nten', 8)).toBe('ten le…\nten');
  fitTable(rows(3), 1, { columns: 20, rows: 5 }, 3)
    .split('\n')
    .forEach((line) => expect(line.length).toBeLessThan(20));
});
