import { expect, test } from '@jest/globals';
import { arxivIdMonth, parseArxivId } from '../../../src/papers/arxiv-id.js';

test.each([
  ['1706.03762', '1706.03762'],
  ['1706.03762v5', '1706.03762'],
  ['0704.0001', '0704.0001'],
  ['arXiv:1706.03762', '1706.03762'],
  ['ARXIV:1706.03762V2', '1706.03762'],
  ['arXiv: 1706.03762', '1706.03762'],
  ['  1706.03762 ', '1706.03762'],
  ['https://arxiv.org/abs/1706.03762v5', '1706.03762'],
  ['http://www.arxiv.org/abs/1706.03762', '1706.03762'],
  ['arxiv.org/abs/1706.03762', '1706.03762'],
  ['https://arxiv.org/pdf/1706.03762.pdf', '1706.03762'],
  ['https://arxiv.org/pdf/1706.03762v7', '1706.03762'],
  ['https://export.arxiv.org/abs/1706.03762?context=cs', '1706.03762'],
  ['https://arxiv.org/html/1706.03762v7#S3', '1706.03762'],
  ['https://doi.org/10.48550/arXiv.1706.03762', '1706.03762'],
  ['10.48550/arXiv.1706.03762', '1706.03762'],
  ['hep-th/9901001', 'hep-th/9901001'],
  ['hep-th/9901001v3', 'hep-th/9901001'],
  ['HEP-TH/9901001', 'hep-th/9901001'],
  ['math.GT/0309136', 'math/0309136'],
  ['https://arxiv.org/abs/hep-th/9901001', 'hep-th/9901001'],
  ['https://arxiv.org/pdf/cond-mat/9910332.pdf', 'cond-mat/9910332'],
])('%s is read as %s', (text, id) => {
  expect(parseArxivId(text)).toBe(id);
});

test.each([
  '',
  'attention',
  '1706',
  '1713.03762',
  '1706.037621',
  '1706.037',
  'hep-th/990100',
  'https://example.org/abs/1706.03762',
  "1706.03762' OR 1=1",
])('"%s" is no identifier', (text) => {
  expect(parseArxivId(text)).toBeNull();
});

test('a text of any length is looked at in no time', () => {
  const startedAt = performance.now();
  expect(parseArxivId(`${'?'.repeat(100_000)}\nx`)).toBeNull();
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test.each([
  ['1706.03762', '2017-06-01'],
  ['0704.0001', '2007-04-01'],
  ['hep-th/9108001', '1991-08-01'],
  ['math/0211159', '2002-11-01'],
])('%s was given in the month of %s', (id, day) => {
  expect(arxivIdMonth(id)).toBe(day);
});
