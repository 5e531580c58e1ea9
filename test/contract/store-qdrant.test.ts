import { afterAll, expect, test } from '@jest/globals';

import { METADATA } from './paper-points.js';
import { describeStoreContract } from './store-contract.js';
import { adoptPapers } from '../../src/ingest/repair.js';
import type { Adoption } from '../../src/store/store.js';
import { packagePath } from '../../src/package-root.js';
import { toPointId } from '../../src/papers/point-id.js';
import { toDocumentVector } from '../../src/store/qdrant/keyword.js';
import { openQdrantStore } from '../../src/store/qdrant/store.js';
import { startRecorder } from '../support/qdrant-recording.js';

/**
 * Runs on the server in QDRANT_URL, which `npm run test:record` records, or else on that recording. The suite's collections
 * are named `contract_…`, and are dropped before and after.
 */
const RECORDING = packagePath('test', 'fixtures', 'qdrant', 'contract.jsonl');
const recorder = await startRecorder(RECORDING);
afterAll(() => recorder.close());

function openStore(collection: string) {
  return openQdrantStore({ url: recorder.url, collection, timeoutMs: 20_000, compression: false });
}

describeStoreContract('qdrant', openStore);

/** A request that bypasses the store, as another program sends it. */
async function request(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${recorder.url}/collections/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { result } = (await response.json()) as { result: unknown };
  return result;
}

test('a new collection accepts options for shards, storage, quantization and graph', async () => {
  const store = await openStore('contract_options');
  await store.drop();
  const options = { shards: 2, replicas: 1, onDisk: true, quantization: 'scalar', hnswM: 8 } as const;
  await store.create(METADATA, { ...options, hnswEfConstruct: 64 });
  expect(await request('GET', 'contract_options')).toMatchObject({
    config: {
      params: { shard_number: 2, on_disk_payload: true, vectors: { on_disk: true } },
      quantization_config: { scalar: { type: 'int8', quantile: 0.99 } },
      hnsw_config: { m: 8, ef_construct: 64 },
    },
  });
  await store.drop();
  await store.close();
});

test('while indexing is off, the threshold is 0; the previous one is restored afterwards', async () => {
  const store = await openStore('contract_threshold');
  await store.drop();
  await store.create(METADATA);
  await request('PATCH', 'contract_threshold', { optimizers_config: { indexing_threshold: 5_000 } });
  const threshold = async () => {
    const { config } = (await request('GET', 'contract_threshold')) as {
      config: { optimizer_config: { indexing_threshold: number } };
    };
    return config.optimizer_config.indexing_threshold;
  };
  await store.setVectorIndexing('off');
  expect(await threshold()).toBe(0);
  await store.setVectorIndexing('on');
  expect(await threshold()).toBe(5_000);
  await store.drop();
  await store.close();
});

test('a new collection has many small segments until its first load has ended', async () => {
  const store = await openStore('contract_segments');
  await store.drop();
  await store.create(METADATA);
  const settings = async () => {
    const { config } = (await request('GET', 'contract_segments')) as {
      config: { optimizer_config: { default_segment_number: number; max_segment_size: number | null } };
    };
    const { default_segment_number: segments, max_segment_size: size } = config.optimizer_config;
    return [segments, size];
  };
  await store.setVectorIndexing('off');
  // 50,000 papers of four numbers with four bytes each, in kilobytes.
  expect(await settings()).toEqual([8, 782]);
  await store.setVectorIndexing('on');
  expect(await settings()).toEqual([0, 512_000]);
  const own = { default_segment_number: 3, max_segment_size: 2_000 };
  await request('PATCH', 'contract_segments', { optimizers_config: own });
  await store.setVectorIndexing('off');
  expect(await settings()).toEqual([3, 782]);
  await store.setVectorIndexing('on');
  expect(await settings()).toEqual([3, 2_000]);
  await store.drop();
  await store.close();
});

test('a collection made by the Python course is adopted in place, and adopting it again changes nothing', async () => {
  const store = await openStore('contract_course');
  await store.drop();
  await request('PUT', 'contract_course', { vectors: { size: 4, distance: 'Cosine' } });
  const record = {
    id: 'hep-ph/9901001',
    title: 'A\n  title',
    abstract: 'What it says.',
    authors: "C. Bal\\'azs, E. L. Berger",
    categories: 'hep-ph 81V05',
    versions: [],
  };
  const points = [
    { id: toPointId(record.id), vector: [1, 0, 0, 0], payload: record },
    { id: 7, vector: [0, 1, 0, 0], payload: { note: 'no paper' } },
  ];
  await request('PUT', 'contract_course/points?wait=true', { points });

  const { adoption } = store;
  if (!adoption) throw new Error('Qdrant collections can be adopted');
  await adoption.addKeywordVector();
  await adoption.addKeywordVector();
  await store.optimize();
  expect(await adoptPapers(adoption, () => undefined)).toEqual({ completed: 1, left: 1 });
  expect(await adoptPapers(adoption, () => undefined)).toEqual({ completed: 0, left: 1 });
  await adoption.setMetadata(METADATA);

  expect(await store.describe()).toMatchObject({ count: 2, metadata: METADATA, missingIndexes: [] });
  const [paper] = (
    await store.retrieve([toPointId(record.id)], ['title', 'authors', 'categories', 'year'])
  ).values();
  expect(paper?.payload).toEqual({
    title: 'A title',
    authors: ['C. Balázs', 'E. L. Berger'],
    categories: ['hep-ph'],
    year: 1999,
  });
  const kept = await request('POST', 'contract_course/points', {
    ids: [toPointId(record.id)],
    with_vector: true,
  });
  expect(kept).toMatchObject([{ vector: { '': [1, 0, 0, 0] } }]);
  await store.drop();
  await store.close();
});

test('changes that others make to papers during adoption are kept', async () => {
  const store = await openStore('contract_course');
  await store.drop();
  await request('PUT', 'contract_course', { vectors: { size: 4, distance: 'Cosine' } });
  const { adoption } = store;
  if (!adoption) throw new Error('Qdrant collections can be adopted');
  await adoption.addKeywordVector();
  const [adopted, deleted, loaded] = [1, 2, 3].map((number) => toPointId(`2101.0000${number}`));
  const payload = { id: '2101.00001', title: 'A title', abstract: 'What it says.', authors: 'A. Author' };
  const points = [adopted, deleted, loaded].map((id) => ({ id, vector: [0, 1, 0, 0], payload }));
  await request('PUT', 'contract_course/points?wait=true', { points });

  const whileAdopting: Adoption = {
    ...adoption,
    async adopt(papers) {
      await request('POST', 'contract_course/points/delete?wait=true', { points: [deleted] });
      await request('PUT', 'contract_course/points?wait=true', {
        points: [{ id: loaded, vector: [1, 0, 0, 0], payload: { title: 'Loaded', content_hash: 'theirs' } }],
      });
      await adoption.adopt(papers);
    },
  };
  await adoptPapers(whileAdopting, () => undefined);

  const kept = await request('POST', 'contract_course/points', {
    ids: [adopted, deleted, loaded],
    with_vector: true,
    with_payload: ['title', 'content_hash'],
  });
  expect(kept).toEqual([
    {
      id: adopted,
      payload: { title: 'A title', content_hash: expect.any(String) },
      vector: { '': [0, 1, 0, 0], bm25: expect.anything() },
    },
    { id: loaded, payload: { title: 'Loaded', content_hash: 'theirs' }, vector: expect.anything() },
  ]);
  expect(kept).not.toMatchObject([{}, { vector: { bm25: expect.anything() } }]);
  await store.drop();
  await store.close();
});

/** Compatibility forms and the final sigma, which PaperQL folds but a server does not. */
const FORMS = '① Ⅳ ½ ΟΔΥΣΣΕΥΣ';

/** Texts that are difficult for a tokenizer. They exclude `Ə`, which is not in the server's table of accents. */
const TEXTS = [
  'We present an efficient approach for leveraging the knowledge from multiple modalities in training unimodal networks.',
  'the the THE of and',
  '',
  '... -- !?',
  "don't can't it's o'neill's C++ state_of-the-art x",
  `Naïve Balázs, Ångström, Škoda, Łódź, œuvre, Æther, groß, İstanbul, ﬁnite, Ｗｉｄｅ ２０２３ ${FORMS}`,
  '深度学习 深度 학습 学習する ОБУЧЕНИЕ обучения हिन्दी สวัสดี העברית 🦉🦉x',
  'skis skies dying lying tying idly gently ugly early only singly sky news howe atlas cosmos bias andes',
  'inning outing canning herring earring proceed exceed succeed generically communes arsenic yyy yay eye geology',
  String.raw`$\alpha_{s}(M_Z^2)=0.118\pm0.002$ \'etale \"uber $H_0$ 10^{-3} B\to K^*\mu\mu`,
  'generation generator generate generously relational conditional rationalization hopefulness electrical replacement',
  'word '.repeat(3_000),
  'x'.repeat(5_000),
];

test('keyword vectors are the same as the server’s own, except for compatibility forms', async () => {
  const name = 'contract_bm25';
  await request('DELETE', name);
  await request('PUT', name, { sparse_vectors: { bm25: {} } });
  const options = { avg_len: 125, ascii_folding: true };
  const points = TEXTS.map((text, id) => ({
    id,
    vector: { bm25: { text, model: 'qdrant/bm25', options } },
  }));
  await request('PUT', `${name}/points?wait=true`, { points });
  const found = (await request('POST', `${name}/points`, {
    ids: TEXTS.map((_, id) => id),
    with_vector: true,
  })) as {
    id: number;
    vector: { bm25?: { indices: number[]; values: number[] } };
  }[];
  expect(found).toHaveLength(TEXTS.length);
  for (const { id, vector } of found) {
    const { indices = [], values = [] } = vector.bm25 ?? {};
    const stored = indices.map((index, at) => [index, Math.fround(values[at] ?? NaN)]);
    const text = TEXTS[id] ?? '';
    const made = toDocumentVector(text);
    if (text.includes(FORMS)) {
      // The other words, whose weights depend on their number.
      const words = toDocumentVector(text.replace(FORMS, '')).indices;
      expect(indices).toEqual(expect.arrayContaining(words));
      expect(made.indices).toEqual(expect.arrayContaining(words));
      continue;
    }
    expect(stored.sort(([a = 0], [b = 0]) => a - b)).toEqual(
      made.indices.map((index, at) => [index, made.values[at]]),
    );
  }
  await request('DELETE', name);
});

test('the suite sends exactly the recorded requests; otherwise run: npm run test:record', () => {
  expect(recorder.differences()).toEqual([]);
});
