import { describe, expect, test } from '@jest/globals';
import { toDescription, toFilter, toSearchFilter } from '../../../src/search/expression.js';
import { countQueryConditions, interpretQuery, type Interpretation } from '../../../src/search/interpret.js';
import type { Filter } from '../../../src/store/filter.js';

const CLOCK = new Date('2026-03-31T22:15:00Z');

/** A corpus of three authors. */
const SOURCE = {
  knownAuthors: async (names: readonly string[]) =>
    new Set(names.filter((name) => ['yann lecun', 'hinton', 'Or Patashnik'].includes(name))),
};

async function read(query: string): Promise<Interpretation> {
  const { interpretation } = await interpretQuery(SOURCE, { query, interpret: true }, CLOCK);
  return interpretation;
}

async function inWords(query: string): Promise<string> {
  const { text, expression } = await read(query);
  return `${text} | ${expression === null ? '' : toDescription(expression)}`;
}

describe('operators join the operands on both sides', () => {
  test.each([
    ['cat:cs.CL OR cat:cs.LG', ' | category cs.CL or category cs.LG'],
    ['cat:cs.CL|cat:cs.LG', ' | category cs.CL or category cs.LG'],
    ['cat:cs.CL || cat:cs.LG', ' | category cs.CL or category cs.LG'],
    ['cat:cs.CL OR cs.LG', ' | category cs.CL or category cs.LG'],
    ['cat:cs.CL or cat:cs.LG', ' | category cs.CL or category cs.LG'],
    ['cat:cs.CL ANDNOT cat:cs.LG', ' | category cs.CL and not category cs.LG'],
    ['cat:cs.CL but not in cs.LG', ' | category cs.CL and not category cs.LG'],
    ['nets in cs.CL excluding cs.LG', 'nets | category cs.CL and not category cs.LG'],
    ['nets not by Xu', 'nets | not author "Xu"'],
    ['nets not written by Xu or Gao', 'nets | not author "Xu" and not author "Gao"'],
    ['nets neither by Xu nor by Gao', 'nets | not author "Xu" and not author "Gao"'],
    ['nets NOT by Xu in 2014', 'nets | not author "Xu" and submitted from 2014-01-01 until 2014-12-31'],
    ['nets NOT NOT by Xu', 'nets | author "Xu"'],
    ['nets -author:xu -cat:cs.CV', 'nets | not author "xu" and not category cs.CV'],
    ['by Xu OR by Gao', ' | author "Xu" or author "Gao"'],
    ['by Xu, Gao or Hu', ' | author "Xu" or author "Gao" or author "Hu"'],
    ['by Xu and Gao or Hu', ' | (author "Xu" and author "Gao") or author "Hu"'],
    ['by Xu and/or Gao', ' | author "Xu" or author "Gao"'],
    ['by "Bo Xu" or Gao', ' | author "Bo Xu" or author "Gao"'],
    ['by "deep learning"', 'by | title or abstract has the phrase "deep learning"'],
    ['by Xu | Gao', ' | author "Xu" or author "Gao"'],
    ['in 2014 or by Xu', ' | submitted from 2014-01-01 until 2014-12-31 or author "Xu"'],
    [
      '(by Xu in 2012) or (by Gao in 1998)',
      ' | (author "Xu" and submitted from 2012-01-01 until 2012-12-31) or (author "Gao" and submitted from 1998-01-01 until 1998-12-31)',
    ],
    ['by Xu or in cs.CV', ' | author "Xu" or category cs.CV'],
    ['by yann lecun or by hinton', ' | author "yann lecun" or author "hinton"'],
    ['by Or Patashnik', ' | author "Or Patashnik"'],
    ['in cs.CV, cs.LG or cs.CL', ' | category cs.CV or category cs.LG or category cs.CL'],
    ['in hep-th and gr-qc', ' | category hep-th and category gr-qc'],
    ['before 1998 or after 2025', ' | submitted before 1998-01-01 or submitted from 2026-01-01'],
    [
      'nets published in 2014 or 2017',
      'nets | submitted from 2014-01-01 until 2014-12-31 or submitted from 2017-01-01 until 2017-12-31',
    ],
    [
      'in 2014 and in 2017',
      ' | submitted from 2014-01-01 until 2014-12-31 or submitted from 2017-01-01 until 2017-12-31',
    ],
    [
      'nets since 2014 and until 2017 with code',
      'nets with code | submitted from 2014-01-01 until 2017-12-31',
    ],
    [
      'ti:a OR ti:b AND ti:c',
      ' | title has the words "a" or (title has the words "b" and title has the words "c")',
    ],
    [
      '(ti:a OR ti:b) AND ti:c',
      ' | (title has the words "a" or title has the words "b") and title has the words "c"',
    ],
    [
      'ti:(a b OR "c d" NOT e)',
      ' | title has the words "a b" or (title has the phrase "c d" and not title has the words "e")',
    ],
    ['au:(xu OR gao)', ' | author "xu" or author "gao"'],
    ['abs:graph co:accepted', ' | abstract has the words "graph" and comments has the words "accepted"'],
    ['jr:JHEP OR doi:10.1000/x', ' | journal reference has the words "JHEP" or DOI 10.1000/x'],
    ['all:wavelet', ' | title or abstract has the words "wavelet"'],
    ['https://doi.org/10.1103/PhysRevD.76.013009', ' | DOI 10.1103/PhysRevD.76.013009'],
    ['lastUpdatedDate:[20230101 TO *]', ' | updated from 2023-01-01'],
    ['id:1706.03762 OR cat:cs.CV', ' | arXiv identifier 1706.03762 or category cs.CV'],
    ['NOT id:1706.03762', ' | not arXiv identifier 1706.03762'],
    ['cat:cs.*', ' | archive cs'],
  ])('%s', async (query, expected) => {
    expect(await inWords(query)).toBe(expected);
  });
});

describe('an operator with an unreadable side remains text', () => {
  test.each([
    'by Xu or something else',
    'something or by Xu',
    'by Xu OR by zork mork',
    'by Xu, zork mork or Gao',
    'cat:cs.CL OR cat:dogs',
    '(by Xu OR nets)',
    'NOT by zork mork',
    'by Xu in 2012 or by Gao in 1998',
    'AND AND AND',
  ])('%s', async (query) => {
    expect(await read(query)).toMatchObject({ text: query, expression: null });
  });
});

test('the filter to pass back means the same', async () => {
  const { expression } = await read(
    '(by Xu OR ti:a) -survey cat:cs.* "b c" abs:d co:e jr:f doi:10.1000/x id:1706.03762 since 2014 lastUpdatedDate:[* TO 2020]',
  );
  expect(expression && toSearchFilter(expression)).toEqual({
    and: [
      { or: [{ authors: { match: ['Xu'] } }, { title: { match: 'a' } }] },
      { not: { or: [{ title: { phrase: 'survey' } }, { abstract: { phrase: 'survey' } }] } },
      { archives: { in: ['cs'] } },
      { or: [{ title: { phrase: 'b c' } }, { abstract: { phrase: 'b c' } }] },
      { abstract: { match: 'd' } },
      { comments: { match: 'e' } },
      { journalRef: { match: 'f' } },
      { updated: { lte: '2020-12-31' } },
      { submitted: { gte: '2014-01-01' } },
      { or: [{ doi: { in: ['10.1000/x'] } }, { ids: ['1706.03762'] }] },
    ],
  });
});

describe('the conditions of a query are counted before it is parsed', () => {
  test.each([
    ['graph neural networks', 0],
    ['"a phrase"', 2],
    ['by Xu and Gao since 2014', 3],
    ['by yann lecun', 1],
    ['graphs this week', 2],
    ['by Xu by Xu "a" "a" by Gao and Xu', 4],
    ['(by Xu OR ti:a) AND (by Xu OR ti:b)', 4],
    ['by Juan Carlos de Borbon', 4],
    ['cat:cs.CL OR (ti:a ANDNOT ti:b)', 3],
  ])('%s: %d', (query, count) => {
    expect(countQueryConditions(query)).toBe(count);
  });

  test.each([
    '"a" -b by Xu, Gao or hinton and yann lecun in cs.CV or cs.LG in 2014, 2015 or 2016 id:1706.03762 doi:10.1000/x',
    'by Juan Carlos de Borbon y Borbon and Jean-Paul van der Maaten-Smith OR NOT abs:"x y"',
    'by yann lecun convolutional networks ti:(a OR b OR "c")',
  ])('never counts too few: %s', async (query) => {
    const { expression } = await read(query);
    const used = expression === null ? 0 : countLeaves(toFilter(expression));
    expect(used).toBeGreaterThan(0);
    expect(countQueryConditions(query)).toBeGreaterThanOrEqual(used);
  });

  function countLeaves(filter: Filter): number {
    return JSON.stringify(filter).split(/"key":|"has_id":/).length - 1;
  }
});
