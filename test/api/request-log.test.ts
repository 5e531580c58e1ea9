import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProcess, type ServerProcess } from '../support/process.js';

let directory: string;
let server: ServerProcess;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-log-'));
  server = await startProcess({ LOG_LEVEL: 'info', NODE_ENV: 'production' }, directory);
});
afterAll(async () => {
  await server.stop('SIGTERM');
  await rm(directory, { recursive: true });
});

test('a request leaves one line in the log: what was asked, what was answered, how long it took', async () => {
  await fetch(`${server.url}/healthz`, {
    headers: { 'x-request-id': 'from-the-proxy', authorization: 'Bearer secret' },
  });
  // A line is written after its answer; that of a later request comes behind it.
  await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'later' } });
  await untilPrinted('later');

  const lines = server.output().split('\n');
  const ofRequest = lines.filter((line) => line.includes('from-the-proxy'));
  expect(ofRequest.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({
      reqId: 'from-the-proxy',
      req: expect.objectContaining({ method: 'GET', url: '/healthz' }),
      res: { statusCode: 200 },
      responseTime: expect.any(Number),
      msg: 'request completed',
    }),
  ]);
  expect(server.output()).not.toContain('secret');
});

async function untilPrinted(text: string): Promise<void> {
  while (!server.output().includes(text)) await new Promise((resolve) => setTimeout(resolve, 5));
}
