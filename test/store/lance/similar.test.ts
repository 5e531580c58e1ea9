import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { METADATA, hitsOf, paper, request } from '../../contract/paper-points.js';
import { clusteredPoints, recall } from '../../support/clustered-points.js';
import { openLanceStore } from '../../support/lance-store.js';
import type { PaperStore, SearchRequest } from '../../../src/store/store.js';

const DIMENSION = 32;
const POINTS = clusteredPoints(3_000, DIMENSION);
const ASKED = POINTS.slice(0, 200);

let dataDir: string;
let store: PaperStore;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-similar-'));
  store = await openLanceStore({ dataDir, collection: 'papers', approximateFromRows: 2_500 });
  await store.create({ ...METADATA, dimension: DIMENSION });
  await store.upsert([...POINTS, paper('zero', Array<number>(DIMENSION).fill(0))]);
  await store.optimize();
});
afterAll(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

function similarTo(id: string, changes: Partial<SearchRequest> = {}): SearchRequest {
  return request({ ranking: { kind: 'similar', to: id }, limit: 5, window: 16, fields: [], ...changes });
}

async function ask(requests: readonly SearchRequest[]): Promise<{ id: string; score: number | null }[][]> {
  const outcomes = await store.search(requests);
  return outcomes.map((outcome) => hitsOf(outcome).map(({ id, score }) => ({ id, score })));
}

test('a batch of two hundred searches for similar papers finds the same as an exact search', async () => {
  const found = await ask(ASKED.map(({ id }) => similarTo(id)));
  const exact = await ask(ASKED.map(({ id }) => similarTo(id, { params: { exact: true } })));
  expect(recall(exact, found)).toBeGreaterThanOrEqual(0.98);
  found.forEach((hits, at) => {
    expect(hits.map(({ id }) => id)).not.toContain(ASKED[at]?.id);
    expect(hits[0]?.score).toBeCloseTo(exact[at]?.[0]?.score ?? NaN, 5);
  });
});

test('neither papers nor scores depend on other requests in the batch', async () => {
  const requests = ASKED.slice(0, 10).map(({ id }) => similarTo(id));
  const together = await ask(requests);
  const alone = await Promise.all(requests.map((each) => ask([each])));
  expect(alone.flat()).toEqual(together);
});

test('each request uses its own filter, size and parameters', async () => {
  const [first, second] = ASKED;
  if (!first || !second) throw new Error('there are papers');
  const filter = { must: [{ key: 'categories', match: { value: 'cs.CV' } }] };
  const requests = [
    similarTo(first.id, { filter }),
    similarTo(second.id, { filter }),
    similarTo(first.id, { limit: 20, window: 64 }),
    similarTo(first.id, { offset: 3, limit: 2 }),
    similarTo(first.id, { params: { quantization: { rescore: false } } }),
    similarTo(first.id, { params: { hnswEf: 300, quantization: { oversampling: 2.5 } } }),
    similarTo(first.id),
  ];
  const together = await ask(requests);
  const alone = await Promise.all(requests.map((each) => ask([each])));
  expect(alone.flat()).toEqual(together);
  expect(together.map((hits) => hits.length)).toEqual([5, 5, 20, 2, 5, 5, 5]);
  expect(together[3]).toEqual(together[6]?.slice(3));
  expect(together[4]?.[0]?.score).not.toBe(together[6]?.[0]?.score);
  const papers = await store.retrieve(
    together
      .slice(0, 2)
      .flat()
      .map(({ id }) => id),
    ['categories'],
  );
  expect(papers.size).toBeGreaterThan(0);
  for (const { payload } of papers.values()) expect(payload.categories).toEqual(['cs.CV']);
});

test('a vector of zeros is equally far from all papers, in a batch and alone', async () => {
  const zero = paper('zero', []).id;
  const [hits = []] = await ask([similarTo(zero), ...ASKED.slice(0, 3).map(({ id }) => similarTo(id))]);
  const ids = POINTS.map(({ id }) => id).sort();
  expect(hits).toEqual(ids.slice(0, 5).map((id) => ({ id, score: 0 })));
});
