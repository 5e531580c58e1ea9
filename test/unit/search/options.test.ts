import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../../../src/search/search.js';
import { toSearchArguments, type GivenSearchArguments } from '../../support/search-arguments.js';

const DEFAULTS = {
  mode: 'HYBRID',
  fusion: { method: 'DISTRIBUTION_SCORE', semanticWeight: 0.5 },
  recency: null,
  diversity: 0,
  scoreThreshold: null,
  order: { field: 'RELEVANCE', direction: 'DESC' },
  params: undefined,
};

test.each<[string, GivenSearchArguments, object]>([
  ['nothing given', {}, {}],
  ['nulls', { ranking: null, orderBy: null, params: null }, {}],
  [
    'nulls further down',
    {
      ranking: { fusion: null, recency: null, scoreThreshold: null },
      params: { exact: null, quantization: { ignore: null } },
    },
    {},
  ],
  [
    'recency without its numbers',
    { ranking: { recency: {} } },
    { recency: { halfLifeDays: 365, weight: 0.5 } },
  ],
  [
    'only the direction',
    { orderBy: { direction: 'ASC' } },
    { order: { field: 'RELEVANCE', direction: 'ASC' } },
  ],
  [
    'unchanged params',
    { params: { exact: false, hnswEf: 200, quantization: { rescore: true, oversampling: 2 } } },
    { params: { exact: false, hnswEf: 200, quantization: { rescore: true, oversampling: 2 } } },
  ],
  ['a threshold in HYBRID', { ranking: { scoreThreshold: -1 } }, { scoreThreshold: -1 }],
  ['diversity best first', { ranking: { diversity: 1 }, orderBy: { field: 'RELEVANCE' } }, { diversity: 1 }],
])('%s has the defaults for the rest', (_name, args, expected) => {
  expect(readOptions(toSearchArguments(args))).toEqual({ ...DEFAULTS, ...expected });
});

describe('is rejected:', () => {
  test.each<[GivenSearchArguments, string[], string]>([
    [
      { ranking: { fusion: { semanticWeight: 1.1 } } },
      ['ranking', 'fusion', 'semanticWeight'],
      '"semanticWeight" must be from 0 to 1, not 1.1',
    ],
    [
      { mode: 'KEYWORD', ranking: { fusion: {} } },
      ['ranking', 'fusion'],
      '"fusion" combines two rankings, but mode KEYWORD has only one; use mode HYBRID',
    ],
    [
      { ranking: { recency: { halfLifeDays: 0 } } },
      ['ranking', 'recency', 'halfLifeDays'],
      '"halfLifeDays" must be above 0 and at most 36500, not 0',
    ],
    [
      { ranking: { recency: { weight: -0.1 } } },
      ['ranking', 'recency', 'weight'],
      '"weight" must be from 0 to 1, not -0.1',
    ],
    [{ ranking: { diversity: 2 } }, ['ranking', 'diversity'], '"diversity" must be from 0 to 1, not 2'],
    [
      { ranking: { diversity: 0.5 }, orderBy: { field: 'SUBMITTED' } },
      ['ranking', 'diversity'],
      'requires best-first order',
    ],
    [
      { ranking: { scoreThreshold: 1.5 } },
      ['ranking', 'scoreThreshold'],
      '"scoreThreshold" must be from -1 to 1, not 1.5',
    ],
    [
      { mode: 'KEYWORD', ranking: { scoreThreshold: 0.5 } },
      ['ranking', 'scoreThreshold'],
      'use mode SEMANTIC or HYBRID',
    ],
    [{ params: { hnswEf: 0 } }, ['params', 'hnswEf'], '"hnswEf" must be from 1 to 10000, not 0'],
    [
      { params: { quantization: { oversampling: 0.5 } } },
      ['params', 'quantization', 'oversampling'],
      '"oversampling" must be from 1 to 100, not 0.5',
    ],
    [{ mode: 'KEYWORD', params: { exact: true } }, ['params'], 'use mode SEMANTIC or HYBRID'],
  ])('%j', (args, argumentPath, message) => {
    expect(() => readOptions(toSearchArguments(args))).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        argumentPath,
        message: expect.stringContaining(message) as unknown,
      }),
    );
  });
});
