import { expect, test } from '@jest/globals';
import { writeListedPaper } from '../../../src/mcp/write-paper.js';

const PAPER = {
  id: '1706.03762',
  title: 'Attention Is All You Need',
  abstract: 'Introduces the Transformer.',
  authors: [{ name: 'Ashish Vaswani' }],
  categories: [{ code: 'cs.CL' }],
  submittedAt: null,
};

test.each([
  [1, 'By Ashish Vaswani'],
  [2, 'By Ashish Vaswani and 1 more author'],
  [8, 'By Ashish Vaswani and 7 more authors'],
])('of %i authors, those not listed are counted', (authorCount, line) => {
  expect(writeListedPaper({ ...PAPER, authorCount }, 1).split('\n')[1]).toBe(line);
});
