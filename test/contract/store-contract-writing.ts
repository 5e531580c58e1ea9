import { setTimeout } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { METADATA, arxivIds, paper, searchOne } from './paper-points.js';
import type { OpenStore, UseCollection } from './store-contract.js';
import { toPointId } from '../../src/papers/point-id.js';
import type { PaperStore } from '../../src/store/store.js';

/** Creating, describing and dropping collections, writing, reading by id, counting. */
export function registerWritingContract(openStore: OpenStore, useCollection: UseCollection): void {
  describe('a collection', () => {
    let store: PaperStore;
    beforeAll(async () => {
      store = await openStore('contract_lifecycle');
      await store.drop();
    });
    afterAll(async () => {
      await store.drop();
      await store.close();
    });

    test('can be described, created once, filled, and dropped twice', async () => {
      expect(await store.describe()).toBeNull();
      await store.create(METADATA);
      const described = { name: 'contract_lifecycle', dimension: 4, distance: 'Cosine', metadata: METADATA };
      expect(await store.describe()).toEqual({ ...described, count: 0, missingIndexes: [] });
      await expect(store.create(METADATA)).rejects.toMatchObject({
        message: expect.stringMatching(/exist/i),
      });
      await store.upsert([paper('2501.00001', [1, 0, 0, 0]), paper('2501.00002', [0, 1, 0, 0])]);
      await store.optimize();
      expect(await store.describe()).toEqual({ ...described, count: 2, missingIndexes: [] });
      await store.drop();
      expect(await store.describe()).toBeNull();
      await store.drop();
    });

    test('can be queried while it is empty', async () => {
      await store.create(METADATA);
      expect(await searchOne(store)).toEqual([]);
      expect(
        await searchOne(store, { ranking: { kind: 'listing', by: 'updated_at', direction: 'desc' } }),
      ).toEqual([]);
      expect(await searchOne(store, { ranking: { kind: 'keyword', text: 'paper' } })).toEqual([]);
      expect(await store.facets([{ field: 'categories', limit: 5 }])).toEqual([[]]);
      expect(await store.count()).toBe(0);
      expect(await store.retrieve([toPointId('2501.00001')], ['id'])).toEqual(new Map());
      await store.optimize();
      await store.drop();
    });

    test('reports the progress of its vector index, and accepts writes while indexing is off', async () => {
      await store.create(METADATA);
      await store.setVectorIndexing('off');
      await store.setVectorIndexing('off');
      await store.upsert([paper('2501.00001', [1, 0, 0, 0])]);
      await store.setVectorIndexing('on');
      await store.setVectorIndexing('on');
      // Neither store builds a vector index for a single paper; a server first merges the segments of a new collection.
      let state = await store.indexing();
      while (state.state === 'building') {
        await setTimeout(100);
        state = await store.indexing();
      }
      expect(state).toEqual({ indexed: 0, total: 1, state: 'idle' });
      expect((await store.describe())?.metadata).toEqual(METADATA);
      await store.drop();
    });

    test('returns content hashes, alone or with other fields', async () => {
      await store.create(METADATA);
      const hashed = paper('2501.00077', [1, 0, 0, 0], { content_hash: 'abc' });
      await store.upsert([hashed, paper('2501.00078', [1, 0, 0, 0])]);
      const ids = [hashed.id, toPointId('2501.00078'), toPointId('2501.00079')];
      const found = await store.retrieve(ids, ['content_hash']);
      expect(found).toEqual(
        new Map([
          [ids[0], { id: ids[0], payload: { content_hash: 'abc' } }],
          [ids[1], { id: ids[1], payload: {} }],
        ]),
      );
      const [whole] = (await store.retrieve([hashed.id], ['id', 'content_hash'])).values();
      expect(whole?.payload).toMatchObject({ id: '2501.00077', content_hash: 'abc' });
      await store.drop();
    });

    test('that does not exist causes errors in search, count, read and write, never an empty answer', async () => {
      const unavailable = {
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining('contract_lifecycle'),
      };
      await expect(searchOne(store)).rejects.toMatchObject(unavailable);
      await expect(store.count()).rejects.toMatchObject(unavailable);
      await expect(store.vectors([toPointId('2501.00001')])).rejects.toMatchObject(unavailable);
      await expect(store.facets([{ field: 'year', limit: 1 }])).rejects.toMatchObject(unavailable);
      await expect(store.retrieve([toPointId('2501.00001')], ['id'])).rejects.toMatchObject(unavailable);
      await expect(store.upsert([paper('2501.00001', [1, 0, 0, 0])])).rejects.toMatchObject(unavailable);
    });
  });

  describe('writing', () => {
    const store = useCollection('contract_writing', [
      paper('2502.00001', [1, 0, 0, 0], { title: 'First', categories: ['cs.CV'] }),
      paper('2502.00002', [0, 1, 0, 0], { title: 'Second', doi: '10.1000/second' }),
    ]);

    test('an upsert of an existing point replaces its vector, payload and filterable values', async () => {
      await store().upsert([
        paper('2502.00002', [1, 0.1, 0, 0], { title: 'Second, again', categories: ['cs.CV'] }),
      ]);
      expect(await store().count()).toBe(2);
      const hits = await searchOne(store(), { fields: ['id', 'title', 'doi'] });
      expect(hits.map(({ payload }) => payload.title)).toEqual(['First', 'Second, again']);
      expect(hits[1]?.payload.doi).toBeUndefined();
      expect(hits[1]?.score).toBeGreaterThan(0.9);
      expect(await store().count({ must: [{ key: 'categories', match: { value: 'cs.CV' } }] })).toBe(2);
      expect(await store().count({ must: [{ key: 'doi', match: { value: '10.1000/second' } }] })).toBe(0);
    });

    test('if a call has several points with one id, the last one is kept', async () => {
      await store().upsert([
        paper('2502.00003', [0, 0, 1, 0], { title: 'Earlier' }),
        paper('2502.00003', [0, 0, 0, 1], { title: 'Later' }),
      ]);
      expect(await store().count()).toBe(3);
      const kept = await store().retrieve([toPointId('2502.00003')], ['title']);
      expect([...kept.values()]).toMatchObject([{ payload: { title: 'Later' } }]);
    });

    test('a point of another dimension rejects the call, and nothing is stored', async () => {
      const before = await store().count();
      const call = store().upsert([paper('2502.00004', [1, 0, 0, 0]), paper('2502.00005', [1, 0, 0])]);
      await expect(call).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(/dimension/i),
      });
      expect(await store().count()).toBe(before);
      expect(await store().retrieve([toPointId('2502.00004')], ['id'])).toEqual(new Map());
    });

    test('an empty upsert is not an error', async () => {
      await expect(store().upsert([])).resolves.toBeUndefined();
    });

    test('a complete payload is returned as it was written', async () => {
      const written = paper('hep-th/9901001', [1, 1, 0, 0], {
        title: 'Über "quotes", back\\slashes & 🦉',
        authors: ['C. Balázs', '张伟'],
        comments: '12 pages',
        'journal-ref': 'Phys.Rev.D76:013009,2007',
        versions: [{ version: 'v1', created: '1999-01-01T00:00:00Z' }],
        submitted_at: '1999-01-01T00:00:00Z',
        year: 1999,
        version_count: 1,
      });
      await store().upsert([written]);
      const fields = Object.keys(written.payload) as (keyof typeof written.payload)[];
      const read = await store().retrieve([written.id], fields);
      expect(read.get(written.id)).toEqual({ id: written.id, payload: written.payload });
    });
  });

  describe('reading', () => {
    const store = useCollection('contract_reading', [
      paper('2503.00001', [1, 0, 0, 0], { year: 2023 }),
      paper('2503.00002', [0, 1, 0, 0], { year: 2024 }),
      paper('2503.00003', [0, 0, 1, 0]),
    ]);

    test('retrieve returns the papers that exist, by id', async () => {
      const known = [toPointId('2503.00003'), toPointId('2503.00001')];
      const found = await store().retrieve([...known, toPointId('2503.99999')], ['id', 'year']);
      expect([...found.keys()].sort()).toEqual([...known].sort());
      expect(found.get(toPointId('2503.00001'))).toMatchObject({
        id: toPointId('2503.00001'),
        payload: { id: '2503.00001', year: 2023 },
      });
      expect(arxivIds(found.values()).sort()).toEqual(['2503.00001', '2503.00003']);
    });

    test('a repeated id is found once, and no ids return no papers', async () => {
      const id = toPointId('2503.00002');
      expect((await store().retrieve([id, id], ['id'])).size).toBe(1);
      expect(await store().retrieve([], ['id'])).toEqual(new Map());
    });

    test('vectors returns vectors by id, without unknown ids', async () => {
      const [first, second] = [toPointId('2503.00001'), toPointId('2503.00002')];
      const found = await store().vectors([second, first, toPointId('2503.99999')]);
      expect(new Map(found)).toEqual(
        new Map([
          [first, Float32Array.of(1, 0, 0, 0)],
          [second, Float32Array.of(0, 1, 0, 0)],
        ]),
      );
      expect(await store().vectors([])).toEqual(new Map());
    });

    test('vectors have length 1, except zero vectors', async () => {
      const [long, zero] = [paper('2503.00004', [0, 3, 0, 4]), paper('2503.00005', [0, 0, 0, 0])];
      await store().upsert([long, zero]);
      const found = await store().vectors([long.id, zero.id]);
      expect(Array.from(found.get(long.id) ?? [])).toEqual([0, expect.closeTo(0.6), 0, expect.closeTo(0.8)]);
      expect(found.get(zero.id)).toEqual(new Float32Array(4));
    });

    test('count is exact, with and without a filter', async () => {
      expect(await store().count()).toBe(5);
      expect(await store().count({})).toBe(5);
      expect(await store().count({ must: [{ key: 'year', range: { gte: 2024 } }] })).toBe(1);
      expect(await store().count({ must_not: [{ key: 'year', range: { gte: 2024 } }] })).toBe(4);
    });
  });
}
