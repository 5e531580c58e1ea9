import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { PublicError, startTestServer, type TestServer } from '../support/test-server.js';

interface Highlight {
  field: 'TITLE' | 'ABSTRACT';
  kind: 'WORDS' | 'SENTENCE';
  text: string;
  start: number;
  parts: { text: string; isMatch: boolean }[];
  score: number | null;
}
interface Answer {
  search: { nodes: { paper: { title: string; abstract: string }; highlights: Highlight[] | null }[] };
}

const SEARCH = `query Highlighted($query: String, $mode: SearchMode, $first: Int) {
  search(query: $query, mode: $mode, first: $first) {
    nodes {
      paper { title abstract }
      highlights { field kind text start parts { text isMatch } score }
    }
  }
}`;

let embeds = true;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    wrapEmbedder: (embedder) => ({
      ...embedder,
      embed: async (texts) =>
        embeds
          ? embedder.embed(texts)
          : Promise.reject(new PublicError('EMBEDDING_UNAVAILABLE', 'No embeddings today')),
    }),
  });
});
beforeEach(() => {
  embeds = true;
  server.forgetCalls();
});
afterAll(() => server.close());

async function find(variables: Record<string, unknown>) {
  const { data, errors } = await server.ask<Answer>(SEARCH, variables);
  expect(errors).toBeUndefined();
  return data.search.nodes;
}

test('passages begin at their offset in the field, and consist of their parts', async () => {
  for (const mode of ['KEYWORD', 'HYBRID', 'SEMANTIC']) {
    for (const { paper, highlights } of await find({ query: 'learning of deep networks', mode })) {
      for (const { field, text, start, parts } of highlights ?? []) {
        const whole = field === 'TITLE' ? paper.title : paper.abstract;
        expect(whole.slice(start, start + text.length)).toBe(text);
        expect(parts.map((part) => part.text).join('')).toBe(text);
      }
    }
  }
});

test('KEYWORD marks the words that matched, in title and abstract', async () => {
  const nodes = await find({ query: 'neural translation', mode: 'KEYWORD' });
  const marked = nodes.flatMap(({ highlights }) =>
    (highlights ?? []).flatMap(({ parts }) =>
      parts.filter(({ isMatch }) => isMatch).map(({ text }) => text.toLowerCase()),
    ),
  );
  expect(nodes.length).toBeGreaterThan(5);
  for (const { highlights } of nodes) expect(highlights).not.toEqual([]);
  expect([...new Set(marked)].filter((word) => !/^(neural|translat)/.test(word))).toEqual([]);
  expect(server.embedCalls).toEqual([]);
});

test('SEMANTIC shows each paper’s closest sentence, which is most similar if the query is the same sentence', async () => {
  const [first] = await find({
    query: 'machine translation based only on attention',
    mode: 'SEMANTIC',
    first: 1,
  });
  const sentence = first?.highlights?.find(({ kind }) => kind === 'SENTENCE')?.text ?? '';
  expect(sentence).not.toBe('');
  const [again] = await find({ query: sentence, mode: 'SEMANTIC', first: 1 });
  const closest = again?.highlights?.find(({ kind }) => kind === 'SENTENCE');
  expect(closest).toMatchObject({ text: sentence, score: expect.closeTo(1, 5) as unknown });
});

test('HYBRID embeds no sentences of papers with the words', async () => {
  const nodes = await find({ query: 'attention', first: 1 });
  expect(nodes[0]?.highlights?.map(({ kind }) => kind)).toContain('WORDS');
  expect(server.embedCalls).toEqual([['attention']]);
});

test.each([
  ['title:attention', ['attention']],
  ['"neural networks"', ['neural', 'networks']],
  ['recurrent title:attention', ['attention', 'recurrent']],
])('words of phrases and of "title:" are marked, even without other text: %s', async (query, words) => {
  const nodes = await find({ query, first: 3 });
  const marked = nodes.flatMap(({ highlights }) =>
    (highlights ?? []).flatMap(({ parts }) => parts.filter(({ isMatch }) => isMatch)),
  );
  expect(marked.map(({ text }) => text.toLowerCase())).toEqual(expect.arrayContaining(words));
});

test('a listing without words has no highlights', async () => {
  const nodes = await find({ first: 2 });
  expect(nodes.map(({ highlights }) => highlights)).toEqual([[], []]);
});

test('without embeddings, highlights are null with an error, and the papers are returned', async () => {
  await find({ query: 'known before', mode: 'SEMANTIC', first: 1 });
  embeds = false;
  const { data, errors } = await server.ask<Answer>(SEARCH, {
    query: 'known before',
    mode: 'SEMANTIC',
    first: 2,
  });
  expect(data.search.nodes.map(({ highlights }) => highlights === null)).toEqual([false, true]);
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['search', 'nodes', 1, 'highlights'],
      extensions: { code: 'EMBEDDING_UNAVAILABLE', isRetryable: true },
    }),
  ]);
});

test('highlights selected in fragments and edges have their texts, too', async () => {
  const { data } = await server.ask<{ search: { edges: { node: { highlights: Highlight[] } }[] } }>(
    `{ search(query: "attention", mode: KEYWORD, first: 1) { edges { node { ...Found } } } }
     fragment Found on SearchResult { highlights { text } }`,
  );
  expect(data.search.edges[0]?.node.highlights[0]?.text).toMatch(/attention/i);
});
