import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProcess, type ServerProcess } from '../support/process.js';
import { exchange } from '../support/raw-http.js';
import { packagePath } from '../../src/package-root.js';

let directory: string;
let server: ServerProcess;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-log-'));
  server = await startProcess({ LOG_LEVEL: 'info', NODE_ENV: 'production', WEB: 'off' }, directory);
});
afterAll(async () => {
  await server.stop('SIGTERM');
  await rm(directory, { recursive: true });
});

test('each request is one line in the log with method, path, status and time', async () => {
  await fetch(`${server.url}/healthz`, {
    headers: { 'x-request-id': 'from-the-proxy', authorization: 'Bearer secret' },
  });
  // A line is written after its answer, so the line of a later request comes after it.
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

test('query strings and client addresses are logged only if LOG_QUERIES and LOG_CLIENTS say so', async () => {
  const ask = async (url: string) => {
    await fetch(`${url}/graphql?query=%7B__typename%7D&about=secretquery`, {
      headers: { 'apollo-require-preflight': 'true', 'x-request-id': 'get' },
    });
    await fetch(`${url}/nothing?secretquery`);
  };
  await ask(server.url);
  await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'after-queries' } });
  await untilPrinted('after-queries');
  const [line = ''] = server
    .output()
    .split('\n')
    .filter((each) => each.includes('"get"'));
  expect((JSON.parse(line) as { req: unknown }).req).toEqual({ method: 'GET', url: '/graphql' });
  expect(server.output()).not.toContain('secretquery');
  expect(server.output()).not.toContain('remoteAddress');

  const telling = await startProcess(
    { LOG_LEVEL: 'info', NODE_ENV: 'production', LOG_CLIENTS: 'true', LOG_QUERIES: 'true' },
    directory,
  );
  await ask(telling.url);
  await telling.stop('SIGTERM');
  expect(telling.output()).toContain('secretquery');
  expect(telling.output()).toContain('"remoteAddress":"127.0.0.1"');
});

test('client errors are logged without a stack', async () => {
  const requests = [
    'GET /graphql?query={__typename} HTTP/1.1\r\nHost: <script>\r\n\r\n',
    'GET /graphql HTTP/1.0\r\n\r\n',
    'GET http://<script>/graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET /graphql%ff HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{',
    'no request\r\n\r\n',
  ];
  for (const request of requests) {
    const [answer] = await exchange(server.url, request, 1);
    expect(answer?.status).toBe(400);
  }
  await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': 'after-faults' } });
  await untilPrinted('after-faults');
  expect(server.output()).not.toContain('stack');
  expect(server.output()).not.toMatch(/"level":[456]0/);
});

test('a log that goes to a file has a line at once, even if the process is killed then', async () => {
  const file = path.join(directory, 'server.log');
  const log = await open(file, 'w');
  const child = spawn(process.execPath, [packagePath('dist', 'main.js'), 'serve'], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: '0',
      NODE_ENV: 'production',
      WEB: 'off',
    },
    stdio: ['ignore', log.fd, log.fd],
  });
  const exited = once(child, 'exit');
  let url: string | undefined;
  while (url === undefined && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    url = /(http:\/\/\S+)\/graphql/.exec(await readFile(file, 'utf8'))?.[1];
  }
  // The second request waits until the first one is answered and logged.
  const requests = ['first', 'second'].map(
    (id) => `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${id}\r\n\r\n`,
  );
  await exchange(url ?? '', requests.join(''), 2);
  child.kill('SIGKILL');
  await exited;
  await log.close();
  expect(await readFile(file, 'utf8')).toContain('"reqId":"first"');
});
