import { connect, type Connection, type Table } from '@lancedb/lancedb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { MovedRowsError, readAddresses, RowAddresses } from '../../../../src/store/lance/row-addresses.js';

let folder: string;
let connection: Connection;
let table: Table;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paperql-rows-'));
  connection = await connect(folder, { readConsistencyInterval: 0 });
  table = await connection.createTable('rows', [{ id: 'a' }, { id: 'b' }]);
  await table.add([{ id: 'c' }]);
});
afterEach(async () => {
  connection.close();
  await rm(folder, { recursive: true });
});

test('gives the ids of rows in the order asked, and remembers them', async () => {
  const addresses = new RowAddresses(table);
  await addresses.refresh();
  const [a = -1n, b = -1n, c = -1n] = await readAll();
  expect(await addresses.idsOf([c, a])).toEqual(['c', 'a']);
  expect(addresses.addressOf('a')).toBe(a);
  expect(addresses.addressOf('b')).toBeUndefined();
  expect(await addresses.idsOf([b, a, c])).toEqual(['b', 'a', 'c']);
});

test('forgets all when anybody has written', async () => {
  const addresses = new RowAddresses(table);
  await addresses.refresh();
  await addresses.idsOf(await readAll());
  await addresses.refresh();
  expect(addresses.addressOf('a')).toBeDefined();
  const other = await (await connect(folder)).openTable('rows');
  await other.add([{ id: 'd' }]);
  await addresses.refresh();
  expect(addresses.addressOf('a')).toBeUndefined();
});

test('says that rows have moved when nothing lies at an address any more', async () => {
  const addresses = new RowAddresses(table);
  await addresses.refresh();
  const before = await readAll();
  await table.optimize();
  await expect(addresses.idsOf(before)).rejects.toBeInstanceOf(MovedRowsError);
});

async function readAll(): Promise<bigint[]> {
  return readAddresses(await table.query().select(['id']).withRowId().toArrow());
}
