import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { METADATA, paper } from '../contract/paper-points.js';
import { completeDirectory } from '../../src/directory/complete-directory.js';
import type { ChangedPapers } from '../../src/directory/revise-directory.js';
import { createRandom } from '../../src/evaluation/random.js';
import { authorKeyAlternatives } from '../../src/papers/author-name.js';
import { connect, openLanceStore } from '../support/lance-store.js';
import { toPlainStore } from '../../src/store/plain-store.js';
import type { DirectoryQuery } from '../../src/store/directory.js';
import type { PaperPoint, PaperStore } from '../../src/store/store.js';

const PAPERS = 900;
const DAYS = 3;
const CHANGES_A_DAY = 60;

let dataDir: string;
/** Two stores with the same papers: the directory of one is revised, and that of the other is always rebuilt. */
let revised: PaperStore;
let rebuilt: PaperStore;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-revise-'));
  [revised, rebuilt] = await Promise.all([open('revised'), open('rebuilt')]);
});
afterAll(async () => {
  await Promise.all([revised.close(), rebuilt.close()]);
  await rm(dataDir, { recursive: true });
});

async function open(collection: string): Promise<PaperStore> {
  const store = await openLanceStore({ dataDir, collection });
  await store.create(METADATA);
  return store;
}

const random = createRandom(20_261_129);
const choose = <Value>(values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)] as Value;

/** Few prefixes, so that more entries share one than are precomputed; and names that appear and disappear. */
const SYLLABLES = ['sa', 'so', 'mi', 'ma', 'ta', 'łu', 'ö', 'x'];
const word = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => choose(SYLLABLES)).join('');
const NAMES = [...new Set(Array.from({ length: 700 }, () => `${word()} ${word()}`))];

let papers = new Map<string, PaperPoint>();

function randomPaper(at: number): PaperPoint {
  const year = random() < 0.1 ? undefined : 2015 + Math.floor(random() * 10);
  const names = [...new Set(Array.from({ length: 1 + Math.floor(random() * 4) }, () => choose(NAMES)))];
  return paper(`2101.${String(10_000 + at)}`, [1, at, at % 3, 0], {
    title: `${word()} ${word()} it's ${word()}`,
    author_names: names,
    ...(year !== undefined && {
      year,
      submitted_at: `${year}-0${1 + Math.floor(random() * 9)}-01T00:00:00Z`,
    }),
  });
}

/** Stores the papers in both, and returns what the first had before. */
async function write(points: readonly PaperPoint[]): Promise<ChangedPapers> {
  const changed = new Map(points.map(({ id }) => [id, papers.get(id)?.payload ?? null]));
  papers = new Map([...papers, ...points.map((point) => [point.id, point] as const)]);
  await Promise.all([revised.upsert(points), rebuilt.upsert(points)]);
  return changed;
}

function queries(): DirectoryQuery[] {
  const letters = [
    ...new Set(SYLLABLES.flatMap((each) => [each, each.charAt(0)])),
    'i',
    'mis',
    'sasa',
    'tamö',
  ];
  const folded = letters.map((each) => each.replace('ł', 'l').replace('ö', 'o'));
  return [
    ...(['author', 'title'] as const).flatMap((kind) => [
      ...folded.flatMap((prefix) =>
        [7, 100].map((limit): DirectoryQuery => ({ by: 'prefixes', kind, prefixes: [prefix], limit })),
      ),
      { by: 'prefixes', kind, prefixes: ['sa', 'm'], limit: 150 } as const,
    ]),
    ...NAMES.slice(0, 40).map((name): DirectoryQuery => ({
      by: 'keys',
      alternatives: authorKeyAlternatives(name),
      limit: 50,
    })),
  ];
}

/** Checks that both directories give the same answers and descriptions. */
async function expectAlike(): Promise<void> {
  expect(await revised.directory.describe()).toEqual(await rebuilt.directory.describe());
  const asked = queries();
  const [found, expected] = await Promise.all([revised.directory.find(asked), rebuilt.directory.find(asked)]);
  for (const [at, query] of asked.entries())
    expect({ query, found: found[at] }).toEqual({ query, found: expected[at] });
}

/** Papers that are missing from an index of the first store. */
async function countUnindexed(): Promise<number> {
  const connection = await connect(dataDir);
  const table = await connection.openTable('revised');
  const indexes = await table.listIndices();
  connection.close();
  return Math.max(...indexes.map(({ numUnindexedRows = 0 }) => numUnindexedRows));
}

/** The store with a directory that cannot be rebuilt. */
function revisedOnly(store: PaperStore): PaperStore {
  const plain = toPlainStore(store);
  const replace = () => Promise.reject(new Error('The directory was made as a whole'));
  return { ...plain, directory: { ...plain.directory, replace } };
}

describe('a directory that is revised day by day', () => {
  test('is the same as one built from all papers', async () => {
    await write(Array.from({ length: PAPERS }, (_, at) => randomPaper(at)));
    for (const store of [revised, rebuilt]) await completeDirectory(store, { isChanged: true });
    await expectAlike();

    for (let day = 0; day < DAYS; day++) {
      const fresh = Array.from({ length: CHANGES_A_DAY / 2 }, (_, at) =>
        randomPaper(PAPERS + (day * CHANGES_A_DAY) / 2 + at),
      );
      const old = Array.from({ length: CHANGES_A_DAY / 2 }, () => Math.floor(random() * PAPERS));
      const known = [...new Set(old)].map((at) => randomPaper(at));
      const changed = await write([...fresh, ...known]);
      // As a load does; not every time, because it takes longest.
      const isIndexed = day % 3 === 1;
      await completeDirectory(revisedOnly(revised), {
        isChanged: true,
        changed,
        ...(isIndexed && { indexPapers: () => revised.optimize() }),
      });
      await completeDirectory(rebuilt, { isChanged: true });
      await expectAlike();
      if (isIndexed) expect(await countUnindexed()).toBe(0);
    }
  });

  test('is complete even if the concurrent indexing failed', async () => {
    const changed = await write([randomPaper(3), randomPaper(2 * PAPERS)]);
    const indexPapers = () => Promise.reject(new Error('the disk is full'));
    const completing = completeDirectory(revisedOnly(revised), { isChanged: true, changed, indexPapers });
    await expect(completing).rejects.toThrow('the disk is full');
    expect(await revised.directory.describe()).toMatchObject({ points: papers.size });
    await completeDirectory(rebuilt, { isChanged: true });
    await expectAlike();
  });

  test('replaces the best entries of a prefix by the next best when they are removed', async () => {
    const best = [...papers.values()].filter(({ payload }) => /\bs/.test(payload.title)).slice(0, 80);
    const changed = await write(
      best.map((point) => ({
        ...point,
        payload: { ...point.payload, title: 'Unrelated', author_names: [] },
      })),
    );
    await completeDirectory(revisedOnly(revised), { isChanged: true, changed });
    await completeDirectory(rebuilt, { isChanged: true });
    await expectAlike();
  });

  test('is rebuilt if papers are missing from the reported changes', async () => {
    await write([randomPaper(5_000), randomPaper(5_001)]);
    const changed = await write([randomPaper(5_002)]);
    await completeDirectory(revised, { isChanged: true, changed });
    await completeDirectory(rebuilt, { isChanged: true });
    await expectAlike();
  });

  test('is served unchanged during a revision, and is rebuilt after a killed one', async () => {
    const query = { by: 'prefixes', kind: 'author', prefixes: ['sa'], limit: 50 } as const;
    const before = await revised.directory.find([query]);
    // Begins a revision that is then killed.
    const connection = await connect(dataDir);
    const [name = ''] = (await connection.tableNames()).filter((each) =>
      each.startsWith('revised_directory_'),
    );
    const entries = await connection.openTable(name);
    await entries.delete("starts_with(token, 'author sa')");
    await expectAlike();
    await revised.close();
    revised = await openLanceStore({ dataDir, collection: 'revised' });
    expect(await revised.directory.find([query])).toEqual(before);

    const [entry] = before[0] ?? [];
    const info = { points: 1, authors: 1, titles: 1 };
    expect(await revised.directory.revision?.revise({ removed: [], added: entry ? [entry] : [], info })).toBe(
      false,
    );
    await completeDirectory(revised, { isChanged: true, changed: new Map() });
    await expectAlike();
    entries.close();
    connection.close();
  });
});
