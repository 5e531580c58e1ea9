import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startRerankServer, type Fault, type RerankServer } from '../support/rerank-server.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** Two servers with the sample: one with reranking, by the length of texts, and one without. */
/** With a budget, answers contain their cost. */
const PRICED = { MAX_COST: '1000000', ANONYMOUS_BUDGET: '1000000000' };

let reranker: RerankServer;
let server: TestServer;
let plain: TestServer;
beforeAll(async () => {
  reranker = await startRerankServer('jina', (_query, text) => text.length);
  const environment = {
    RERANK_BASE_URL: reranker.url,
    RERANK_MODEL: 'ranker',
    RERANK_API_KEY: 'key-1',
    RERANK_TIMEOUT_MS: '10000',
    ...PRICED,
  };
  [server, plain] = await Promise.all([
    startTestServer({ environment }),
    startTestServer({ environment: PRICED }),
  ]);
}, 60_000);
afterAll(async () => {
  await Promise.all([server.close(), plain.close()]);
  await reranker.close();
});
beforeEach(() => {
  reranker.calls.length = 0;
  reranker.faults.length = 0;
});

interface Node {
  rank: number;
  score: number;
  paper: { id: string; title: string; abstract: string };
  /** Null in a listing. */
  explanation: {
    scoreRank: number;
    rerank: { score: number | null; rank: number | null; problem: string | null } | null;
  } | null;
}

interface Page {
  nodes: Node[];
  pageInfo: { endCursor: string | null; startCursor: string | null; hasNextPage: boolean };
}

const FIELDS = `{
  nodes { rank score paper { id title abstract } explanation { scoreRank rerank { score rank problem } } }
  pageInfo { startCursor endCursor hasNextPage }
}`;

async function search(more: string, of = server): Promise<Page> {
  const { data, errors } = await of.ask<{ search: Page }>(`{ search(${more}) ${FIELDS} }`);
  expect(errors).toBeUndefined();
  return data.search;
}

const NOT_RERANKED = { scoreRank: expect.any(Number), rerank: null };

const lengthOf = ({ paper: { title, abstract } }: Node) => `${title}. ${abstract}`.length;
const placeOf = ({ explanation }: Node) => explanation?.scoreRank ?? NaN;
const idsOf = ({ nodes }: Page) => nodes.map(({ paper }) => paper.id);

async function walk(
  query: string,
  size: number,
  onPage: (at: number) => void = () => undefined,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let after: string | null = null; ;) {
    onPage(pages.length);
    const page: Page = await search(`${query}, first: ${size}${after === null ? '' : `, after: "${after}"`}`);
    pages.push(page);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) return pages;
  }
}

/** All results of the server without reranking. */
async function plainIds(query: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = ''; ;) {
    const page: Page = await search(`${query}, first: 100${after}`, plain);
    ids.push(...idsOf(page));
    if (!page.pageInfo.hasNextPage) return ids;
    after = `, after: "${page.pageInfo.endCursor}"`;
  }
}

describe.each(['HYBRID', 'SEMANTIC', 'KEYWORD'])('in mode %s', (mode) => {
  const query = `query: "the learning of neural networks and language in galaxies", mode: ${mode}`;

  test('the first 50 results are in the model’s order, and scores do not change', async () => {
    const { nodes } = await search(`${query}, first: 50`);
    const lengths = nodes.map(lengthOf);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    expect(nodes.map(({ rank }) => rank)).toEqual(nodes.map((_, at) => at + 1));
    expect(nodes.map(({ explanation }) => explanation?.rerank)).toEqual(
      lengths.map((score, at) => ({ score, rank: at + 1, problem: null })),
    );
    const before = await search(`${query}, first: 50`, plain);
    const byPlace = [...nodes].sort((a, b) => placeOf(a) - placeOf(b));
    expect(byPlace.map(({ paper, score }) => [paper.id, score])).toEqual(
      before.nodes.map(({ paper, score }) => [paper.id, score]),
    );
    expect(before.nodes.map(({ explanation }) => explanation)).toEqual(Array(50).fill(NOT_RERANKED));
  });

  test.each([7, 20, 50, 64, 100])(
    'pages of %i contain every result once, and call the model once',
    async (size) => {
      const pages = await walk(`${query} interpret: false`, size);
      const all = await plainIds(query);
      const ids = pages.flatMap(idsOf);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(ids.slice(0, 50))).toEqual(new Set(all.slice(0, 50)));
      expect(ids.slice(50)).toEqual(all.slice(50));
      expect(reranker.calls.length).toBeLessThanOrEqual(1);
      const lengths = pages.flatMap(({ nodes }) => nodes.slice().map(lengthOf)).slice(0, 50);
      expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    },
  );
});

test('later pages continue the order of the first, whatever the model would return now', async () => {
  const query = 'query: "stars and planets"';
  const pages = await walk(query, 20, (at) => {
    if (at === 1) reranker.faults.push({ status: 500 }, 'hang');
  });
  const ids = pages.flatMap(idsOf);
  expect(new Set(ids).size).toBe(ids.length);
  expect(reranker.calls).toHaveLength(1);
  const rerank = pages[1]?.nodes[0]?.explanation?.rerank;
  expect(rerank).toEqual({ score: null, rank: 21, problem: null });
  const back = await search(`${query}, last: 15, before: "${pages[2]?.pageInfo.startCursor}"`);
  expect(idsOf(back)).toEqual(ids.slice(25, 40));
});

test('a cursor with a forged order is rejected', async () => {
  const { pageInfo } = await search('query: "stars and planets", first: 5');
  const cursor = JSON.parse(Buffer.from(pageInfo.endCursor ?? '', 'base64url').toString()) as { o: string };
  const changed = { ...cursor, o: Array.from(cursor.o).reverse().join('') };
  const text = Buffer.from(JSON.stringify(changed)).toString('base64url');
  const { errors } = await server.ask(`{ search(query: "stars and planets", after: "${text}") ${FIELDS} }`);
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('the model reads the text of the query, titles and abstracts', async () => {
  const { nodes } = await search('query: "dark matter since 2010", first: 3');
  const [call] = reranker.calls;
  expect(call?.query).toBe('dark matter');
  expect(call?.texts).toContain(`${nodes[0]?.paper.title}. ${nodes[0]?.paper.abstract}`);
});

test.each([
  ['a listing', 'filter: {categories: {in: ["cs.LG"]}}', null],
  ['recency', 'query: "stars", ranking: {recency: {}}', NOT_RERANKED],
  ['diversity', 'query: "stars", ranking: {diversity: 0.5}', NOT_RERANKED],
  ['an order by date', 'query: "stars", orderBy: {field: SUBMITTED}', NOT_RERANKED],
])('the model is not called with %s', async (_what, args, explanation) => {
  const { nodes } = await search(args);
  expect(reranker.calls).toEqual([]);
  expect(nodes.length).toBeGreaterThan(0);
  expect(nodes.map((node) => node.explanation)).toEqual(nodes.map(() => explanation));
});

test('a search that would be reranked costs more', async () => {
  const priceOf = async (of: TestServer) => {
    const response = await fetch(`${of.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ search(query: "stars") { nodes { rank } } }' }),
    });
    const { extensions } = (await response.json()) as { extensions?: { cost?: { requested: number } } };
    return extensions?.cost?.requested ?? NaN;
  };
  expect(await priceOf(server)).toBeGreaterThan(await priceOf(plain));
});

// The last test, because the model is not called after three failures in a row.
test.each<[string, Fault, string]>([
  ['fails', { status: 500, body: 'secret words of the service' }, 'The reranking model failed'],
  ['sends nonsense', { change: (items) => items.slice(1) }, 'The reranking model failed'],
  ['wants fewer calls', { status: 429 }, 'The reranking model failed'],
])(
  'while the model %s, the order does not change and the explanation says why',
  async (what, fault, problem) => {
    reranker.faults.push(fault);
    const query = `query: "galaxies ${what}" interpret: false`;
    const { nodes, pageInfo } = await search(`${query}, first: 30`);
    const before = await search(`${query}, first: 60`, plain);
    expect(nodes.map(({ paper }) => paper.id)).toEqual(idsOf(before).slice(0, 30));
    expect(nodes[0]?.explanation?.rerank).toEqual({ score: null, rank: null, problem });
    // The model works again, but later pages of this search are not reranked.
    const next = await search(`${query}, first: 30, after: "${pageInfo.endCursor}"`);
    expect(idsOf(next)).toEqual(idsOf(before).slice(30, 60));
    expect(next.nodes[0]?.explanation?.rerank?.problem).toBe('The first page was not reranked');
  },
);
