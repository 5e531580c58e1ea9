import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(() => server.forgetCalls());
afterAll(() => server.close());

interface Bucket {
  value: string;
  label: string;
  count: number;
  filter: Record<string, unknown>;
}

const FIELDS = ['CATEGORY', 'PRIMARY_CATEGORY', 'ARCHIVE', 'YEAR', 'AUTHOR', 'LICENSE'];
const FILTER = { archives: { in: ['cs', 'stat'] } };

async function countFacets(filter: unknown, first = 100): Promise<Record<string, Bucket[]>> {
  const facets = FIELDS.map(
    (field) => `${field}: facets(field: ${field}, first: ${first}) { value label count filter }`,
  );
  const { data, errors } = await server.ask<{ search: Record<string, Bucket[]> }>(
    `query ($filter: SearchFilter) { search(filter: $filter) { ${facets.join('\n')} } }`,
    { filter },
  );
  expect(errors).toBeUndefined();
  return data.search;
}

test.each(FIELDS)(
  'the filter of each bucket of %s selects exactly the papers that it counts',
  async (field) => {
    const buckets = (await countFacets(FILTER, 12))[field] ?? [];
    expect(buckets.length).toBeGreaterThan(0);
    const counts = buckets.map((_bucket, at) => `b${at}: search(filter: $f${at}) { totalCount }`);
    const variables = Object.fromEntries(
      buckets.map(({ filter }, at) => [`f${at}`, { and: [FILTER, filter] }]),
    );
    const declared = buckets.map((_bucket, at) => `$f${at}: SearchFilter`).join(', ');
    const { data } = await server.ask<Record<string, { totalCount: number }>>(
      `query (${declared}) { ${counts.join('\n')} }`,
      variables,
    );
    expect(Object.values(data).map(({ totalCount }) => totalCount)).toEqual(
      buckets.map(({ count }) => count),
    );
  },
);

test('labels differ if two categories have the same name', async () => {
  const { CATEGORY = [] } = await countFacets({ categories: { in: ['cs.IT', 'math.IT'] } });
  const labelOf = (code: string) => CATEGORY.find(({ value }) => value === code)?.label;
  expect([labelOf('cs.IT'), labelOf('math.IT')]).toEqual([
    'Information Theory (cs.IT)',
    'Information Theory (math.IT)',
  ]);
  expect(labelOf('cs.LG') ?? 'Machine Learning').not.toContain('cs.LG');
});

test('buckets are sorted by count, then by value, and have labels', async () => {
  const facets = await countFacets({});
  for (const field of FIELDS) {
    const buckets = facets[field] ?? [];
    const counts = buckets.map(({ count }) => count);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  }
  expect(facets['ARCHIVE']?.[0]).toEqual({
    value: 'cs',
    label: 'Computer Science',
    count: expect.any(Number) as unknown,
    filter: { archives: { in: ['cs'] } },
  });
  expect(facets['CATEGORY']?.find(({ value }) => value === 'cs.CL')?.label).toBe('Computation and Language');
  expect(facets['YEAR']?.find(({ value }) => value === '2017')).toMatchObject({
    label: '2017',
    filter: { submitted: { gte: '2017-01-01', lte: '2017-12-31' } },
  });
  expect(facets['LICENSE']?.map(({ label }) => label)).toContain('CC BY-NC-ND 4.0');
});

test('facets count everything that the filters select, including authors in the query', async () => {
  const { data } = await server.ask(
    `{ search(query: "by Kaiming He", first: 1) {
      totalCount nodes { rank } facets(field: AUTHOR, first: 100) { value count }
    } }`,
  );
  const { totalCount, facets } = (data as { search: { totalCount: number; facets: Bucket[] } }).search;
  expect(facets).toContainEqual({ value: 'Kaiming He', count: totalCount });
});

test('a filter that selects nothing has no buckets', async () => {
  expect(Object.values(await countFacets({ ids: [] }))).toEqual(FIELDS.map(() => []));
});

test('all facets of an operation take one call, and equal facets are counted once', async () => {
  await server.ask(`{
    a: search(first: 1) { nodes { rank } y: facets(field: YEAR) { value } c: facets(field: CATEGORY) { value } }
    b: search(first: 2) { nodes { rank } y: facets(field: YEAR) { value } }
  }`);
  expect(server.storeCalls).toEqual([
    ['search', 2],
    ['facets', 2],
  ]);
});

test.each([0, 101, -1])('%d buckets are rejected', async (first) => {
  const { data, errors } = await server.ask(
    'query ($n: Int) { search(first: 1) { totalCount facets(field: YEAR, first: $n) { value } } }',
    { n: first },
  );
  expect(data).toEqual({ search: { totalCount: 252, facets: null } });
  expect(errors?.[0]).toMatchObject({
    path: ['search', 'facets'],
    extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath: ['first'] },
  });
});

describe('an author', () => {
  test('has co-authors with counts, excluding their own spellings', async () => {
    const { data } = await server.ask(`{
      author(name: "Kaiming He") {
        coauthors(first: 2) { paperCount author { name papers { totalCount } } }
        categories(first: 1) { paperCount category { code name } }
      }
    }`);
    expect(data).toEqual({
      author: {
        coauthors: [
          {
            paperCount: expect.any(Number) as unknown,
            author: {
              name: expect.any(String) as unknown,
              papers: { totalCount: expect.any(Number) as unknown },
            },
          },
          {
            paperCount: expect.any(Number) as unknown,
            author: {
              name: expect.any(String) as unknown,
              papers: { totalCount: expect.any(Number) as unknown },
            },
          },
        ],
        categories: [
          {
            paperCount: expect.any(Number) as unknown,
            category: { code: 'cs.CV', name: 'Computer Vision and Pattern Recognition' },
          },
        ],
      },
    });
    expect(JSON.stringify(data)).not.toContain('"name":"Kaiming He"');
  });

  test('on each paper of a page has co-authors, all in one call', async () => {
    await server.ask(`{
      search(filter: { archives: { in: ["cs"] } }, first: 10) { nodes { paper { authors(first: 2) {
        coauthors(first: 3) { author { name } } categories(first: 2) { category { name } }
      } } } }
    }`);
    expect(server.storeCalls.map(([call]) => call)).toEqual(['search', 'facets']);
  });
});
