import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

interface Suggestion {
  kind: string;
  text: string;
  paperCount: number | null;
  author: { name: string } | null;
  category: { code: string } | null;
  paper: { id: string } | null;
  filter: Record<string, unknown>;
}

async function suggest(prefix: string, rest = ''): Promise<Suggestion[]> {
  const { data, errors } = await server.ask<{ suggest: Suggestion[] }>(
    `query ($prefix: String!) { suggest(prefix: $prefix${rest}) {
      kind text paperCount author { name } category { code } paper { id } filter
    } }`,
    { prefix },
  );
  expect(errors).toBeUndefined();
  return data.suggest;
}

test('labels of categories with the same name differ', async () => {
  const names = (await suggest('information theo', ', kinds: [CATEGORY]')).map(({ text }) => text);
  expect(names).toEqual(
    expect.arrayContaining(['Information Theory (cs.IT)', 'Information Theory (math.IT)']),
  );
});

test('authors, categories and titles are suggested, each with the filter that selects it', async () => {
  expect(await suggest('tian x')).toEqual([
    {
      kind: 'AUTHOR',
      text: 'Tian-Xing Xu',
      paperCount: expect.any(Number) as unknown,
      author: { name: 'Tian-Xing Xu' },
      category: null,
      paper: null,
      filter: { authors: { match: ['Tian-Xing Xu'] } },
    },
  ]);
  expect(await suggest('attention is all', ', kinds: [TITLE]')).toEqual([
    {
      kind: 'TITLE',
      text: 'Attention Is All You Need',
      paperCount: null,
      author: null,
      category: null,
      paper: { id: '1706.03762' },
      filter: { ids: ['1706.03762'] },
    },
  ]);
  expect(await suggest('comp vis')).toEqual([
    expect.objectContaining({
      kind: 'CATEGORY',
      text: 'Computer Vision and Pattern Recognition',
      category: { code: 'cs.CV' },
      filter: { categories: { in: ['cs.CV'] } },
    }),
  ]);
});

test('a suggestion’s filter can be passed back', async () => {
  const suggested = await suggest('balazs', ', kinds: [AUTHOR]');
  const { data } = await server.ask<{ search: { totalCount: number } }>(
    'query ($filter: SearchFilter) { search(filter: $filter) { totalCount } }',
    { filter: suggested[0]?.filter },
  );
  expect(data.search.totalCount).toBe(1);
});

test('kinds come in the requested order, each with the requested number', async () => {
  const kinds = (await suggest('a', ', kinds: [TITLE, AUTHOR, TITLE], first: 3')).map(({ kind }) => kind);
  expect(kinds).toEqual(['TITLE', 'TITLE', 'TITLE', 'AUTHOR', 'AUTHOR', 'AUTHOR']);
  expect(await suggest('a', ', kinds: []')).toEqual([]);
});

test('one letter suggests the authors with the most papers', async () => {
  const counts = (await suggest('a', ', kinds: [AUTHOR], first: 20')).map(
    ({ paperCount }) => paperCount ?? 0,
  );
  expect(counts).toHaveLength(20);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  expect(counts[0]).toBeGreaterThan(1);
});

test('current categories come first, and among them those whose code matches', async () => {
  const codes = (await suggest('ma', ', kinds: [CATEGORY], first: 20')).map(({ category }) => category?.code);
  expect(codes.slice(0, 2)).toEqual(['cs.MA', 'math.AC']);
  expect((await suggest('dg-ga', ', kinds: [CATEGORY]')).map(({ category }) => category?.code)).toEqual([
    'dg-ga',
  ]);
});

test.each(['', ' ', '🦉', '🦉🦉 !?', '…', '\u0000'])(
  'a text without letters suggests nothing: %j',
  async (prefix) => {
    expect(await suggest(prefix)).toEqual([]);
    expect(server.storeCalls).toEqual([]);
  },
);

test.each(['QUANTUM', 'Schrö', "x' OR 'x'='x", '%', '张', 'ﬁ', 'a '.repeat(100)])(
  'unusual characters are plain text: %j',
  async (prefix) => {
    expect(Array.isArray(await suggest(prefix))).toBe(true);
  },
);

describe('is rejected with the argument’s path', () => {
  test.each<[string, string, string, RegExp]>([
    ['10,000 characters', '$p', 'prefix', /at most 200 characters, not 10000/],
    ['no suggestions', '"a", first: 0', 'first', /from 1 to 20, not 0/],
    ['too many', '"a", first: 21', 'first', /from 1 to 20, not 21/],
  ])('%s', async (_name, argument, path, message) => {
    const { data, errors } = await server.ask(
      `query ($p: String = "") { suggest(prefix: ${argument}) { text } a: category(code: $p) { code } }`,
      { p: 'x'.repeat(10_000) },
    );
    expect(data).toEqual({ suggest: null, a: null });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(message),
      path: ['suggest'],
      extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath: [path] },
    });
  });
});

test('all suggestions of an operation take one call, and their papers another', async () => {
  await server.ask(`{
    a: suggest(prefix: "gra") { text }
    b: suggest(prefix: "qua", kinds: [AUTHOR]) { text }
    c: suggest(prefix: "gra") { text }
  }`);
  expect(server.storeCalls).toEqual([['directory.find', 3]]);
  server.forgetCalls();
  await server.ask(
    '{ suggest(prefix: "gra", first: 20) { paper { title abstract } author { papers { nodes { rank } } } } }',
  );
  expect(server.storeCalls.map(([call]) => call).sort()).toEqual(['directory.find', 'retrieve', 'search']);
});
