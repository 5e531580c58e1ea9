import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const NODE = `query ($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on Paper { title authors { id name } categories { id code } }
    ... on Author { name papers(first: 1) { totalCount } }
    ... on Category { code name }
  }
}`;

interface Node {
  __typename: string;
  id: string;
}

async function fetchNode(id: string): Promise<Node | null> {
  const { data, errors } = await server.ask<{ node: Node | null }>(NODE, { id });
  expect(errors).toBeUndefined();
  return data.node;
}

describe('node', () => {
  test('fetches a paper, its authors and its categories by their ids', async () => {
    const paper = await fetchNode('1706.03762');
    expect(paper).toMatchObject({
      __typename: 'Paper',
      id: '1706.03762',
      title: 'Attention Is All You Need',
    });
    expect(paper).toMatchObject({
      authors: expect.arrayContaining([{ id: 'author:Ashish Vaswani', name: 'Ashish Vaswani' }]) as unknown,
      categories: expect.arrayContaining([{ id: 'category:cs.CL', code: 'cs.CL' }]) as unknown,
    });
    expect(await fetchNode('author:Ashish Vaswani')).toEqual({
      __typename: 'Author',
      id: 'author:Ashish Vaswani',
      name: 'Ashish Vaswani',
      papers: { totalCount: 1 },
    });
    expect(await fetchNode('category:cs.CL')).toEqual({
      __typename: 'Category',
      id: 'category:cs.CL',
      code: 'cs.CL',
      name: 'Computation and Language',
    });
  });

  test('returns the object of every id on a page of results', async () => {
    const { data } = await server.ask<{
      search: { nodes: { paper: { id: string; authors: Node[]; categories: Node[] } }[] };
    }>('{ search(first: 5) { nodes { paper { id authors(first: 2) { id } categories { id } } } } }');
    const ids = data.search.nodes.flatMap(({ paper }) =>
      [paper, ...paper.authors, ...paper.categories].map(({ id }) => id),
    );
    expect(ids.length).toBeGreaterThan(15);
    for (const id of new Set(ids)) expect(await fetchNode(id)).toMatchObject({ id });
  });

  test.each(['2401.99999', 'author:Nobody of That Name', 'author:', 'category:cs.NONE', 'category:CS.CL'])(
    'is null for %s, which the corpus does not have',
    async (id) => {
      expect(await fetchNode(id)).toBeNull();
    },
  );

  test.each([
    '',
    'arXiv:1706.03762',
    '1706.03762v5',
    'https://arxiv.org/abs/1706.03762',
    'Author:X',
    'paper:1',
  ])('rejects %j, which is not an id', async (id) => {
    expect(await server.ask(NODE, { id })).toMatchObject({
      data: { node: null },
      errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['id'] } }],
    });
  });

  test('costs as much as its most expensive type, and fetches only what is selected', async () => {
    server.forgetCalls();
    await server.ask('{ node(id: "category:cs.CL") { id ... on Paper { title } } }');
    expect(server.storeCalls).toEqual([]);
    const { errors } = await server.ask(
      `{ node(id: "category:cs.CL") { ... on Paper {
        ${Array.from({ length: 10 }, (_, at) => `a${at}: similarConnection(first: 100) { nodes { paper { similar(first: 100) { paper { abstract } } } } }`).join('\n')}
      } } }`,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_EXPENSIVE' } }]);
  });
});

describe('the id of a result', () => {
  interface Page {
    edges: { cursor: string; node: { id: string; paper: { id: string } } }[];
  }
  const idsOf = ({ edges }: Page) => edges.map(({ node }) => node.id);

  async function search(args: string): Promise<Page> {
    const query = `{ search(${args}) { edges { cursor node { id paper { id } } } } }`;
    const { data } = await server.ask<{ search: Page }>(query);
    return data.search;
  }

  test('is the same on every page of a search', async () => {
    const whole = await search('query: "graph neural networks", first: 6');
    const [, , third] = whole.edges;
    const second = await search(`query: "graph neural networks", first: 3, after: "${third?.cursor}"`);
    expect(new Set(idsOf(whole)).size).toBe(6);
    expect(idsOf(second)).toEqual(idsOf(whole).slice(3));
  });

  test.each([
    ['another mode', 'query: "graph neural networks", mode: SEMANTIC'],
    ['another filter', 'query: "graph neural networks", filter: { submitted: { gte: "2000-01-01" } }'],
    ['other words to highlight', 'query: "\\"graph neural networks\\""'],
    ['no query', 'first: 100'],
  ])('differs for %s, so that caches do not mix up scores or highlights', async (_name, args) => {
    const ids = idsOf(await search('query: "graph neural networks", first: 100'));
    const others = idsOf(await search(args));
    expect(others.length).toBeGreaterThan(0);
    expect(ids.filter((id) => others.includes(id))).toEqual([]);
  });

  test('is the same in similar and in similarConnection', async () => {
    const { data } = await server.ask<{ paper: { similar: Page['edges'][number]['node'][]; page: Page } }>(
      `{ paper(id: "1706.03762") {
        similar(first: 3) { id paper { id } }
        page: similarConnection(first: 3) { edges { cursor node { id paper { id } } } }
      } }`,
    );
    expect(data.paper.similar).toEqual(data.paper.page.edges.map(({ node }) => node));
  });
});
