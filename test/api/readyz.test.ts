import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProcess } from '../support/process.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-readyz-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('a store with damaged files is not ready, and the log has one line about it per request', async () => {
  const environment = { LOG_LEVEL: 'info', NODE_ENV: 'production' };
  const damaged = await startProcess(environment, directory);
  expect((await fetch(`${damaged.url}/readyz`)).status).toBe(200);
  await damage(path.join(directory, 'data', 'arxiv_sample.lance', 'data'));
  // A result is reused for a second.
  await wait(1_100);

  const response = await fetch(`${damaged.url}/readyz`, { headers: { 'x-request-id': 'asked-of-damaged' } });
  expect([response.status, await response.json()]).toEqual([
    503,
    {
      status: 'not ready',
      store: expect.stringContaining('The embedded store failed on collection arxiv_sample') as unknown,
      embedder: 'ok',
    },
  ]);
  await damaged.stop('SIGTERM');
  const lines = damaged
    .output()
    .split('\n')
    .filter((line) => line.includes('asked-of-damaged'));
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 40, res: { statusCode: 503 }, msg: 'request rejected' }),
  ]);
});

/** Truncates every file in the folder. */
async function damage(folder: string): Promise<void> {
  for (const file of await readdir(folder)) await truncate(path.join(folder, file), 100);
}
