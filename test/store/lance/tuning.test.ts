import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRandom } from '../../../src/evaluation/random.js';
import { openLanceStore, openLanceTuning } from '../../../src/store/lance/store.js';
import type {
  BuildOptions,
  QueryParams,
  ScratchCopy,
  TuningStore,
  VectorIndex,
} from '../../../src/store/tuning.js';
import { METADATA, paper } from '../../contract/paper-points.js';

const PAPERS = 400;
const DIMENSION = 16;
const OPTIONS: BuildOptions = {
  limitMs: 60_000,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};
const PARTITIONS: VectorIndex = { engine: 'lance', kind: 'ivf_pq', m: null, efConstruct: null };

let dataDir: string;
let source: TuningStore;
let copy: ScratchCopy;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-lance-tuning-'));
  const store = await openLanceStore({ dataDir, collection: 'papers', approximateFromRows: 100 });
  await store.create({ ...METADATA, dimension: DIMENSION });
  const random = createRandom(5);
  const vector = () => Array.from({ length: DIMENSION }, () => random() - 0.5);
  await store.upsert(Array.from({ length: PAPERS }, (_, at) => paper(`2101.${10_000 + at}`, vector())));
  await store.optimize();
  await store.close();
  source = await openLanceTuning({ dataDir, collection: 'papers' });
  copy = await source.copy(OPTIONS);
});
afterAll(async () => {
  await copy.drop();
  await source.close();
  await rm(dataDir, { recursive: true });
});

test('a copy that already has the index is not indexed again', async () => {
  expect(await copy.reindex(PARTITIONS, OPTIONS)).toBeGreaterThan(0);
  expect(await copy.reindex(PARTITIONS, OPTIONS)).toBeNull();
});

test('the index of large collections finds the nearest papers in all partitions, and reads a third of them by default', async () => {
  await copy.reindex({ engine: 'lance', kind: 'ivf_rq', m: null, efConstruct: null }, OPTIONS);
  expect((await copy.describe()).index).toMatchObject({ kind: 'ivf_rq' });
  const [first] = await source.sample(1, createRandom(2));
  const vector = first?.vector ?? new Float32Array(DIMENSION);
  const find = async (params: QueryParams, limit = 10) => {
    const { hits } = await copy.query({ vector, limit, params });
    return hits.map(({ id }) => id);
  };
  const exact = await find({ exact: true });
  expect(exact[0]).toBe(first?.id);
  expect(await find({ probes: 20, rescore: true, oversampling: 10 })).toEqual(exact);
  expect((await find({}))[0]).toBe(first?.id);
  const [byDefault, all] = [await find({}, PAPERS), await find({ probes: 20 }, PAPERS)];
  expect(all).toHaveLength(PAPERS);
  expect(byDefault.length).toBeGreaterThan(PAPERS / 10);
  expect(byDefault.length).toBeLessThan(PAPERS / 2);
});

test('a partitioned index has as many partitions as the square root of its papers; reading all of them misses the least', async () => {
  await copy.reindex(PARTITIONS, OPTIONS);
  const { partitions } = await copy.describe();
  expect(partitions).toBe(20);
  const [first] = await source.sample(1, createRandom(1));
  const vector = first?.vector ?? new Float32Array(DIMENSION);
  const find = async (probes: number) => {
    const params = { probes, rescore: true, oversampling: 10 };
    const { hits } = await copy.query({ vector, limit: 40, params });
    return hits.map(({ id }) => id);
  };
  const { hits: exact } = await copy.query({ vector, limit: 40, params: { exact: true } });
  expect(await find(20)).toEqual(exact.map(({ id }) => id));
  expect((await find(1)).length).toBeLessThan(40);
});
