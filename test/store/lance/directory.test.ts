import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { METADATA } from '../../contract/paper-points.js';
import { completeDirectory } from '../../../src/directory/complete-directory.js';
import { connect, openLanceStore } from '../../support/lance-store.js';
import { authorKeyAlternatives } from '../../../src/papers/author-name.js';
import { entryKeys, entryPrefixes, entryRank, prefixToken } from '../../../src/store/directory.js';
import type { AuthorEntry, DirectoryEntry, DirectoryQuery } from '../../../src/store/directory.js';
import type { PaperStore } from '../../../src/store/store.js';

let dataDir: string;
let opened: PaperStore[];
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-directory-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await rm(dataDir, { recursive: true });
});

async function open(): Promise<PaperStore> {
  const store = await openLanceStore({ dataDir, collection: 'papers' });
  opened.push(store);
  return store;
}

/** Names of few letters, in an order that is independent of their ranks. */
function toNames(count: number): AuthorEntry[] {
  return Array.from({ length: count }, (_, at) => {
    const letters = (number: number) =>
      number.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'.charAt(+digit));
    const number = (at * 7_919) % count;
    const text = `${letters(number)} ${letters((number * 31) % 997)}`;
    return { kind: 'author', text, papers: 1 + ((at * 104_729) % 500), firstYear: 2020, lastYear: 2021 };
  });
}

function author(text: string): AuthorEntry {
  return { kind: 'author', text, papers: 1, firstYear: null, lastYear: null };
}

async function replace(store: PaperStore, entries: readonly DirectoryEntry[]): Promise<void> {
  async function* batches() {
    for (let from = 0; from < entries.length; from += 3_000) yield entries.slice(from, from + 3_000);
  }
  await store.directory.replace(batches, () => ({ points: 1, authors: entries.length, titles: 0 }));
}

function byPrefixes(...prefixes: string[]): DirectoryQuery {
  return { by: 'prefixes', kind: 'author', prefixes, limit: 20 };
}

test('the best of many thousands of entries are found, in order, whatever order they were written in', async () => {
  const names = toNames(20_000);
  // A rank is a slow hash, so it is computed once for each name.
  const ranks = new Map(names.map((name) => [name, entryRank(name)]));
  const best = [...names].sort((a, b) => (ranks.get(b) ?? NaN) - (ranks.get(a) ?? NaN));
  const prefixesOf = new Map(best.map((name) => [name, new Set(entryPrefixes(name))]));
  const expected = (prefixes: string[]) => {
    const tokens = prefixes.map((prefix) => prefixToken('author', prefix));
    return best.filter((name) => tokens.every((token) => prefixesOf.get(name)?.has(token))).slice(0, 20);
  };
  const store = await open();
  await store.create(METADATA);
  await replace(store, names);
  const asked = [['q'], ['b'], ['b', 'r'], ['bq'], ['c', 'd', 'cd'], ['zzz']];
  const found = await store.directory.find(asked.map((prefixes) => byPrefixes(...prefixes)));
  asked.forEach((prefixes, at) => expect(found[at]).toEqual(expected(prefixes)));
  expect(found[0]).toHaveLength(20);
});

test('any number of the best entries is found for short and long prefixes, each once, however many of its words match', async () => {
  const names = Array.from({ length: 300 }, (_, at): AuthorEntry => {
    const words = Array.from({ length: 12 }, (_each, word) => `abc${'defghijklmnop'.charAt(word)}`);
    return { ...author(`${words.join(' ')} ${at}x`), papers: 300 - at };
  });
  const expected = names.map(({ text }) => text);
  const store = await open();
  await store.create(METADATA);
  await replace(store, names);
  const sizes = [20, 100, 101, 250];
  for (const prefix of ['a', 'ab', 'abc']) {
    const asked = sizes.map((limit): DirectoryQuery => ({ ...byPrefixes(prefix), limit }));
    const found = await store.directory.find(asked);
    sizes.forEach((size, at) => expect(found[at]?.map(({ text }) => text)).toEqual(expected.slice(0, size)));
  }
});

test('exactly the names with the requested keys are found', async () => {
  const parts = ['Ada', 'A.', 'Byron', 'B', 'Kurdyumov', 'King-Noel', "O'Ada", 'Ab', '王', 'C. D.'];
  const names = parts.flatMap((first) =>
    parts.flatMap((second) => [
      author(`${first} ${second}`),
      ...parts.slice(0, 4).map((third) => author(`${first} ${second} ${third} ${first}`)),
    ]),
  );
  const entries = [...new Map(names.map((name) => [name.text, name])).values()];
  const store = await open();
  await store.create(METADATA);
  await replace(store, entries);
  const asked = [
    ...entries.filter((_name, at) => at % 7 === 0).map(({ text }) => text),
    'B. A.',
    'D C',
    'A B C D E F G',
  ];
  const queries = asked.map((name): DirectoryQuery & { by: 'keys' } => ({
    by: 'keys',
    alternatives: authorKeyAlternatives(name),
    limit: entries.length,
  }));
  const found = await store.directory.find(queries);
  queries.forEach(({ alternatives }, at) => {
    const expected = entries.filter((name) => {
      const keys = entryKeys(name);
      return alternatives.some((lists) => lists.every((list) => list.some((key) => keys.includes(key))));
    });
    expect(found[at]?.map(({ text }) => text).sort()).toEqual(expected.map(({ text }) => text).sort());
  });
});

test('a directory rebuilt by another process is served at once, and the old one is deleted', async () => {
  const [writer, reader] = [await open(), await open()];
  await writer.create(METADATA);
  await expect(reader.directory.find([byPrefixes('b')])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  for (const text of ['Before One', 'Below Two', 'Beside Three']) {
    await replace(writer, [author(text)]);
    const [[entry] = []] = await reader.directory.find([byPrefixes('be')]);
    expect(entry?.text).toBe(text);
  }
  expect((await readdir(dataDir)).filter((name) => name.includes('directory'))).toHaveLength(2);
  await writer.drop();
  await expect(reader.directory.find([byPrefixes('b')])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect((await readdir(dataDir)).filter((name) => name.includes('directory'))).toEqual([]);
});

test('a directory of another layout counts as missing, and is rebuilt', async () => {
  const store = await open();
  await store.create(METADATA);
  const connection = await connect(dataDir);
  const older = { slot: 'a', points: 0n, authors: 1n, titles: 0n };
  const table = await connection.createTable('papers_directory', [older]);
  table.close();
  expect(await store.directory.describe()).toBeNull();
  await expect(store.directory.find([byPrefixes('b')])).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    hint: expect.stringContaining('paperql repair'),
  });
  await completeDirectory(store, { isChanged: false });
  expect(await store.directory.describe()).toEqual({ points: 0, authors: 0, titles: 0 });
  expect(await store.directory.find([byPrefixes('b')])).toEqual([[]]);
  connection.close();
});

function title(text: string, paperId: string, submitted: string | null = '2020-01-01'): DirectoryEntry {
  return { kind: 'title', text, paperId, submitted };
}

test('a title is found by all typed words, however many newer titles have words with the same prefixes', async () => {
  const newer = Array.from({ length: 900 }, (_, at) => title('Neural grammars', `2101.${at}`, '2021-01-01'));
  const wanted = [title('Graphs, neural', '2001.1'), title('Neural graph neurons', '2001.2', null)];
  const store = await open();
  await store.create(METADATA);
  await replace(store, [...wanted, ...newer]);
  const query: DirectoryQuery = { by: 'prefixes', kind: 'title', prefixes: ['neur', 'graph'], limit: 5 };
  expect(await store.directory.find([query])).toEqual([wanted]);
});

test('if two titles have the same rank, removing one keeps the other', async () => {
  const [kept, removed] = [title('Point clouds', '2001.1'), title('Point processes', '2001.1')];
  expect(entryRank(kept)).toBe(entryRank(removed));
  const store = await open();
  await store.create(METADATA);
  await replace(store, [kept, removed]);
  const find = (...words: string[]) =>
    store.directory.find(
      words.map((prefix) => ({ by: 'prefixes', kind: 'title', prefixes: [prefix], limit: 5 })),
    );
  expect(await find('processes', 'clouds')).toEqual([[removed], [kept]]);
  const info = { points: 1, authors: 0, titles: 1 };
  expect(await store.directory.revision?.revise({ removed: [removed], added: [], info })).toBe(true);
  expect(await find('po', 'point', 'clouds', 'processes')).toEqual([[kept], [kept], [kept], []]);
});
