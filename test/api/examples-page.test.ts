import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packagePath } from '../../src/package-root.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  // The liked papers are read before the text is embedded, so that both rankings are one batch even on a busy machine.
  server = await startTestServer({ environment: { EMBEDDING_BATCH_WINDOW_MS: '200' } });
});
afterAll(() => server.close());

test('the page in docs/examples.md returns the printed answer with the stated number of calls', async () => {
  const [, section = ''] = readFileSync(packagePath('docs', 'examples.md'), 'utf8').split(
    '## Build a page with one request',
  );
  const [, operation = '', answer = ''] = /```graphql\n([^]*?)```\s*```json\n([^]*?)```/.exec(section) ?? [];
  expect(await server.ask(operation)).toEqual(JSON.parse(answer));
  expect(section.replace(/\s+/g, ' ')).toContain('makes eight calls to the store');
  expect(server.storeCalls.map(([call]) => call).sort()).toEqual([
    'counts',
    'directory.find',
    'facets',
    'retrieve',
    'search',
    'search',
    'vectors',
    'vectors',
  ]);
});

test('the search in the README returns the printed answer', async () => {
  const readme = readFileSync(packagePath('README.md'), 'utf8');
  const [, request = '', answer = ''] =
    /curl [^]*? -d '([^]*?)'\n```\s*```json\n([^]*?)```/.exec(readme) ?? [];
  const { query } = JSON.parse(request) as { query: string };
  expect(await server.ask(query)).toEqual(JSON.parse(answer));
});
