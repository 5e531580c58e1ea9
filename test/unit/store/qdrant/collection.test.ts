import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';

import { useStores } from './open-store.js';
import { METADATA } from '../../../contract/paper-points.js';
import { ok, refusal, type React } from '../../../support/qdrant-server.js';

const open = useStores();

const TEXT_INDEX = {
  type: 'text',
  tokenizer: 'word',
  lowercase: true,
  ascii_folding: true,
  phrase_matching: true,
};

/** The payload schema of a complete collection, as the server returns it. */
const WHOLE_SCHEMA = {
  ...indexes(['title', 'abstract', 'comments', 'journal-ref', 'authors'], 'text', TEXT_INDEX),
  ...indexes(['id', 'author_keys', 'author_names', 'categories', 'primary_category', 'archives'], 'keyword'),
  ...indexes(['doi', 'doi_keys', 'license'], 'keyword'),
  ...indexes(['submitted_at', 'updated_at'], 'datetime'),
  ...indexes(['version_count', 'year'], 'integer'),
};

const NewIndex = z.object({ field_name: z.string(), field_schema: z.looseObject({ type: z.string() }) });

/** As a server answers: true for a change to the collection, and the operation's status for an index. */
const acceptChange: React = ({ path }) =>
  ok(path.includes('/index') ? { operation_id: 1, status: 'completed' } : true);

describe('create', () => {
  test('creates an unnamed cosine vector, the bm25 vector and the metadata, then waits for every index', async () => {
    const { store, requests } = await open(acceptChange);
    await store.create(METADATA);
    const [creation, ...rest] = requests;
    expect(creation).toMatchObject({
      method: 'PUT',
      path: '/collections/papers',
      body: {
        vectors: { size: 4, distance: 'Cosine' },
        sparse_vectors: { bm25: { modifier: 'idf' } },
        metadata: METADATA,
      },
    });
    const made = rest.map(({ path, body }) => [path, body]);
    const linked = ['archives', 'author_keys', 'categories', 'submitted_at'];
    const expected = Object.entries(WHOLE_SCHEMA).map(([field, { data_type: type, params = { type } }]) => [
      '/collections/papers/index?wait=true',
      { field_name: field, field_schema: { ...params, enable_hnsw: linked.includes(field) } },
    ]);
    expect(made).toHaveLength(expected.length);
    expect(made).toEqual(expect.arrayContaining(expected));
  });

  test('fails with STORE_UNAVAILABLE if the collection exists, and does not change it', async () => {
    const { store, requests } = await open(() =>
      refusal(409, 'Wrong input: Collection `papers` already exists!'),
    );
    await expect(store.create(METADATA)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The collection papers already exists',
    });
    expect(requests).toHaveLength(1);
  });

  test('that fails halfway leaves indexes missing, which describe reports and optimize creates', async () => {
    const schema: Record<string, unknown> = {};
    let isBroken = true;
    const { store } = await open((asked) => {
      if (asked.method === 'GET') return ok(collection({ payload_schema: schema }));
      if (asked.path.endsWith('/points/count')) return ok({ count: 0 });
      if (!asked.path.includes('/index')) return ok(true);
      if (isBroken && 'title' in schema) return 'reset';
      const { field_name: field, field_schema: index } = NewIndex.parse(asked.body);
      schema[field] = { data_type: index.type, params: index };
      return ok({ status: 'completed' });
    });
    await expect(store.create(METADATA)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const broken = await store.describe();
    expect(broken?.missingIndexes).toContain('year');
    expect(broken?.missingIndexes).not.toContain('title');
    isBroken = false;
    await store.optimize();
    expect((await store.describe())?.missingIndexes).toEqual([]);
  });
});

describe('describe', () => {
  test('returns the server’s settings and the exact count', async () => {
    const { store, requests } = await open(describing({ metadata: METADATA }));
    expect(await store.describe()).toEqual({
      name: 'papers',
      count: 7,
      dimension: 4,
      distance: 'Cosine',
      metadata: METADATA,
      missingIndexes: [],
    });
    expect(requests).toHaveLength(1);
  });

  test.each(['yellow', 'grey', 'red'])('counts the points while the status is %s', async (status) => {
    const { store, requests } = await open(({ method }) =>
      ok(method === 'GET' ? { ...collection({}), status, points_count: 8 } : { count: 7 }),
    );
    expect(await Promise.all([store.describe(), store.count()])).toMatchObject([{ count: 7 }, 7]);
    const counted = requests.filter(({ method }) => method === 'POST');
    expect(counted).toMatchObject(
      Array(2).fill({ path: '/collections/papers/points/count', body: { exact: true } }),
    );
  });

  test.each([undefined, {}])('shows the number of points that a count of all returns: %j', async (filter) => {
    const { store, requests } = await open(describing({}));
    expect(await store.count(filter)).toBe(7);
    expect(requests).toMatchObject([{ method: 'GET', path: '/collections/papers' }]);
  });

  test('is null for a collection that does not exist', async () => {
    const { store } = await open(() => refusal(404, "Not found: Collection `papers` doesn't exist!"));
    expect(await store.describe()).toBeNull();
  });

  test.each([
    ['none', undefined],
    ['of another maker', { embedder: 'local:all-MiniLM-L6-v2', dimensions: 4 }],
    ['of another type', { ...METADATA, dimension: '4' }],
  ])('returns null for metadata: %s', async (_what, metadata) => {
    const { store } = await open(describing({ metadata }));
    expect((await store.describe())?.metadata).toBeNull();
  });

  test('rejects a collection whose dense vector has a name', async () => {
    const { store } = await open(describing({ vectors: { dense: { size: 4, distance: 'Cosine' } } }));
    await expect(store.describe()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/papers has no unnamed dense vector/),
    });
  });

  test.each([
    ['is missing', 'doi', undefined],
    ['is of another type', 'year', { data_type: 'keyword' }],
    [
      'splits words differently',
      'title',
      { data_type: 'text', params: { ...TEXT_INDEX, tokenizer: 'prefix' } },
    ],
    ['distinguishes case', 'title', { data_type: 'text', params: { ...TEXT_INDEX, lowercase: false } }],
    [
      'distinguishes accents',
      'authors',
      { data_type: 'text', params: { ...TEXT_INDEX, ascii_folding: null } },
    ],
    [
      'does not support phrases',
      'authors',
      { data_type: 'text', params: { ...TEXT_INDEX, phrase_matching: false } },
    ],
    ['drops words', 'comments', { data_type: 'text', params: { ...TEXT_INDEX, stopwords: 'english' } }],
    ['drops short words', 'abstract', { data_type: 'text', params: { ...TEXT_INDEX, min_token_len: 2 } }],
    ['has no parameters', 'authors', { data_type: 'text' }],
  ])('reports an index as missing if it %s', async (_what, field, index) => {
    const { store } = await open(describing({ payload_schema: { ...WHOLE_SCHEMA, [field]: index } }));
    expect((await store.describe())?.missingIndexes).toEqual([field]);
  });

  test('accepts an index on disk or in memory', async () => {
    const index = { data_type: 'text', params: { ...TEXT_INDEX, on_disk: true, stemmer: null } };
    const { store } = await open(describing({ payload_schema: { ...WHOLE_SCHEMA, title: index } }));
    expect((await store.describe())?.missingIndexes).toEqual([]);
  });
});

describe('a server that has restarted while it was indexing', () => {
  const react: React = ({ method }) => ok(method === 'GET' ? { ...collection({}), status: 'grey' } : true);

  test('is reported as paused', async () => {
    const { store } = await open(react);
    expect(await store.indexing()).toMatchObject({ state: 'paused' });
  });

  test('continues when indexing is turned on, even if it was never off', async () => {
    const { store, requests } = await open(react);
    await store.setVectorIndexing('on');
    expect(requests.filter(({ method }) => method === 'PATCH')).toMatchObject([
      { path: '/collections/papers', body: { optimizers_config: {} } },
    ]);
  });

  test('continues when the settings from before a load are restored', async () => {
    const metadata = { indexing_threshold_before_loading: 9, segments_before_loading: null };
    const { store, requests } = await open(({ method }) =>
      ok(method === 'GET' ? { ...collection({ metadata }), status: 'grey' } : true),
    );
    await store.setVectorIndexing('on');
    const [change, ...others] = requests.filter(({ method }) => method === 'PATCH');
    expect(others).toEqual([]);
    expect(change?.body).toEqual({
      optimizers_config: { indexing_threshold: 9 },
      metadata: {
        indexing_threshold_before_loading: null,
        segments_before_loading: null,
        max_segment_size_before_loading: null,
      },
    });
  });
});

interface Shape {
  metadata?: unknown;
  vectors?: unknown;
  payload_schema?: Record<string, unknown>;
}

function collection({ metadata, vectors, payload_schema: schema = WHOLE_SCHEMA }: Shape) {
  return {
    config: { params: { vectors: vectors ?? { size: 4, distance: 'Cosine' } }, metadata },
    payload_schema: schema,
    status: 'green',
    points_count: 7,
  };
}

function describing(shape: Shape): React {
  return ({ method }) => (method === 'GET' ? ok(collection(shape)) : refusal(405, ''));
}

function indexes(fields: readonly string[], type: string, params?: object) {
  return Object.fromEntries(fields.map((field) => [field, { data_type: type, ...(params && { params }) }]));
}
