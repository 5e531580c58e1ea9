import { expect, test } from '@jest/globals';
import { useSearchServer, type Variables } from '../support/search-server.js';

const SEARCH = `query Refused(
  $query: String, $mode: SearchMode, $ranking: RankingInput, $orderBy: SearchOrderInput, $params: SearchParamsInput
) {
  search(query: $query, mode: $mode, ranking: $ranking, orderBy: $orderBy, params: $params) { totalCount }
}`;

const { ask, refuse } = useSearchServer(SEARCH);

test.each<[Variables, string[], string]>([
  [
    { ranking: { fusion: { semanticWeight: 2 } } },
    ['ranking', 'fusion', 'semanticWeight'],
    'must be from 0 to 1, not 2',
  ],
  [{ mode: 'SEMANTIC', ranking: { fusion: {} } }, ['ranking', 'fusion'], 'use mode HYBRID'],
  [{ ranking: { recency: { halfLifeDays: -1 } } }, ['ranking', 'recency', 'halfLifeDays'], 'must be above 0'],
  [{ ranking: { recency: { weight: 3 } } }, ['ranking', 'recency', 'weight'], 'must be from 0 to 1, not 3'],
  [{ ranking: { diversity: -1 } }, ['ranking', 'diversity'], 'must be from 0 to 1, not -1'],
  [{ ranking: { diversity: 1 }, orderBy: { field: 'UPDATED' } }, ['ranking', 'diversity'], 'omit "orderBy"'],
  [{ ranking: { scoreThreshold: 1.1 } }, ['ranking', 'scoreThreshold'], 'must be from -1 to 1, not 1.1'],
  [
    { mode: 'KEYWORD', ranking: { scoreThreshold: 0 } },
    ['ranking', 'scoreThreshold'],
    'is a cosine similarity',
  ],
  [{ params: { hnswEf: 10_001 } }, ['params', 'hnswEf'], 'must be from 1 to 10000, not 10001'],
  [
    { params: { quantization: { oversampling: 101 } } },
    ['params', 'quantization', 'oversampling'],
    'from 1 to 100',
  ],
  [
    { params: { quantization: { ignore: true } } },
    ['params', 'quantization', 'ignore'],
    'does not support quantization.ignore',
  ],
  [{ mode: 'KEYWORD', params: { exact: true } }, ['params'], 'which mode KEYWORD does not use'],
  [{ query: 'x'.repeat(100_000) }, ['query'], 'at most 10000 characters, not 100000'],
])('%j is rejected', async (variables, argumentPath, message) => {
  await refuse({ query: 'x', ...variables }, argumentPath, message);
});

test.each([
  [{ mode: 'MAGIC' }, 'Value "MAGIC" does not exist in "SearchMode" enum'],
  [{ ranking: { boost: 3 } }, 'Field "boost" is not defined by type "RankingInput"'],
])('%j names the variable', async (variables, message) => {
  const { errors } = await ask({ query: 'x', ...variables });
  expect(errors?.[0]?.message).toContain(message);
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});
