import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

/** PointNet, PointNet++, ResNet, "Attention Is All You Need", Maldacena's conjecture. */
const [POINTS, POINTS_TOO, IMAGES, WORDS, STRINGS] = [
  '1612.00593',
  '1706.02413',
  '1512.03385',
  '1706.03762',
  'hep-th/9711200',
] as const;

interface Recommended {
  totalCount: number;
  nodes: { rank: number; score: number; paper: { id: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

async function recommend(variables: Record<string, unknown>): Promise<Recommended> {
  const { data, errors } = await server.ask<{ recommend: Recommended }>(RECOMMEND, variables);
  expect(errors).toBeUndefined();
  return data.recommend;
}

const RECOMMEND = `query (
  $like: [ID!]!, $unlike: [ID!]! = [], $strategy: RecommendStrategy! = AVERAGE_VECTOR,
  $filter: SearchFilter, $first: Int = 5, $after: String
) {
  recommend(like: $like, unlike: $unlike, strategy: $strategy, filter: $filter, first: $first, after: $after) {
    totalCount nodes { rank score paper { id } } pageInfo { hasNextPage endCursor }
  }
}`;

const idsOf = ({ nodes }: Recommended) => nodes.map(({ paper }) => paper.id);

describe.each(['AVERAGE_VECTOR', 'BEST_SCORE'])('%s', (strategy) => {
  test('returns the papers similar to a single liked paper', async () => {
    const { data } = await server.ask<{ paper: { similar: { score: number; paper: { id: string } }[] } }>(
      `{ paper(id: "${POINTS}") { similar(first: 5) { score paper { id } } } }`,
    );
    const recommended = await recommend({ like: [POINTS], strategy });
    expect(idsOf(recommended)).toEqual(data.paper.similar.map(({ paper }) => paper.id));
    data.paper.similar.forEach(({ score }, at) => {
      expect(recommended.nodes[at]?.score).toBeCloseTo(score, 5);
    });
  });

  test('excludes the given papers in any form, and counts repeats once', async () => {
    const named = { like: [POINTS, `arXiv:${POINTS}v2`, POINTS_TOO], unlike: [WORDS], strategy };
    const all = await recommend({ ...named, first: 100 });
    expect(idsOf(all).filter((id) => [POINTS, POINTS_TOO, WORDS].some((each) => each === id))).toEqual([]);
    expect(all.totalCount).toBe(249);
    expect(idsOf(all)).toEqual(idsOf(await recommend({ ...named, like: [POINTS, POINTS_TOO], first: 100 })));
  });

  test('ranks papers lower if they resemble unliked ones', async () => {
    const towards = await recommend({ like: [POINTS, IMAGES], strategy, first: 100 });
    const away = await recommend({ like: [POINTS], unlike: [IMAGES], strategy, first: 100 });
    const place = (page: Recommended, id: string) => (idsOf(page).indexOf(id) + 101) % 101;
    const nearImages = await recommend({ like: [IMAGES], first: 5 });
    const moved = idsOf(nearImages).filter((id) => place(away, id) > place(towards, id));
    expect(moved.length).toBeGreaterThanOrEqual(4);
  });

  test('respects a filter, and its pages have no overlap or gap', async () => {
    const variables = { like: [POINTS, STRINGS], strategy, filter: { archives: { in: ['cs', 'hep-th'] } } };
    const whole = await recommend({ ...variables, first: 12 });
    const first = await recommend(variables);
    const second = await recommend({ ...variables, after: first.pageInfo.endCursor, first: 7 });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(idsOf(whole));
    expect(second.nodes[0]?.rank).toBe(6);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const scores = whole.nodes.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('takes the same number of store calls for sixty results as for one', async () => {
    const call = { like: [POINTS, IMAGES, WORDS], unlike: [STRINGS], strategy };
    await recommend({ ...call, first: 1 });
    const calls = server.storeCalls.map(([name]) => name);
    server.forgetCalls();
    await recommend({ ...call, first: 60 });
    expect(server.storeCalls.map(([name]) => name)).toEqual(calls);
    expect(calls.filter((name) => name !== 'counts').length).toBeLessThanOrEqual(4);
  });
});

const PAGES = `query ($id: ID!, $filter: SearchFilter, $first: Int, $after: String, $last: Int, $before: String) {
  paper(id: $id) {
    similar(first: 12, filter: $filter) { paper { id } }
    similarConnection(filter: $filter, first: $first, after: $after, last: $last, before: $before) { ...Page }
  }
}
fragment Page on SearchConnection {
  totalCount
  edges { cursor node { rank paper { id } } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}`;

interface SimilarPages {
  similar: { paper: { id: string } }[];
  similarConnection: Connection;
}
interface Connection {
  totalCount: number;
  edges: { cursor: string; node: { rank: number; paper: { id: string } } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
}

describe('pages of similar papers', () => {
  async function page(variables: Record<string, unknown>): Promise<SimilarPages> {
    const { data, errors } = await server.ask<{ paper: SimilarPages }>(PAGES, { id: POINTS, ...variables });
    expect(errors).toBeUndefined();
    return data.paper;
  }
  const edgeIds = ({ edges }: Connection) => edges.map(({ node }) => node.paper.id);

  test('contain the same papers as similar, without overlap or gap, forwards and backwards', async () => {
    const first = await page({ first: 5 });
    const second = await page({ first: 7, after: first.similarConnection.pageInfo.endCursor });
    const ids = [...edgeIds(first.similarConnection), ...edgeIds(second.similarConnection)];
    expect(ids).toEqual(first.similar.map(({ paper }) => paper.id));
    expect(first.similarConnection.totalCount).toBe(251);

    const before = second.similarConnection.edges[0]?.cursor;
    const back = await page({ last: 2, before });
    expect(edgeIds(back.similarConnection)).toEqual(ids.slice(3, 5));
    expect(back.similarConnection.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  test('respect a filter, and reject the cursor of another one', async () => {
    const filter = { archives: { in: ['hep-th'] } };
    const { similar, similarConnection } = await page({ first: 12, filter });
    expect(edgeIds(similarConnection)).toEqual(similar.map(({ paper }) => paper.id));
    const { errors } = await server.ask(PAGES, { id: POINTS, after: similarConnection.pageInfo.endCursor });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: ['after'] });
  });
});

test.each(['AVERAGE_VECTOR', 'BEST_SCORE'])('%s pages backwards', async (strategy) => {
  const query = `query ($first: Int, $last: Int, $before: String) {
    recommend(like: ["${POINTS}"], strategy: ${strategy}, first: $first, last: $last, before: $before) {
      edges { cursor node { rank } } pageInfo { hasNextPage hasPreviousPage }
    }
  }`;
  const ask = async (variables: Record<string, unknown>) => {
    const { data, errors } = await server.ask<{ recommend: Connection }>(query, variables);
    expect(errors).toBeUndefined();
    return data.recommend;
  };
  const { edges } = await ask({ first: 6 });
  const back = await ask({ last: 2, before: edges[5]?.cursor });
  expect(back.edges).toEqual(edges.slice(3, 5));
  expect(back.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: true });
  const front = await ask({ last: 2, before: edges[0]?.cursor });
  expect(front).toEqual({ edges: [], pageInfo: { hasNextPage: true, hasPreviousPage: false } });
});

test('BEST_SCORE keeps interests apart: the best results contain some for each liked paper', async () => {
  const best = idsOf(await recommend({ like: [POINTS, STRINGS], strategy: 'BEST_SCORE', first: 10 }));
  for (const liked of [POINTS, STRINGS]) {
    const [nearest = ''] = idsOf(await recommend({ like: [liked], first: 1 }));
    expect(best).toContain(nearest);
  }
});

test('BEST_SCORE is below 0 if an unliked paper is closer', async () => {
  const { nodes } = await recommend({
    like: [WORDS],
    unlike: [POINTS],
    strategy: 'BEST_SCORE',
    filter: { ids: [POINTS_TOO] },
  });
  expect(nodes[0]?.paper.id).toBe(POINTS_TOO);
  expect(nodes[0]?.score).toBeLessThan(0);
});

describe('is rejected with the argument’s path', () => {
  test.each<[string, Record<string, unknown>, (string | number)[], string]>([
    ['nothing to like', { like: [] }, ['like'], '"like" must name at least one paper'],
    [
      'unknown papers, all of which are named',
      { like: [POINTS, '9912.99999'], unlike: ['9912.88888'] },
      ['like', 1],
      'The corpus does not have 9912.99999, 9912.88888',
    ],
    [
      'a paper that is liked and unliked, in two forms',
      { like: [POINTS], unlike: [WORDS, `https://arxiv.org/abs/${POINTS}v1`] },
      ['unlike', 1],
      `${POINTS} is in both "like" and "unlike"`,
    ],
    ['an invalid identifier', { like: ['PointNet'] }, ['like', 0], '"PointNet" is not an arXiv identifier'],
    ['too many', { like: Array.from({ length: 21 }, () => POINTS) }, ['like'], 'at most 20 entries, not 21'],
    ['a page out of range', { like: [POINTS], first: 101 }, ['first'], 'from 1 to 100, not 101'],
    ['no cursor', { like: [POINTS], after: 'x' }, ['after'], 'is not a cursor'],
  ])('%s', async (_name, variables, argumentPath, message) => {
    const { data, errors } = await server.ask(RECOMMEND, variables);
    expect(data).toEqual({ recommend: null });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining(message) as unknown,
      extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath },
    });
  });

  test('a cursor of other papers', async () => {
    const { pageInfo } = await recommend({ like: [POINTS] });
    const { errors } = await server.ask(RECOMMEND, { like: [WORDS], after: pageInfo.endCursor });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: ['after'] });
  });
});
