import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { print } from 'graphql';
import {
  CorpusOverviewDocument,
  ExplainedSearchDocument,
  PaperWithSimilarDocument,
  SearchPapersDocument,
} from '@paperql/client';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test.each([
  [SearchPapersDocument, { query: 'Mentions of point clouds by Tian-Xing Xu' }],
  [PaperWithSimilarDocument, { id: '1706.03762' }],
  [CorpusOverviewDocument, {}],
  [ExplainedSearchDocument, { query: 'point clouds', ranking: { recency: {} } }],
])('the documents in client/operations are answered without errors', async (document, variables) => {
  expect(await server.ask(print(document), variables)).toEqual({ data: expect.any(Object) });
});
