import { describe, expect, test } from '@jest/globals';

import { paper } from './paper-points.js';
import type { OpenStore, UseCollection } from './store-contract.js';
import { completeDirectory } from '../../src/directory/complete-directory.js';
import { authorKeyAlternatives } from '../../src/papers/author-name.js';
import { toTypedPrefixes } from '../../src/papers/words.js';
import type {
  AuthorEntry,
  DirectoryEntry,
  DirectoryInfo,
  DirectoryQuery,
  TitleEntry,
} from '../../src/store/directory.js';
import type { PaperStore } from '../../src/store/store.js';

function author(text: string, papers = 1): AuthorEntry {
  return { kind: 'author', text, papers, firstYear: 2020, lastYear: 2024 };
}

function title(text: string, paperId: string, submitted: string | null): TitleEntry {
  return { kind: 'title', text, paperId, submitted };
}

const AUTHORS = [
  author('Tian-Xing Xu', 3),
  author('Tian Xia', 9),
  author('T. Xu', 2),
  author('Xu Tian', 1),
  author('Csaba Balázs', 5),
  author('C. Balázs', 7),
  author("Conan O'Brien", 4),
  author('张伟', 6),
  author('Łukasz Kaiser', 8),
  author('It’s "quoted" \\ %_', 1),
  ...Array.from({ length: 30 }, (_, at) => author(`Many ${String.fromCharCode(97 + at)}x`, 40 - at)),
];
const TITLES = [
  title('Attention Is All You Need', '1706.03762', '2017-06-12'),
  title('Attention, again', '2001.00001', '2020-01-01'),
  title('Ätherisches Öl', '2001.00002', null),
  title('Tian shan glaciers', '2001.00003', '2020-01-02'),
];

async function fill(store: PaperStore, entries: readonly DirectoryEntry[], points = 1): Promise<void> {
  async function* batches() {
    const middle = entries.length >> 1;
    yield entries.slice(0, middle);
    yield entries.slice(middle);
  }
  const count = (kind: DirectoryEntry['kind']) => entries.filter((entry) => entry.kind === kind).length;
  const info: DirectoryInfo = { points, authors: count('author'), titles: count('title') };
  await store.directory.replace(batches, () => info);
}

function byPrefix(kind: DirectoryEntry['kind'], typed: string, limit = 10): DirectoryQuery {
  return { by: 'prefixes', kind, prefixes: toTypedPrefixes(typed), limit };
}

async function texts(store: PaperStore, query: DirectoryQuery): Promise<string[]> {
  const [found = []] = await store.directory.find([query]);
  return found.map(({ text }) => text);
}

/** What every adapter of `Directory` must do. */
export function registerDirectoryContract(openStore: OpenStore, useCollection: UseCollection): void {
  describe('the directory', () => {
    const store = useCollection('contract_directory', []);
    let isFilled = false;
    const filled = async () => {
      if (!isFilled) await fill(store(), [...AUTHORS, ...TITLES]);
      isFilled = true;
      return store();
    };

    test.each<[string, string[]]>([
      ['tian x', ['Tian Xia', 'Tian-Xing Xu', 'Xu Tian']],
      ['TIANXING', ['Tian-Xing Xu']],
      ['balazs', ['C. Balázs', 'Csaba Balázs']],
      ['c bal', ['C. Balázs', 'Csaba Balázs']],
      ['obri', ["Conan O'Brien"]],
      ["o'br", ["Conan O'Brien"]],
      ['luk', ['Łukasz Kaiser']],
      ['张', ['张伟']],
      ['伟', []],
      ['"quoted', ['It’s "quoted" \\ %_']],
      ['zzz', []],
    ])('suggests authors by the beginnings of their words: %s', async (typed, expected) => {
      expect(await texts(await filled(), byPrefix('author', typed))).toEqual(expected);
    });

    test('suggests authors with the most papers first, up to the requested number', async () => {
      const names = await texts(await filled(), byPrefix('author', 'm', 3));
      expect(names).toEqual(['Many ax', 'Many bx', 'Many cx']);
    });

    test('suggests titles, newest first, and those without a date last', async () => {
      const opened = await filled();
      expect(await texts(opened, byPrefix('title', 'att'))).toEqual([
        'Attention, again',
        'Attention Is All You Need',
      ]);
      expect(await texts(opened, byPrefix('title', 'a'))).toEqual([
        'Attention, again',
        'Attention Is All You Need',
        'Ätherisches Öl',
      ]);
    });

    test.each<[string, string[]]>([
      ['T. Xu', ['Tian-Xing Xu', 'T. Xu', 'Xu Tian']],
      ['Tian-Xing Xu', ['Tian-Xing Xu', 'T. Xu']],
      ['Balázs, Csaba', ['C. Balázs', 'Csaba Balázs']],
      ['Nobody Atall', []],
    ])('finds the same names for %s as a search by author', async (name, expected) => {
      const query: DirectoryQuery = { by: 'keys', alternatives: authorKeyAlternatives(name), limit: 10 };
      expect(await texts(await filled(), query)).toEqual(expected);
    });

    test('answers several queries in one call, in order, with complete entries', async () => {
      const opened = await filled();
      const found = await opened.directory.find([
        byPrefix('title', 'all you'),
        byPrefix('author', 'nobody'),
        byPrefix('author', 'kaiser'),
        byPrefix('title', 'oel'),
        byPrefix('title', 'ol'),
      ]);
      expect(found).toEqual([[TITLES[0]], [], [author('Łukasz Kaiser', 8)], [], [TITLES[2]]]);
      expect(await opened.directory.find([])).toEqual([]);
    });

    test('reports its size', async () => {
      expect(await (await filled()).directory.describe()).toEqual({ points: 1, authors: 40, titles: 4 });
    });
  });

  describe('the directory as a whole', () => {
    const store = useCollection('contract_directory_life', [
      paper('2504.00001', [1, 0, 0, 0], {
        title: 'One paper',
        authors: ['Ada Lovelace', 'Charles Babbage'],
        author_names: ['Ada Lovelace', 'Charles Babbage'],
        year: 2011,
        submitted_at: '2011-09-01T00:00:00Z',
      }),
      paper('2504.00002', [0, 1, 0, 0], {
        title: 'Another paper',
        authors: ['Ada Lovelace'],
        year: 2015,
        submitted_at: '2015-01-01T00:00:00Z',
      }),
      paper('2504.00003', [0, 0, 1, 0], { title: 'Undated' }),
    ]);

    test('is reported as missing if there is none; the hint has the command that builds it', async () => {
      expect(await store().directory.describe()).toBeNull();
      await expect(store().directory.find([byPrefix('author', 'a')])).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        hint: expect.stringContaining('paperql repair'),
      });
    });

    test('is built from the stored papers, with the same result each time', async () => {
      for (let time = 0; time < 3; time++) {
        await completeDirectory(store(), { isChanged: true });
        expect(await store().directory.describe()).toEqual({ points: 3, authors: 2, titles: 3 });
        expect(await store().directory.find([byPrefix('author', 'a'), byPrefix('title', 'pap')])).toEqual([
          [{ kind: 'author', text: 'Ada Lovelace', papers: 3, firstYear: 2011, lastYear: 2015 }],
          [
            { kind: 'title', text: 'Another paper', paperId: '2504.00002', submitted: '2015-01-01' },
            { kind: 'title', text: 'One paper', paperId: '2504.00001', submitted: '2011-09-01' },
          ],
        ]);
      }
    });

    test('remains if its replacement fails, and can still be replaced later', async () => {
      await fill(store(), [author('Before', 2)]);
      async function* broken(): AsyncGenerator<DirectoryEntry[]> {
        yield [author('Half', 1)];
        throw new Error('killed');
      }
      const info = () => ({ points: 9, authors: 9, titles: 9 });
      await expect(store().directory.replace(broken, info)).rejects.toThrow();
      expect(await texts(store(), byPrefix('author', 'b'))).toEqual(['Before']);
      expect(await texts(store(), byPrefix('author', 'half'))).toEqual([]);
      await fill(store(), [author('After', 2)]);
      expect(await texts(store(), byPrefix('author', 'a'))).toEqual(['After']);
    });

    test('is not rebuilt if its papers have not changed', async () => {
      await fill(store(), [author('Kept', 2)], 3);
      await completeDirectory(store(), { isChanged: false });
      expect(await texts(store(), byPrefix('author', 'k'))).toEqual(['Kept']);
      await fill(store(), [author('Stale', 2)], 2);
      await completeDirectory(store(), { isChanged: false });
      expect(await texts(store(), byPrefix('author', 's'))).toEqual([]);
    });

    test('does not affect the counts of authors, neither before nor after later writes', async () => {
      const countAuthors = async () => {
        const [counts] = await store().facets([{ field: 'author_names', limit: 2 }]);
        return counts;
      };
      await completeDirectory(store(), { isChanged: true });
      expect(await countAuthors()).toEqual([
        { value: 'Ada Lovelace', count: 3 },
        { value: 'Charles Babbage', count: 1 },
      ]);
      await store().directory.setCurrent?.(false);
      await store().upsert([
        paper('2504.00003', [0, 0, 1, 0], { title: 'Undated', author_names: ['Charles Babbage'] }),
      ]);
      expect(await countAuthors()).toEqual([
        { value: 'Ada Lovelace', count: 2 },
        { value: 'Charles Babbage', count: 2 },
      ]);
    });

    test('may be empty', async () => {
      await fill(store(), []);
      expect(await texts(store(), byPrefix('author', 'a'))).toEqual([]);
    });

    test('is deleted with the collection', async () => {
      const other = await openStore('contract_directory_gone');
      await other.drop();
      await other.create({
        layout_version: 1,
        embedder: 'contract:four-numbers',
        dimension: 4,
        embedded_text: 'title. abstract',
      });
      await fill(other, [author('Gone', 1)]);
      await other.drop();
      expect(await other.directory.describe()).toBeNull();
      await other.close();
    });

    test('a scan returns every paper once', async () => {
      const seen: (string | undefined)[] = [];
      for await (const papers of store().scan(['id'])) seen.push(...papers.map(({ payload }) => payload.id));
      expect(seen.sort()).toEqual(['2504.00001', '2504.00002', '2504.00003']);
    });
  });
}
