import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findFreePort } from '../support/free-port.js';
import { runToExit, startProcess, type ServerProcess } from '../support/process.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-workers-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Sends a request on a new connection. */
async function search(url: string, words: string): Promise<unknown> {
  const request = http.request(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
  });
  request.end(
    JSON.stringify({ query: `{ search(query: "${words}", mode: SEMANTIC, first: 1) { nodes { rank } } }` }),
  );
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return JSON.parse(await text(response));
}

/** A connection without an answer by then is lost. */
const LONGEST_ANSWER_MS = 15_000;

/** Logged when a process has ended. */
const REPLACED = 'a server process ended and will be replaced';

const FOUND = { data: { search: { nodes: [{ rank: 1 }] } } };

/** Processes that have answered requests, according to the log. */
function answering(server: ServerProcess): Set<number> {
  const lines = server
    .output()
    .split('\n')
    .filter((line) => line.includes('"request completed"'));
  return new Set(lines.map((line) => (JSON.parse(line) as { pid: number }).pid));
}

/** Searches until this many processes have answered, or the test times out. */
async function searchUntil(server: ServerProcess, processes: number): Promise<void> {
  for (let n = 0; answering(server).size < processes; n++) {
    expect(await search(server.url, `galaxies ${n}`)).toEqual(FOUND);
    await setTimeout(20);
  }
}

describe('with two processes', () => {
  let server: ServerProcess;
  let metricsPort: number;
  beforeAll(async () => {
    metricsPort = await findFreePort();
    const environment = { WORKERS: '2', LOG_LEVEL: 'info', METRICS_PORT: String(metricsPort) };
    server = await startProcess(environment, directory);
  });
  afterAll(() => {
    server.child.kill('SIGKILL');
  });

  test('both search by meaning on one port without loading the model, and the banner is printed once', async () => {
    await searchUntil(server, 2);
    expect(answering(server)).not.toContain(server.child.pid);
    expect(server.output().match(/252 in "arxiv_sample"/g)).toHaveLength(1);
  });

  test('metrics contain the figures of both', async () => {
    const searches = server.output().match(/"url":"\/graphql"/g)?.length;
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(text).toContain(
      `paperql_http_requests_total{route="/graphql",method="POST",status="200"} ${searches}\n`,
    );
    expect(text).toContain('paperql_corpus_papers 252\n');
  });

  test('one that ends is replaced while the other answers', async () => {
    const [first = 0] = answering(server);
    process.kill(first, 'SIGKILL');
    // Its accepted connections end with it.
    while (!server.output().includes(REPLACED)) await setTimeout(20);
    await searchUntil(server, 3);
  });

  test('a signal ends them all', async () => {
    expect(await server.stop('SIGTERM')).toBe(0);
    await expect(search(server.url, 'galaxies')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('with two processes and budgets', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    const environment = { WORKERS: '2', LOG_LEVEL: 'info', ANONYMOUS_BUDGET: '10000' };
    server = await startProcess(environment, directory);
  });
  afterAll(() => {
    server.child.kill('SIGKILL');
  });

  /** Sends it on a new connection. */
  async function attempt(headers: Record<string, string>, signal?: AbortSignal): Promise<number> {
    const request = http.request(`${server.url}/graphql?query={__typename}`, {
      agent: false,
      headers,
      signal,
    });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  }

  test('an address has one budget for both', async () => {
    const statuses: number[] = [];
    // An invalid key costs a tenth of the budget.
    for (let n = 0; n < 18; n++) statuses.push(await attempt({ 'x-api-key': 'pql_wrong' }));
    expect(answering(server).size).toBe(2);
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    // With separate budgets, all of them would have been accepted.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(3);
  });

  test('if a process ends before it accepts a connection, the connection goes to the other one', async () => {
    while (answering(server).size === 0) {
      await attempt({});
      await setTimeout(20);
    }
    const [frozen = NaN] = answering(server);
    process.kill(frozen, 'SIGSTOP');
    const giveUp = new AbortController();
    const asked = Array.from({ length: 6 }, () =>
      attempt({ 'apollo-require-preflight': '1' }, giveUp.signal),
    );
    const ends = Promise.allSettled(asked);
    try {
      // The other one answers all connections that it gets.
      await Promise.any(asked);
    } finally {
      process.kill(frozen, 'SIGKILL');
    }
    const late = setTimeout(LONGEST_ANSWER_MS, undefined, { ref: false }).then(() => giveUp.abort());
    await Promise.race([ends, late]);
    const lost = (await ends).filter(({ status }) => status === 'rejected').length;
    expect(`${lost} of 6 connections were lost with the process`).toBe(
      '0 of 6 connections were lost with the process',
    );
  }, 60_000);
});

test('if all processes end at once, all are replaced, unless the server is stopped', async () => {
  const port = await findFreePort();
  const server = await startProcess({ WORKERS: '2', LOG_LEVEL: 'info', PORT: String(port) }, directory);
  try {
    await searchUntil(server, 2);
    for (const pid of answering(server)) process.kill(pid, 'SIGKILL');
    while (server.output().split(REPLACED).length <= 2) await setTimeout(20);
    while (!(await canConnect(port)) && server.child.exitCode === null) await setTimeout(20);
    expect(server.child.exitCode).toBeNull();
    await searchUntil(server, 4);
    for (const pid of [...answering(server)].slice(2)) process.kill(pid, 'SIGKILL');
    expect(await server.stop('SIGTERM')).toBe(0);
  } finally {
    server.child.kill('SIGKILL');
  }
});

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('the reason why the processes cannot start is printed once', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, output } = await runToExit({ WORKERS: '2', PORT: String(port) }, directory);
  other.close();
  expect(code).toBe(1);
  expect(output.match(/Cannot listen on/g)).toHaveLength(1);
});
