import { connect, makeArrowTable, VectorColumnOptions, type Connection, type Table } from '@lancedb/lancedb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Float32 } from '../../../src/store/lance/arrow.js';
import { MovedRowsError, readAddresses, RowCache } from '../../../src/store/lance/rows.js';

let folder: string;
let connection: Connection;
let table: Table;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-rows-'));
  connection = await connect(folder, { readConsistencyInterval: 0 });
  table = await connection.createTable('rows', toRows(['a', 'b']));
  await table.add(toRows(['c']));
});
afterEach(async () => {
  connection.close();
  await rm(folder, { recursive: true });
});

test('returns the ids of rows in the requested order, and caches them', async () => {
  const cache = await openCache();
  const [a = -1n, b = -1n, c = -1n] = await readAll();
  expect(await cache.take([c, a], cache.ids)).toEqual(['c', 'a']);
  expect(cache.addressOf('a')).toBe(a);
  expect(cache.addressOf('b')).toBeUndefined();
  expect(await cache.take([b, a, c], cache.ids)).toEqual(['b', 'a', 'c']);
});

test('returns the vectors of rows in the requested order, and caches them with their ids', async () => {
  const cache = await openCache();
  const [a = -1n, b = -1n] = await readAll();
  expect(await cache.take([b], cache.vectors)).toEqual([vectorOf('b')]);
  expect(cache.recall('b', cache.vectors)).toEqual(vectorOf('b'));
  expect(cache.recall('a', cache.vectors)).toBeUndefined();
  expect(await cache.take([a, b], cache.vectors)).toEqual([vectorOf('a'), vectorOf('b')]);
  expect(cache.addressOf('a')).toBe(a);
});

test('caches payloads', async () => {
  const cache = await openCache();
  await cache.read(table.query().where(`id = 'c'`), cache.payloads);
  expect(cache.recall('c', cache.payloads)).toBe('{"id":"c"}');
  expect(cache.recall('a', cache.payloads)).toBeUndefined();
  expect(cache.recall('c', cache.vectors)).toBeUndefined();
});

test('caches counts until any process writes', async () => {
  const cache = await openCache();
  const facets = await cache.facets();
  facets.set('year', [{ value: 2024, count: 3 }]);
  expect((await cache.facets()).get('year')).toEqual([{ value: 2024, count: 3 }]);
  await writeByAnother();
  expect((await cache.facets()).get('year')).toBeUndefined();
  facets.set('year', [{ value: 2024, count: 3 }]);
  expect((await cache.facets()).get('year')).toBeUndefined();
});

test('empties the cache when any process writes', async () => {
  const cache = await openCache();
  await cache.take(await readAll(), cache.vectors);
  await cache.read(table.query(), cache.payloads);
  await cache.refresh();
  expect(cache.recall('a', cache.payloads)).toBe('{"id":"a"}');
  await writeByAnother();
  await cache.refresh();
  expect(cache.addressOf('a')).toBeUndefined();
  expect(cache.recall('a', cache.vectors)).toBeUndefined();
  expect(cache.recall('a', cache.payloads)).toBeUndefined();
});

test('does not cache a read if a write happened meanwhile', async () => {
  const cache = await openCache();
  const query = table.query().where(`id = 'a'`);
  const finish = query.toArrow.bind(query);
  // The answer has arrived, but is passed on only after the cache has seen the next version.
  query.toArrow = async () => {
    const rows = await finish();
    await writeByAnother();
    await cache.refresh();
    return rows;
  };
  const rows = await cache.read(query, cache.payloads);
  expect(rows).toHaveLength(1);
  expect(cache.recall('a', cache.payloads)).toBeUndefined();
});

test('reports moved rows if an address is empty', async () => {
  const cache = await openCache();
  const before = await readAll();
  await table.optimize();
  await expect(cache.take(before, cache.ids)).rejects.toBeInstanceOf(MovedRowsError);
});

async function openCache(): Promise<RowCache> {
  const cache = new RowCache(table);
  await cache.refresh();
  return cache;
}

async function readAll(): Promise<bigint[]> {
  return readAddresses(await table.query().select(['id']).withRowId().toArrow());
}

async function writeByAnother(): Promise<void> {
  const other = await connect(folder);
  await (await other.openTable('rows')).add(toRows(['d']));
  other.close();
}

function toRows(ids: readonly string[]) {
  const rows = ids.map((id) => ({ id, vector: vectorOf(id), payload: JSON.stringify({ id }) }));
  return makeArrowTable(rows, {
    vectorColumns: { vector: new VectorColumnOptions({ type: new Float32() }) },
  });
}

function vectorOf(id: string): Float32Array {
  return Float32Array.of(id.charCodeAt(0), 1);
}
