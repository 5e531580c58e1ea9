import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

test('a category is found in any letter case, without a call to the store', async () => {
  const { data } = await server.ask(`{
    category(code: "CS.cl") { code name group archive isCurrent mergedInto { code } }
    old: category(code: "alg-geom") { name isCurrent mergedInto { code name } }
  }`);
  expect(data).toEqual({
    category: {
      code: 'cs.CL',
      name: 'Computation and Language',
      group: 'Computer Science',
      archive: 'cs',
      isCurrent: true,
      mergedInto: null,
    },
    old: {
      name: 'Algebraic Geometry',
      isCurrent: false,
      mergedInto: { code: 'math.AG', name: 'Algebraic Geometry' },
    },
  });
  expect(server.storeCalls).toEqual([]);
});

test.each(['cs.ZZ', '', '🦉', 'x'.repeat(10_000)])('an unknown category is null: %.20s', async (code) => {
  expect(await server.ask('query ($c: String!) { category(code: $c) { name } }', { c: code })).toEqual({
    data: { category: null },
  });
});

test('categories returns the current ones, or all', async () => {
  const { data } = await server.ask<Record<string, { code: string; name: string }[]>>(
    '{ current: categories { code name } all: categories(current: false) { code name } }',
  );
  expect(data['current']).toHaveLength(155);
  expect(data['all']).toHaveLength(176);
  expect(data['current']?.[0]).toEqual({ code: 'cs.AI', name: 'Artificial Intelligence' });
});

test('a category lists its papers, newest first, page by page', async () => {
  const query = `query ($after: String) { category(code: "cs.CV") {
    papers(first: 4, after: $after) {
      totalCount
      nodes { rank score paper { id submittedAt categories { code } } }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  } }`;
  interface Page {
    category: {
      papers: {
        totalCount: number;
        nodes: {
          rank: number;
          score: null;
          paper: { id: string; submittedAt: string; categories: { code: string }[] };
        }[];
        pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
      };
    };
  }
  const first = (await server.ask<Page>(query)).data.category.papers;
  const second = (await server.ask<Page>(query, { after: first.pageInfo.endCursor })).data.category.papers;
  const nodes = [...first.nodes, ...second.nodes];
  expect(first.totalCount).toBeGreaterThan(8);
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  expect(nodes.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(nodes.every(({ paper }) => paper.categories.some(({ code }) => code === 'cs.CV'))).toBe(true);
  const dates = nodes.map(({ paper }) => paper.submittedAt);
  expect(dates).toEqual([...dates].sort().reverse());
});

test('a filter restricts a category’s papers', async () => {
  const { data, errors } = await server.ask(`{
    category(code: "cs.CL") {
      papers(filter: { ids: ["1706.03762"] }) { totalCount nodes { paper { title } } }
    }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    category: {
      papers: { totalCount: 1, nodes: [{ paper: { title: 'Attention Is All You Need' } }] },
    },
  });
});

test('the papers of all categories on a page take one more store call', async () => {
  await server.ask(
    '{ search(first: 5) { nodes { paper { categories { papers(first: 2) { nodes { paper { id } } } } } } } }',
  );
  expect(server.storeCalls).toEqual([
    ['search', 1],
    ['search', expect.any(Number)],
  ]);
});

test('invalid arguments are rejected with their path', async () => {
  const { errors } = await server.ask('{ category(code: "cs.CV") { papers(first: 0) { totalCount } } }');
  expect(errors?.[0]).toMatchObject({
    path: ['category', 'papers'],
    extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath: ['first'] },
  });
});

test('a paper has the BibTeX entry that arXiv exports', async () => {
  const { data } = await server.ask('{ paper(id: "0704.0001") { bibtex } }');
  expect(data).toEqual({
    paper: {
      bibtex: String.raw`@misc{balazs2007calculationpromptdiphotonproduction,
      title={Calculation of prompt diphoton production cross sections at Tevatron and LHC energies}, 
      author={C. Bal{\'a}zs and E. L. Berger and P. M. Nadolsky and C. -P. Yuan},
      year={2007},
      eprint={0704.0001},
      archivePrefix={arXiv},
      primaryClass={hep-ph},
      doi={https://doi.org/10.1103/PhysRevD.76.013009},
      url={https://arxiv.org/abs/0704.0001}, 
}`,
    },
  });
});
