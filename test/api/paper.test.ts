import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('a paper has every field', async () => {
  const { data, errors } = await server.ask(`{
    paper(id: "0704.0001") {
      id title abstract authors { name } authorCount categories { code } primaryCategory { code }
      submittedAt updatedAt versions { number createdAt } versionCount submitter comments journalRef doi
      reportNumber license url pdfUrl
    }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    paper: {
      id: '0704.0001',
      title: 'Calculation of prompt diphoton production cross sections at Tevatron and LHC energies',
      abstract: expect.any(String) as unknown,
      authors: ['C. Balázs', 'E. L. Berger', 'P. M. Nadolsky', 'C. -P. Yuan'].map((name) => ({ name })),
      authorCount: 4,
      categories: [{ code: 'hep-ph' }],
      primaryCategory: { code: 'hep-ph' },
      submittedAt: '2007-04-02T19:18:42.000Z',
      updatedAt: '2008-11-26',
      versions: [
        { number: 1, createdAt: '2007-04-02T19:18:42.000Z' },
        { number: 2, createdAt: '2007-07-24T20:10:27.000Z' },
      ],
      versionCount: 2,
      submitter: 'Pavel Nadolsky',
      comments: '37 pages, 15 figures; published version',
      journalRef: 'Phys.Rev.D76:013009,2007',
      doi: '10.1103/PhysRevD.76.013009',
      reportNumber: 'ANL-HEP-PR-07-12',
      license: null,
      url: 'https://arxiv.org/abs/0704.0001',
      pdfUrl: 'https://arxiv.org/pdf/0704.0001',
    },
  });
});

test.each([
  '1706.03762v5',
  'arXiv:1706.03762',
  'https://arxiv.org/abs/1706.03762',
  'https://arxiv.org/pdf/1706.03762v5.pdf',
  'arXiv:1706.03762v7 [cs.CL] 2 Aug 2023',
  'https://www.alphaxiv.org/abs/1706.03762',
  'https://doi.org/10.48550%2FarXiv.1706.03762',
])('a paper is found as %s', async (id) => {
  const { data } = await server.ask('query ($id: ID!) { paper(id: $id) { title } }', { id });
  expect(data).toEqual({ paper: { title: 'Attention Is All You Need' } });
});

test('an unknown paper is null, without error', async () => {
  expect(await server.ask('{ paper(id: "9912.99999") { id } }')).toEqual({ data: { paper: null } });
});

test('papers are returned in the requested order, including repeats', async () => {
  const ids = ['hep-th/9711200', '1706.03762', 'arXiv:hep-th/9711200v3 [hep-th]'];
  expect(await server.ask('query ($ids: [ID!]!) { papers(ids: $ids) { id } }', { ids })).toEqual({
    data: { papers: [{ id: 'hep-th/9711200' }, { id: '1706.03762' }, { id: 'hep-th/9711200' }] },
  });
});

test('an unknown or invalid identifier is null with an error at its own path', async () => {
  const ids = ['9912.99999', '1706.03762', 'attention', 'hep-th/9711200'];
  const { data, errors } = await server.ask('query ($ids: [ID!]!) { papers(ids: $ids) { id } }', { ids });
  expect(data).toEqual({ papers: [null, { id: '1706.03762' }, null, { id: 'hep-th/9711200' }] });
  expect(errors).toEqual([
    expect.objectContaining({
      message: 'The corpus has no paper with the identifier 9912.99999',
      path: ['papers', 0],
      extensions: expect.objectContaining({ code: 'NOT_FOUND' }) as unknown,
    }),
    expect.objectContaining({
      path: ['papers', 2],
      extensions: expect.objectContaining({
        code: 'BAD_USER_INPUT',
        isRetryable: false,
        argumentPath: ['ids', 2],
      }) as unknown,
    }),
  ]);
});

test('more than a hundred identifiers are rejected', async () => {
  const ids = Array.from({ length: 101 }, () => '1706.03762');
  const { errors } = await server.ask('query ($ids: [ID!]!) { papers(ids: $ids) { id } }', { ids });
  expect(errors?.[0]).toMatchObject({
    message: '"ids" may have at most 100 entries, not 101',
    extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath: ['ids'] },
  });
});

test('similar papers exclude the paper itself and respect a filter', async () => {
  const { data } = await server.ask<{
    paper: Record<'all' | 'old', { score: number; rank: number; paper: { id: string } }[]>;
  }>(
    `{ paper(id: "1612.00593") {
      all: similar(first: 3) { score rank paper { id } }
      old: similar(first: 100, filter: { submitted: { lt: "2008-01-01" } }) { score rank paper { id } }
    } }`,
  );
  expect(data.paper.all[0]).toMatchObject({ rank: 1, paper: { id: '1706.02413' } });
  expect(data.paper.all.map(({ paper }) => paper.id)).not.toContain('1612.00593');
  expect(data.paper.old).toHaveLength(100);
  expect(data.paper.old.map(({ paper }) => paper.id)).not.toContain('1706.02413');
});

test('the number of authors can be limited; authorCount counts all', async () => {
  const { data } = await server.ask('{ paper(id: "1706.03762") { authors(first: 2) { name } authorCount } }');
  expect(data).toEqual({
    paper: { authors: [{ name: 'Ashish Vaswani' }, { name: 'Noam Shazeer' }], authorCount: 8 },
  });
});

test('the corpus describes itself', async () => {
  const { data } = await server.ask(
    `{ corpus {
      count earliest latest embeddingModel dimension distance store collection
      index { state indexed total problem } directory { authors titles }
    } }`,
  );
  expect(data).toEqual({
    corpus: {
      count: 252,
      earliest: expect.stringMatching(/^199/) as unknown,
      latest: expect.stringMatching(/^202/) as unknown,
      embeddingModel: 'local:all-MiniLM-L6-v2',
      dimension: 384,
      distance: 'Cosine',
      store: 'LANCE',
      collection: 'arxiv_sample',
      // Below 20,000 papers, every vector is compared.
      index: { state: 'IDLE', indexed: 0, total: 252, problem: null },
      directory: { authors: expect.any(Number) as unknown, titles: 252 },
    },
  });
});
