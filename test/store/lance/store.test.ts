import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { METADATA, arxivIds, hitsOf, paper, request, searchOne } from '../../contract/paper-points.js';
import { clusteredPoints, recall } from '../../support/clustered-points.js';
import { toPointId } from '../../../src/papers/point-id.js';
import type { LanceStoreOptions } from '../../../src/store/lance/lance-store.js';
import { importOnce } from '../../support/import-once.js';
import { connect, openLanceStore } from '../../support/lance-store.js';
import type { Filter } from '../../../src/store/filter.js';
import type { PaperPoint, PaperStore, SearchParams } from '../../../src/store/store.js';

/** The store's own class. */
const { RowCache } = await importOnce<typeof import('../../../src/store/lance/rows.js')>(
  '../../src/store/lance/rows.js',
);

let dataDir: string;
let opened: PaperStore[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-lance-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await rm(dataDir, { recursive: true });
});

describe('the data folder', () => {
  test('keeps a collection for the next start', async () => {
    const first = await open();
    await first.create(METADATA);
    await first.upsert([paper('2401.00001', [1, 0, 0, 0], { title: 'Kept' })]);
    await first.close();
    const second = await open();
    expect(await second.describe()).toMatchObject({ count: 1, dimension: 4, metadata: METADATA });
    expect(await searchOne(second, { fields: ['title'] })).toMatchObject([{ payload: { title: 'Kept' } }]);
  });

  test('returns author keys on request, although stored payloads do not contain them', async () => {
    const point = paper('2401.00001', [1, 0, 0, 0], { authors: ['Csaba Balázs', 'C. Li'] });
    const store = await open();
    await store.create(METADATA);
    await store.upsert([point]);
    const whole = ['id', 'title', 'authors', 'author_keys'] as const;
    const expected = [{ id: point.id, payload: point.payload }];
    expect([...(await store.retrieve([point.id], whole)).values()]).toEqual(expected);
    expect(await searchOne(store, { fields: whole })).toMatchObject(expected);
    for await (const papers of store.scan(whole)) expect(papers).toEqual(expected);
    const others = (await store.retrieve([point.id], ['id', 'title'])).get(point.id)?.payload;
    expect(others).toEqual({ ...point.payload, author_keys: undefined });
  });

  test('may have a name that looks like an address of the engine’s cloud', async () => {
    const before = process.cwd();
    process.chdir(dataDir);
    try {
      const store = await open({ dataDir: 'db' });
      await store.create(METADATA);
      expect(await (await open({ dataDir: path.join(dataDir, 'db') })).describe()).toMatchObject({
        count: 0,
      });
    } finally {
      process.chdir(before);
    }
  });

  test('is named in the error if it is not writable', async () => {
    const file = path.join(dataDir, 'file');
    await writeFile(file, '');
    await expect(open({ dataDir: path.join(file, 'data') })).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(/Cannot write to the data folder .*file\/data \(ENOTDIR\)/),
    });
  });

  test('with the remains of an unfinished table has no such collection, and can create it', async () => {
    await mkdir(path.join(dataDir, 'papers.lance', 'data'), { recursive: true });
    const store = await open();
    expect(await store.describe()).toBeNull();
    await store.create(METADATA);
    expect(await store.describe()).toMatchObject({ count: 0, metadata: METADATA });
  });
});

describe('a write whose signal is aborted', () => {
  test('does not start if it is still waiting for its turn', async () => {
    const store = await open();
    await store.create(METADATA);
    const controller = new AbortController();
    const first = store.upsert([paper('2401.00001', [1, 0, 0, 0])]);
    const second = store.upsert([paper('2401.00002', [0, 1, 0, 0])], { signal: controller.signal });
    controller.abort(new Error('nobody waits'));
    await expect(second).rejects.toThrow('nobody waits');
    await first;
    expect(await store.count()).toBe(1);
  });

  test('ends between two steps of optimize, and does not block later writes', async () => {
    const store = await open();
    await store.create(METADATA);
    await store.upsert([paper('2401.00001', [1, 0, 0, 0])]);
    const controller = new AbortController();
    const steps: string[] = [];
    const optimizing = store.optimize({
      onProgress: ({ name }) => {
        steps.push(name);
        controller.abort(new Error('nobody waits'));
      },
      signal: controller.signal,
    });
    await expect(optimizing).rejects.toThrow('nobody waits');
    await store.upsert([paper('2401.00002', [0, 1, 0, 0])]);
    expect([steps, await store.count()]).toEqual([['merging files'], 2]);
  });
});

describe('a store while another one writes to it', () => {
  test('sees new points, replaced points and the deleted collection at once', async () => {
    const [writer, reader] = [await open(), await open()];
    await writer.create(METADATA);
    expect(await reader.count()).toBe(0);
    await writer.upsert([paper('2401.00001', [1, 0, 0, 0])]);
    expect(arxivIds(await searchOne(reader))).toEqual(['2401.00001']);
    await writer.upsert([paper('2401.00001', [1, 0, 0, 0], { title: 'Replaced' })]);
    await writer.optimize();
    expect(await searchOne(reader, { fields: ['title'] })).toMatchObject([
      { payload: { title: 'Replaced' } },
    ]);
    await writer.drop();
    expect(await reader.describe()).toBeNull();
  });

  test('sees a recreated collection with vectors of another dimension', async () => {
    const [writer, reader] = [await open(), await open()];
    await writer.create(METADATA);
    await writer.upsert([paper('2401.00001', [1, 0, 0, 0])]);
    expect(await reader.count()).toBe(1);
    await writer.drop();
    await writer.create({ ...METADATA, dimension: 2 });
    await writer.upsert([paper('2401.00002', [1, 0]), paper('2401.00003', [1, 1])]);
    expect(await reader.describe()).toMatchObject({ count: 2, dimension: 2 });
    const nearest = { kind: 'nearest', vector: Float32Array.of(1, 0) } as const;
    expect(arxivIds(await searchOne(reader, { ranking: nearest }))).toEqual(['2401.00002', '2401.00003']);
  });

  test('sees the count right after each write, even of a recreated collection with the same number of versions', async () => {
    const [writer, reader] = [await open(), await open()];
    for (const id of ['2401.00001', '2401.00002']) {
      await writer.create(METADATA);
      await writer.upsert([paper(id, [1, 0, 0, 0])]);
      expect(await reader.describe()).toMatchObject({ count: 1 });
      expect(await reader.indexing()).toMatchObject({ total: 1 });
      expect(arxivIds(await searchOne(reader))).toEqual([id]);
      // The new collection counts its versions from 1 again, and the reader has not noticed that the old one was deleted.
      await writer.drop();
    }
    expect(await reader.describe()).toBeNull();
  });
});

describe('describing a collection', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('reads nothing again until something is written, and cached papers stay valid', async () => {
    const store = await open();
    await store.create(METADATA);
    await store.upsert([paper('2401.00001', [1, 0, 0, 0])]);
    await Promise.all(Array.from({ length: 100 }, () => store.describe()));
    const ids = [toPointId('2401.00001')];
    const papers = await store.retrieve(ids, ['title', 'abstract', 'comments']);

    const reads = jest.spyOn(RowCache.prototype, 'read');
    const facts = jest.spyOn(RowCache.prototype, 'facts');
    for (let time = 0; time < 3; time++) {
      expect(await store.describe()).toMatchObject({ count: 1 });
      expect(await store.indexing()).toEqual({ indexed: 0, total: 1, state: 'idle' });
      expect(await store.retrieve(ids, ['title', 'abstract', 'comments'])).toEqual(papers);
    }
    expect(reads).not.toHaveBeenCalled();
    // This table is open all the time, so it shows the old state.
    expect(new Set(facts.mock.contexts).size).toBe(1);
  });
});

describe('a cancelled search', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('sends no further query to the engine', async () => {
    const store = await open();
    await store.create(METADATA);
    await store.upsert([paper('2401.00001', [1, 0, 0, 0])]);
    const controller = new AbortController();
    const queries: string[] = [];
    jest.spyOn(RowCache.prototype, 'refresh').mockImplementation(() => {
      queries.push('version');
      controller.abort(new Error('nobody waits'));
      return Promise.resolve();
    });
    jest.spyOn(RowCache.prototype, 'read').mockImplementation(() => {
      queries.push('rows');
      return Promise.resolve([]);
    });
    const { signal } = controller;
    await expect(store.search([request(), request()], { signal })).rejects.toThrow('nobody waits');
    await new Promise(setImmediate);
    expect(queries).toEqual(['version']);
  });
});

describe('an upsert', () => {
  test('waits for earlier ones, and none is lost', async () => {
    const store = await open();
    await store.create(METADATA);
    const batches = Array.from({ length: 8 }, (_, at) => [
      paper(`2401.0000${at}`, [1, at, 0, 0]),
      paper('2401.99999', [1, 0, 0, 0], { title: `Batch ${at}` }),
    ]);
    await Promise.all(batches.map((batch) => store.upsert(batch)));
    expect(await store.count()).toBe(9);
    const last = await store.retrieve([toPointId('2401.99999')], ['title']);
    expect([...last.values()]).toMatchObject([{ payload: { title: 'Batch 7' } }]);
  });

  test('is rejected if it contains NaN or infinite numbers', async () => {
    const store = await open();
    await store.create(METADATA);
    await expect(store.upsert([paper('2401.00001', [1, NaN, 0, 0])])).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(toPointId('2401.00001')),
    });
    expect(await store.count()).toBe(0);
  });

  test('stores invalid Unicode without affecting other points', async () => {
    const store = await open();
    await store.create(METADATA);
    const [high, low] = ['\ud83e', '\udd89'];
    await store.upsert([
      paper('2401.00001', [1, 0, 0, 0], { license: `a${high}` }),
      paper('2401.00002', [1, 1, 0, 0], { license: `${low}b`, title: 'é 深度学习 🦉 ß' }),
    ]);
    expect(await store.count({ must: [{ key: 'license', match: { value: '\ufffdb' } }] })).toBe(1);
    expect(await store.count({ must: [{ key: 'title', match: { phrase: 'E 深度学习 SS' } }] })).toBe(1);
  });
});

describe('facets', () => {
  test('of an unsupported filter do not affect others', async () => {
    const store = await open();
    await store.create(METADATA);
    await store.upsert([paper('2401.00001', [1, 0, 0, 0], { year: 2024 })]);
    const [refused, answered] = await store.facets([
      { field: 'year', filter: { must: [{ is_null: { key: 'year' } }] }, limit: 10 },
      { field: 'year', limit: 10 },
    ]);
    expect(refused).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(/is_null/) });
    expect(answered).toEqual([{ value: 2024, count: 1 }]);
  });
});

describe('facets of all papers', () => {
  test('are those counted by optimize until something is written', async () => {
    const store = await open();
    await store.create(METADATA);
    await store.upsert([
      paper('2401.00001', [1, 0, 0, 0], { year: 2024, categories: ['cs.LG', 'cs.CV'] }),
      paper('2401.00002', [1, 1, 0, 0], { year: 2023 }),
    ]);
    const ask = (limit = 10, filter?: Filter) =>
      store.facets([{ field: 'categories', limit, ...(filter && { filter }) }]);
    const counted = [{ value: 'cs.LG', count: 2 }, { value: 'cs.CV', count: 1 }]; // prettier-ignore
    expect(await ask()).toEqual([counted]);
    await store.optimize();
    expect(await ask()).toEqual([counted]);
    expect(await ask(1)).toEqual([counted.slice(0, 1)]);

    // The counts stored with the table are returned.
    const connection = await connect(dataDir);
    const table = await connection.openTable(store.collection);
    const column = (await table.schema()).fields.find(({ name }) => name === 'content_hash');
    const kept = JSON.parse(column?.metadata.get('paperql.facets') ?? '') as {
      version: number;
      facets: object;
    };
    expect(kept.version).toBe(await table.version());
    const changed = { version: kept.version + 1, facets: { categories: [{ value: 'kept', count: 7 }] } };
    await table.updateFieldMetadata([
      { path: 'content_hash', metadata: { 'paperql.facets': JSON.stringify(changed) } },
    ]);
    connection.close();
    expect(await ask()).toEqual([[{ value: 'kept', count: 7 }]]);
    expect(await ask(10, { must: [{ key: 'year', match: { value: 2023 } }] })).toEqual([
      [{ value: 'cs.LG', count: 1 }],
    ]);

    await store.upsert([paper('2401.00003', [1, 2, 0, 0], { categories: ['math.CO'] })]);
    expect(await ask(1)).toEqual([[{ value: 'cs.LG', count: 2 }]]);
    await store.optimize();
    expect(await ask()).toEqual([[...counted, { value: 'math.CO', count: 1 }]]);
  });
});

describe('a listing of many papers', () => {
  test('returns all of them in order, page by page, from either end', async () => {
    const store = await open();
    await store.create(METADATA);
    const days = Array.from({ length: 5_000 }, (_, at) => (at * at) % 3_001);
    const dateOf = (day: number) => new Date(day * day * 86_400).toISOString();
    await store.upsert(
      days.map((day, at) =>
        paper(`p${at}`, [1, at, 0, 0], {
          ...(day % 10 > 0 && { submitted_at: dateOf(day) }),
          categories: [at % 2 === 0 ? 'cs.LG' : 'math.CO'],
        }),
      ),
    );
    await store.optimize();
    const filter: Filter = { must: [{ key: 'categories', match: { value: 'cs.LG' } }] };
    const even = days.flatMap((day, at) =>
      at % 2 === 0 ? [{ id: toPointId(`p${at}`), day: day % 10 > 0 ? day : null }] : [],
    );
    for (const direction of ['asc', 'desc'] as const) {
      const sign = direction === 'asc' ? 1 : -1;
      const sorted = [...even].sort(
        (a, b) =>
          Number(a.day === null) - Number(b.day === null) ||
          sign * ((a.day ?? 0) - (b.day ?? 0)) ||
          (a.id < b.id ? -1 : 1),
      );
      for (const [offset, limit] of [
        [0, 10],
        [500, 100],
        [2_200, 300],
      ] as const) {
        // prettier-ignore
        const ranking = { kind: 'listing', by: 'submitted_at', direction } as const;
        const hits = await searchOne(store, { ranking, filter, offset, limit, fields: [] });
        expect(hits.map(({ id }) => id)).toEqual(sorted.slice(offset, offset + limit).map(({ id }) => id));
      }
    }
  });
});

describe('a large filter', () => {
  test('may be as deep and as broad as the limits allow', async () => {
    const store = await open();
    await store.create(METADATA);
    await store.upsert([
      paper('2401.00001', [1, 0, 0, 0], { year: 2024 }),
      paper('2401.00002', [1, 0, 0, 0]),
    ]);
    const deep = (levels: number): Filter =>
      levels === 1
        ? { must: [{ key: 'year', match: { value: 2024 } }] }
        : {
            must_not: [{ key: 'doi', match: { value: 'x' } }],
            should: [{ min_should: { min_count: 1, conditions: [deep(levels - 2), { has_id: [] }] } }],
          };
    const notDeep: Filter = { must_not: [deep(29)] };
    expect(await store.count(deep(29))).toBe(1);
    expect(await store.count(notDeep)).toBe(1);
    const broad = Array.from({ length: 1_000 }, (_, at) => ({
      must: [
        { key: 'title', match: { phrase: `no ${at}` } },
        { key: 'year', range: { gte: at } },
      ],
    }));
    expect(await store.count({ should: [...broad, { key: 'year', match: { value: 2024 } }] })).toBe(1);
  });
});

describe('many points', () => {
  const DIMENSION = 32;
  const points = clusteredPoints(3_000, DIMENSION);

  test('have an approximate index that finds the same as an exact search, slice by slice', async () => {
    const store = await open({ approximateFromRows: 2_500 });
    await store.create({ ...METADATA, dimension: DIMENSION });
    await store.upsert(points);
    await store.upsert([paper('zero', Array<number>(DIMENSION).fill(0))]);
    const queries = points
      .slice(0, 40)
      .map((point) => Float32Array.from(point.vector, (each) => each + 0.01));
    const searchAll = async (changes: { offset: number; limit: number; filter?: Filter }) => {
      const outcomes = await store.search(
        queries.map((vector) => request({ ranking: { kind: 'nearest', vector }, fields: [], ...changes })),
      );
      return outcomes.map((outcome) => hitsOf(outcome).map(({ id, score }) => ({ id, score: score ?? NaN })));
    };
    const filter: Filter = { must: [{ key: 'categories', match: { value: 'cs.CV' } }] };
    const exact = await searchAll({ offset: 0, limit: 10 });
    const exactFiltered = await searchAll({ offset: 0, limit: 10, filter });
    await store.optimize();

    const window = await searchAll({ offset: 0, limit: 100 });
    expect(
      recall(
        exact,
        window.map((hits) => hits.slice(0, 10)),
      ),
    ).toBeGreaterThanOrEqual(0.95);
    expect(recall(exactFiltered, await searchAll({ offset: 0, limit: 10, filter }))).toBeGreaterThanOrEqual(
      0.95,
    );
    expect(window[0]?.[0]?.score).toBeCloseTo(exact[0]?.[0]?.score ?? NaN, 5);
    const slices = await Promise.all([0, 30, 60].map((offset) => searchAll({ offset, limit: 30 })));
    window.forEach((hits, at) => {
      expect(slices.flatMap((slice) => slice[at] ?? [])).toEqual(hits.slice(0, 90));
    });

    // Points written after the index was built are found without it, and with it once it is rebuilt.
    await store.upsert([{ ...paper('new', []), vector: Array.from(queries[0] ?? []) }]);
    expect((await searchAll({ offset: 0, limit: 1 }))[0]).toMatchObject([{ id: toPointId('new') }]);
    await store.optimize();
    expect((await searchAll({ offset: 0, limit: 1 }))[0]).toMatchObject([{ id: toPointId('new') }]);
    const zero: Filter = { must: [{ has_id: [toPointId('zero')] }] };
    expect((await searchAll({ offset: 0, limit: 1, filter: zero }))[0]).toEqual([
      { id: toPointId('zero'), score: 0 },
    ]);
  });

  test('keep their index if few are added, until there have been many such loads', async () => {
    const store = await open({ approximateFromRows: 400 });
    await store.create({ ...METADATA, dimension: DIMENSION });
    await store.upsert(points.slice(0, 500));
    await store.optimize();
    const connection = await connect(dataDir);
    const table = await connection.openTable(store.collection);
    const readGraph = async () => {
      await table.checkoutLatest();
      const index = (await table.listIndices()).find(({ columns }) => columns.includes('vector'));
      return { id: index?.indexUuid, graphs: index?.numSegments, left: index?.numUnindexedRows };
    };
    const first = await readGraph();
    expect(first).toMatchObject({ graphs: 1, left: 0 });
    const added: PaperPoint[] = [];
    const load = async (name: string) => {
      const angle = added.length;
      const vector = Array.from({ length: DIMENSION }, (_, at) => Math.sin(angle * 7 + at));
      added.push({ ...paper(name, []), vector });
      await store.upsert(added.slice(-1));
      await store.optimize();
    };
    for (let day = 1; day <= 7; day++) {
      await load(`day ${day}`);
      expect(await readGraph()).toEqual({ ...first, graphs: 1 + day });
    }
    await load('day 8');
    const again = await readGraph();
    expect(again).toMatchObject({ graphs: 1, left: 0 });
    expect(again.id).not.toBe(first.id);
    for (const { id, vector } of added) {
      const ranking = { kind: 'nearest', vector: Float32Array.from(vector) } as const;
      expect((await searchOne(store, { ranking, limit: 1, window: 1, fields: [] }))[0]?.id).toBe(id);
    }
    connection.close();
  });

  test('are searched with the parameters of the query', async () => {
    const store = await open({ approximateFromRows: 2_500 });
    await store.create({ ...METADATA, dimension: DIMENSION });
    await store.upsert(points);
    const vector = Float32Array.from(points[0]?.vector ?? [], (each) => each + 0.01);
    const search = async (params?: SearchParams) => {
      const hits = await searchOne(store, {
        ranking: { kind: 'nearest', vector },
        limit: 10,
        window: 10,
        fields: [],
        ...(params && { params }),
      });
      return hits.map(({ id, score }) => ({ id, score: score ?? NaN }));
    };
    const scanned = await search();
    await store.optimize();

    expect(await search({ exact: true })).toEqual(scanned);
    expect(recall([scanned], [await search({ hnswEf: 400, quantization: { oversampling: 4 } })])).toBe(1);
    const copies = await search({ hnswEf: 400, quantization: { rescore: false } });
    expect(recall([scanned], [copies])).toBeGreaterThanOrEqual(0.6);
    // Distances of the quantized copies, which are close to those of the vectors.
    expect(copies[0]?.score).toBeCloseTo(scanned[0]?.score ?? NaN, 1);
    expect(copies[0]?.score).not.toBe(scanned[0]?.score);
    await expect(search({ quantization: { ignore: true } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      argumentPath: ['params', 'quantization', 'ignore'],
    });
  });
});

test('equal scores at the edge of a window are ordered by point id', async () => {
  const store = await open();
  await store.create(METADATA);
  const equal = Array.from({ length: 60 }, (_, at) => paper(`equal/${at}`, [1, 2, 0, 0]));
  await store.upsert([...equal, paper('best', [1, 0, 0, 0])]);
  const expected = [toPointId('best'), ...equal.map(({ id }) => id).sort()].slice(0, 5);
  expect((await searchOne(store, { limit: 5, window: 5 })).map(({ id }) => id)).toEqual(expected);
});

test('the engine prints nothing during queries', async () => {
  const store = await open();
  await store.create(METADATA);
  await store.upsert([paper('2401.00001', [1, 0, 0, 0]), paper('2401.00002', [0, 1, 0, 0])]);
  // The engine bypasses Node's streams, so only another process can capture its output.
  const modules = new URL('../../../src/', import.meta.url);
  const script = `
    import { openLanceStore } from '${modules.href}store/lance/store.js';
    const store = await openLanceStore({ dataDir: ${JSON.stringify(dataDir)}, collection: 'papers' });
    const rest = { offset: 0, limit: 5, window: 5, fields: ['id'] };
    const outcomes = await store.search([
      { ranking: { kind: 'nearest', vector: Float32Array.of(1, 0, 0, 0) }, ...rest },
      { ranking: { kind: 'similar', to: '${toPointId('2401.00001')}' }, ...rest },
      { ranking: { kind: 'listing', by: 'updated_at', direction: 'asc' }, ...rest },
    ]);
    console.log(outcomes.map((hits) => hits.length).join());
    const graph = await openLanceStore({ dataDir: ${JSON.stringify(dataDir)}, collection: 'graph', approximateFromRows: 1 });
    await graph.create(${JSON.stringify(METADATA)});
    const points = (from, to) => Array.from({ length: to - from }, (_, at) => ({
      ...${JSON.stringify(paper('2401.00003', []))},
      id: '00000000-0000-4000-8000-' + String(from + at).padStart(12, '0'),
      vector: [1, from + at, Math.sin(at), 2],
    }));
    await graph.upsert(points(0, 300));
    await graph.optimize();
    await graph.upsert(points(300, 310));
    await graph.optimize();
  `;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    {
      env: {},
    },
  );
  expect(stdout).toBe('2,1,2\n');
  expect(stderr).toBe('');
});

async function open(options: Partial<LanceStoreOptions> = {}): Promise<PaperStore> {
  const store = await openLanceStore({ dataDir, collection: 'papers', ...options });
  opened.push(store);
  return store;
}
