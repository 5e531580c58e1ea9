import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startFragileQdrant, isUpsert, type FragileQdrant } from '../support/fragile-qdrant.js';
import { toDumpRecord, writeDump } from '../support/kaggle-records.js';
import { DIMENSION, startLoading, type Loading } from '../support/loading.js';
import { ok, refusal, type QdrantRequest } from '../support/qdrant-server.js';
import { toPointId } from '../../src/papers/point-id.js';
import { openQdrantStore } from '../../src/store/qdrant/store.js';
import type { FacetCount, FacetRequest, PaperStore } from '../../src/store/store.js';

/** The authors with the most papers, which a Qdrant server need not count while the directory fits the papers. */

const COLLECTION = 'counted_papers';
const PAPERS = 22;
/** Authors as the stand-in counts them. */
const COUNTED: FacetCount[] = [{ value: 'Counted by the server', count: 1 }];
const isFacet = ({ path }: QdrantRequest) => path.endsWith('/facet');
const isOfPapers = (request: QdrantRequest) =>
  isUpsert(request) && request.path.startsWith(`/collections/${COLLECTION}/`);

let qdrant: FragileQdrant;
let loading: Loading;
let store: PaperStore;
beforeAll(async () => {
  qdrant = await startFragileQdrant();
  qdrant.failNext(Infinity, ok({ hits: COUNTED }), isFacet);
  loading = await startLoading({
    STORE: 'qdrant',
    QDRANT_URL: qdrant.url,
    QDRANT_COLLECTION: COLLECTION,
  });
  await qdrant.drop(COLLECTION);
  store = await openQdrantStore({
    url: qdrant.url,
    collection: COLLECTION,
    timeoutMs: 20_000,
    compression: false,
  });
  await load(0, toAuthors);
});
afterAll(async () => {
  await store.close();
  await qdrant.drop(COLLECTION);
  await Promise.all([qdrant.close(), loading.close()]);
});

/** Loads the papers with these numbers, and expects this exit code. */
async function load(code: number, toNames: (at: number) => string, papers = PAPERS): Promise<void> {
  const records = Array.from({ length: papers }, (_, at) =>
    toDumpRecord(at, {
      authors: toNames(at),
      authors_parsed: undefined,
      embedding: Array.from({ length: DIMENSION }, (_number, axis) => Math.sin(1 + at + axis)),
    }),
  );
  const file = await writeDump(loading.directory, 'papers.jsonl', records);
  await loading.summaryOf(code, '--embedding-model', 'small', '--max-wait', '0', file);
}

/** Ada Author has every paper, and three others share them. */
function toAuthors(at: number): string {
  return `Ada Author and ${['Cy Third', 'Bo Second', 'Di Fourth'][at % 3]} Writer`;
}

async function topAuthors(limit: number, request: Partial<FacetRequest> = {}): Promise<unknown> {
  const [counts] = await store.facets([{ field: 'author_names', limit, ...request }]);
  return counts;
}

const BEST: FacetCount[] = [
  { value: 'Ada Author', count: 22 },
  { value: 'Cy Third Writer', count: 8 },
  { value: 'Bo Second Writer', count: 7 },
];

test('are read from the directory after a load, those with equal numbers by name', async () => {
  expect(await topAuthors(3)).toEqual(BEST);
  expect(await topAuthors(3, { filter: {} })).toEqual(BEST);
  expect(await topAuthors(10)).toEqual([...BEST, { value: 'Di Fourth Writer', count: 7 }]);
});

test('of a part of the papers are counted by the server', async () => {
  const filter = { must: [{ key: 'year', match: { value: 2021 } }] };
  expect(await topAuthors(3, { filter })).toEqual(COUNTED);
});

test('are counted by the server from the first write of a load to its end, even if it stops in between', async () => {
  const during: unknown[] = [];
  qdrant.beforeNext(isOfPapers, async () => void during.push(await topAuthors(3)));
  await load(0, (at) => toAuthors(at).replace('Ada', 'Eve'));
  expect(during).toEqual([COUNTED]);
  const renamed = [{ value: 'Eve Author', count: 22 }, ...BEST.slice(1)];
  expect(await topAuthors(3)).toEqual(renamed);

  qdrant.failNext(1, refusal(403, 'read-only'), isOfPapers);
  await load(3, toAuthors);
  expect(await topAuthors(3)).toEqual(COUNTED);
  await load(0, toAuthors);
  expect(await topAuthors(3)).toEqual(BEST);
});

test('are read from the directory after a load that changed nothing', async () => {
  await load(0, toAuthors);
  expect(await topAuthors(3)).toEqual(BEST);
});

test('are counted after a load from another machine that stopped; the next load makes the directory again', async () => {
  const directory = `/collections/${COLLECTION}_directory`;
  await qdrant.change('PATCH', directory, { metadata: { outdated: true } });
  expect(await topAuthors(3)).toEqual(COUNTED);
  await load(0, toAuthors);
  expect(await topAuthors(3)).toEqual(BEST);
});

test('are counted if another program has stored papers', async () => {
  const vector = Array.from({ length: DIMENSION }, () => 1);
  await qdrant.change('PUT', `/collections/${COLLECTION}/points`, {
    points: [{ id: toPointId('2102.00001'), vector, payload: {} }],
  });
  expect(await topAuthors(3)).toEqual(COUNTED);
});
