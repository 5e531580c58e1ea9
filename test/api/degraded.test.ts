import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectOverHttp } from '../support/agent.js';
import { PublicError, startTestServer, type TestServer } from '../support/test-server.js';
import type { PublicCode } from '../../src/errors/errors.js';

/** The sample, with an embedder that can be made to fail. */

let server: TestServer;
let failure: InstanceType<typeof PublicError> | null;
beforeAll(async () => {
  server = await startTestServer({
    // No embedding is cached.
    environment: { EMBEDDING_CACHE_SIZE: '0' },
    wrapEmbedder: (embedder) => ({
      ...embedder,
      embed: async (...texts) => {
        if (failure) throw failure;
        return embedder.embed(...texts);
      },
    }),
  });
});
afterAll(() => server.close());
beforeEach(() => {
  failure = new PublicError('EMBEDDING_UNAVAILABLE', 'The embedding API rejected the key (401)', {
    lasting: true,
    hint: 'Check OPENAI_API_KEY',
  });
});

const DEGRADED = {
  reason: 'EMBEDDING_UNAVAILABLE',
  message:
    'Searching by meaning is not possible at the moment, so these results were found by their words alone',
};

interface Found {
  nodes: { id: string; rank: number; score: number; paper: { id: string } }[];
  pageInfo: { startCursor: string; endCursor: string; hasNextPage: boolean };
  degraded: typeof DEGRADED | null;
  foundCount: number;
  isExact: boolean;
  facets: { value: string; count: number }[];
}

const FIELDS = `{
  nodes { id rank score paper { id } highlights { kind } }
  pageInfo { startCursor endCursor hasNextPage }
  degraded { reason message }
  foundCount
  isExact
  facets(field: YEAR, of: FOUND) { value count }
}`;

/** What the search finds by `query: "language models"` and these arguments. */
async function search(more: string): Promise<Found> {
  const { data, errors } = await server.ask<{ search: Found }>(
    `{ search(query: "language models", ${more}) ${FIELDS} }`,
  );
  expect(errors).toBeUndefined();
  return data.search;
}

async function refusal(more: string) {
  const { data, errors } = await server.ask<{ search: Found | null }>(
    `{ search(query: "language models", ${more}) ${FIELDS} }`,
  );
  expect(data).toEqual({ search: null });
  return errors?.[0];
}

function idsOf({ nodes }: Found): string[] {
  return nodes.map(({ paper }) => paper.id);
}

describe('a HYBRID search whose text cannot be embedded', () => {
  test.each<PublicCode>(['EMBEDDING_UNAVAILABLE', 'RATE_LIMITED', 'TIMEOUT'])(
    'is answered by words alone and says so, without details for the operator: %s',
    async (code) => {
      failure = new PublicError(code, 'The embedding API has a secret reason');
      const found = await search('first: 5');
      expect(found.degraded).toEqual(DEGRADED);
      const byWords = await search('first: 5, mode: KEYWORD');
      const withoutIds = (nodes: Found['nodes']) => nodes.map((node) => ({ ...node, id: '' }));
      expect({ ...found, nodes: withoutIds(found.nodes), degraded: null, pageInfo: null }).toEqual({
        ...byWords,
        nodes: withoutIds(byWords.nodes),
        pageInfo: null,
      });
    },
  );

  test('has result ids that differ from those of the complete search and the search by words', async () => {
    const degraded = await search('first: 1, filter: { ids: ["1706.03762"] }');
    failure = null;
    const complete = await search('first: 1, filter: { ids: ["1706.03762"] }');
    const byWords = await search('first: 1, mode: KEYWORD, filter: { ids: ["1706.03762"] }');
    const ids = [degraded, complete, byWords].map(({ nodes }) => nodes[0]?.id);
    expect(new Set(ids).size).toBe(3);
  });

  test('is complete as soon as texts can be embedded again', async () => {
    await search('first: 5');
    failure = null;
    expect((await search('first: 5')).degraded).toBeNull();
  });

  test("fails with the embedder's error if the caller does not accept degraded results", async () => {
    const error = await refusal('first: 5, allowDegraded: false');
    expect(error?.extensions).toEqual({ code: 'EMBEDDING_UNAVAILABLE', isRetryable: false });
  });

  test('fails if it has a similarity threshold', async () => {
    const error = await refusal('first: 5, ranking: { scoreThreshold: 0.3 }');
    expect(error?.extensions.code).toBe('EMBEDDING_UNAVAILABLE');
  });

  test('still applies order, recency and diversity', async () => {
    const more = 'first: 5, ranking: { recency: { weight: 0.9 }, diversity: 0.4 }';
    const found = await search(more);
    expect(found.degraded).toEqual(DEGRADED);
    expect(idsOf(found)).toEqual(idsOf(await search(`${more}, mode: KEYWORD`)));
    const byDate = await search('first: 5, orderBy: { field: SUBMITTED }');
    expect(byDate.degraded).toEqual(DEGRADED);
  });

  test('is not degraded if it has no text to embed', async () => {
    const { data } = await server.ask(`{
      listing: search(first: 2) { degraded { reason } }
      emptied: search(query: "by Vaswani", first: 2) { degraded { reason } }
      words: search(query: "language", mode: KEYWORD, first: 2) { degraded { reason } }
      recommended: recommend(like: ["1706.03762"], first: 2) { degraded { reason } }
    }`);
    const complete = { degraded: null };
    expect(data).toEqual({ listing: complete, emptied: complete, words: complete, recommended: complete });
  });

  test('is rejected if its arguments are invalid, and nothing is embedded', async () => {
    server.forgetCalls();
    expect((await refusal('first: 0'))?.extensions.code).toBe('BAD_USER_INPUT');
    expect(server.embedCalls).toEqual([]);
  });
});

describe('pages of a degraded search', () => {
  test('follow one ranking without overlap or gap, even once texts can be embedded again', async () => {
    const [first, all] = [await search('first: 4'), await search('first: 12')];
    failure = null;
    server.forgetCalls();
    const second = await search(`first: 4, after: "${first.pageInfo.endCursor}"`);
    const third = await search(`first: 4, after: "${second.pageInfo.endCursor}"`);
    expect([first, second, third].flatMap(idsOf)).toEqual(idsOf(all));
    expect([second, third].map(({ degraded }) => degraded)).toEqual([DEGRADED, DEGRADED]);
    const back = await search(`last: 4, before: "${third.pageInfo.startCursor}"`);
    expect(idsOf(back)).toEqual(idsOf(second));
    expect(server.embedCalls).toEqual([]);
  });

  test('cannot be requested with cursors of the complete or keyword search, or by callers who reject degraded pages', async () => {
    const { pageInfo } = await search('first: 4');
    const after = `first: 4, after: "${pageInfo.endCursor}"`;
    for (const more of ['mode: KEYWORD', 'mode: SEMANTIC', 'filter: { ids: ["1706.03762"] }']) {
      expect(await refusal(`${after}, ${more}`)).toMatchObject({
        message: expect.stringMatching(/cursor of another search/),
        extensions: { code: 'BAD_USER_INPUT', argumentPath: ['after'] },
      });
    }
    expect(await refusal(`${after}, allowDegraded: false`)).toMatchObject({
      message: expect.stringMatching(/ranked by words alone/),
      extensions: { code: 'BAD_USER_INPUT', argumentPath: ['after'] },
    });
  });

  test('cannot be requested with a forged cursor', async () => {
    const { pageInfo } = await search('first: 4');
    failure = null;
    const complete = await search('first: 4');
    const change = (cursor: string, edit: (read: Record<string, unknown>) => object) =>
      Buffer.from(
        JSON.stringify(
          edit(JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Record<string, unknown>),
        ),
      ).toString('base64url');
    const forged = [
      change(pageInfo.endCursor, ({ r, t, d }) => ({ r, t, d })),
      change(complete.pageInfo.endCursor, (read) => ({ ...read, w: 1 })),
    ];
    for (const cursor of forged) {
      expect((await refusal(`after: "${cursor}"`))?.message).toMatch(/cursor of another search/);
    }
  });

  test('do not follow pages of the complete search, which fail instead', async () => {
    failure = null;
    const { pageInfo } = await search('first: 4');
    failure = new PublicError('EMBEDDING_UNAVAILABLE', 'No embeddings today');
    expect((await refusal(`first: 4, after: "${pageInfo.endCursor}"`))?.extensions.code).toBe(
      'EMBEDDING_UNAVAILABLE',
    );
  });
});

test('SEMANTIC searches and groups fail, because they cannot use words or cannot say that they did', async () => {
  const { data, errors } = await server.ask(`{
    search(query: "language models", mode: SEMANTIC) { totalCount }
    searchGroups(query: "language models") { value }
  }`);
  expect(data).toEqual({ search: null, searchGroups: null });
  expect(errors?.map(({ extensions: { code } }) => code)).toEqual([
    'EMBEDDING_UNAVAILABLE',
    'EMBEDDING_UNAVAILABLE',
  ]);
});

test('a tool for agents says that it searched by words alone', async () => {
  const agent = await connectOverHttp(server.url);
  const { text } = await agent.call('search_papers', { query: 'language models' });
  await agent.client.close();
  expect(text).toMatch(/^Searching by meaning is not possible at the moment, so these .*words alone\./);
});

test('a feed contains what was found', async () => {
  const response = await fetch(`${server.url}/feed.json?q=language+models`);
  expect(response.status).toBe(200);
});
