import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packagePath } from '../../src/package-root.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('the page of the README answers as printed there, for the calls it says', async () => {
  const [, section = ''] = readFileSync(packagePath('README.md'), 'utf8').split('**One request, one page.**');
  const [, operation = '', answer = ''] = /```graphql\n([^]*?)```\s*```json\n([^]*?)```/.exec(section) ?? [];
  expect(await server.ask(operation)).toEqual(JSON.parse(answer));
  expect(section.replace(/\s+/g, ' ')).toContain('for seven calls to the store');
  expect(server.storeCalls.map(([call]) => call).sort()).toEqual([
    'counts',
    'directory.find',
    'facets',
    'retrieve',
    'search',
    'search',
    'vectors',
  ]);
});
