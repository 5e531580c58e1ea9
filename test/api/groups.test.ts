import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

interface Node {
  rank: number;
  paper: { id: string; categories: { code: string }[]; submittedAt: string; authors: { name: string }[] };
}
interface Group {
  value: string;
  label: string;
  hitCount: number;
  filter: Record<string, unknown>;
  nodes: Node[];
}

const NODE = 'rank paper { id categories { code } submittedAt authors { name } }';

async function ask(rest: string): Promise<{ groups: Group[]; results: Node[] }> {
  const { data, errors } = await server.ask<{ searchGroups: Group[]; search: { nodes: Node[] } }>(`{
    searchGroups(query: "neural networks on graphs"${rest}) { value label hitCount filter nodes { ${NODE} } }
    search(query: "neural networks on graphs", first: 100) { nodes { ${NODE} } }
  }`);
  expect(errors).toBeUndefined();
  return { groups: data.searchGroups, results: data.search.nodes };
}

const VALUES: Record<string, (node: Node) => string[]> = {
  CATEGORY: ({ paper }) => paper.categories.map(({ code }) => code),
  AUTHOR: ({ paper }) => paper.authors.map(({ name }) => name),
  YEAR: ({ paper }) => [paper.submittedAt.slice(0, 4)],
};

test.each(Object.entries(VALUES))('groups by %s contain the hundred best results', async (by, valuesOf) => {
  const { groups, results } = await ask(`, by: ${by}, groupSize: 2, first: 5`);
  const values = [...new Set(results.flatMap(valuesOf))].slice(0, 5);
  expect(groups.map(({ value }) => value)).toEqual(values);
  for (const { value, hitCount, nodes } of groups) {
    const members = results.filter((node) => valuesOf(node).includes(value));
    expect(hitCount).toBe(members.length);
    expect(nodes).toEqual(members.slice(0, 2));
  }
});

test('a group has a label, and a filter that selects more of it', async () => {
  const { groups } = await ask(', by: CATEGORY, first: 1');
  const [group] = groups;
  expect(group).toMatchObject({ label: 'Machine Learning', filter: { categories: { in: ['cs.LG'] } } });
  const { data } = await server.ask<{ search: { nodes: Node[] } }>(
    'query ($f: SearchFilter) { search(query: "neural networks on graphs", filter: $f, first: 3) { nodes { paper { id } } } }',
    { f: group?.filter },
  );
  expect(data.search.nodes[0]?.paper.id).toBe(group?.nodes[0]?.paper.id);
});

test('without a query, the newest papers that the filter selects are grouped', async () => {
  const { data } = await server.ask<{ searchGroups: Group[] }>(
    '{ searchGroups(by: YEAR, filter: { archives: { in: ["math"] } }) { value nodes { rank } } }',
  );
  const years = data.searchGroups.map(({ value }) => value);
  expect(years).toEqual([...years].sort().reverse());
  expect(data.searchGroups[0]?.nodes[0]?.rank).toBe(1);
});

describe('is rejected with the argument’s path', () => {
  test.each([
    ['groupSize: 0', 'groupSize'],
    ['groupSize: 11', 'groupSize'],
    ['first: 0', 'first'],
    ['first: 51', 'first'],
  ])('%s', async (argument, path) => {
    const { data, errors } = await server.ask(`{ searchGroups(query: "x", ${argument}) { value } }`);
    expect(data).toEqual({ searchGroups: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argumentPath: [path] });
  });
});
