import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Hit, SearchRequest, StoredPaper } from '../../src/store/store.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** Number of papers that the store pretends to have, more than pages can reach. */
const CORPUS_SIZE = 10_500;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    wrapStore: (store) => ({
      ...store,
      search: async (requests) => requests.map(pretendHits),
      retrieve: async (ids) => new Map(ids.map((id) => [id, pretendPaper(Number(id))])),
    }),
  });
});
afterAll(() => server.close());

function pretendHits({ ranking, offset, limit }: SearchRequest): Hit[] {
  const count = Math.max(0, Math.min(limit, CORPUS_SIZE - offset));
  return Array.from({ length: count }, (_, at) => ({
    ...pretendPaper(offset + at),
    score: ranking.kind === 'listing' ? null : 1 / (1 + offset + at),
  }));
}

function pretendPaper(number: number): StoredPaper {
  return { id: String(number).padStart(6, '0'), payload: { id: `paper-${number}` } };
}

test.each<[string, Record<string, unknown>, number]>([
  ['by meaning', { query: 'x', mode: 'SEMANTIC' }, 1_000],
  ['by both', { query: 'x' }, 1_000],
  ['close enough, all of them', { query: 'x', mode: 'SEMANTIC', ranking: { scoreThreshold: 0 } }, 1_000],
])('%s: foundCount is the number that pages reach, and is not exact', async (_name, search, count) => {
  const { data } = await server.ask(
    `query ($query: String, $mode: SearchMode, $ranking: RankingInput) {
      search(query: $query, mode: $mode, ranking: $ranking) { foundCount isExact }
    }`,
    search,
  );
  expect(data).toEqual({ search: { foundCount: count, isExact: false } });
});

test('foundCount is exact if a full window contains papers below the threshold', async () => {
  const { data } = await server.ask(
    '{ search(query: "x", mode: SEMANTIC, ranking: { scoreThreshold: 0.01 }) { foundCount isExact } }',
  );
  expect(data).toEqual({ search: { foundCount: 100, isExact: true } });
});

interface Page {
  search: {
    nodes: { paper: { id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  } | null;
}

async function ask(variables: Record<string, unknown>) {
  return server.ask<Page>(
    `query ($query: String, $mode: SearchMode, $ranking: RankingInput, $after: String) {
      search(query: $query, mode: $mode, ranking: $ranking, first: 100, after: $after) {
        nodes { paper { id } }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    variables,
  );
}

test.each<[string, Record<string, unknown>, number]>([
  ['by meaning', { query: 'x', mode: 'SEMANTIC' }, 1_000],
  ['by words', { query: 'x', mode: 'KEYWORD' }, 1_000],
  ['by both', { query: 'x' }, 1_000],
  ['with recency', { query: 'x', mode: 'SEMANTIC', ranking: { recency: {} } }, 1_000],
  ['a listing', {}, 10_000],
])('%s: pages end at the maximum depth with hasNextPage false', async (_name, search, depth) => {
  const found = new Set<string>();
  let end: { hasNextPage: boolean; endCursor: string | null } = { hasNextPage: true, endCursor: null };
  while (end.hasNextPage) {
    const { data } = await ask({ ...search, after: end.endCursor });
    for (const { paper } of data.search?.nodes ?? []) found.add(paper.id);
    end = data.search?.pageInfo ?? { hasNextPage: false, endCursor: null };
  }
  expect(found.size).toBe(depth);
  const { data, errors } = await ask({ ...search, after: end.endCursor });
  expect(data).toEqual({ search: null });
  expect(errors?.[0]).toMatchObject({
    message: `Paging reaches only the first ${depth} results of this search; narrow the filter to reach others`,
    extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath: ['after'] },
  });
});
