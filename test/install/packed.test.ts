import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { npmEnvironment, pack } from '../support/pack.js';

/**
 * The package as users get it: packed from sources and installed by npm into an empty folder. Needs npm's registry, or npm's
 * cache of what a clone installs, and about a minute.
 */

const run = promisify(execFile);
const environment: NodeJS.ProcessEnv = {
  ...npmEnvironment,
  // With this, the ONNX runtime's install script fails as it does when it cannot reach its download.
  ONNXRUNTIME_NODE_INSTALL: 'unreachable',
};

let root: string;
let installed: string;
let server: ChildProcess | undefined;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'paperql-packed-'));
  const file = await pack(root);
  installed = path.join(root, 'installed');
  await mkdir(installed);
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', file];
  await run('npm', install, { cwd: installed, env: environment });
}, 600_000);
afterEach(async () => {
  if (server?.exitCode === null && server.kill()) await once(server, 'exit');
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Starts the installed command; returns what it printed until it serves, and its address. */
async function start(): Promise<{ url: string; banner: string }> {
  const command = path.join(installed, 'node_modules', '.bin', 'paperql');
  const child = spawn(process.execPath, [command, 'serve'], {
    cwd: installed,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', LOG_LEVEL: 'error' },
  });
  server = child;
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    const url = /(http:\/\/\S+)\/graphql/.exec(printed)?.[1];
    if (url !== undefined && printed.includes('Embedder')) return { url, banner: printed };
  }
  throw new Error(`The installed server did not start: ${printed}`);
}

async function search(url: string): Promise<unknown> {
  const query = '{ search(query: "black holes", mode: SEMANTIC, first: 1) { nodes { paper { title } } } }';
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

test('answers a semantic search even if the runtime’s install script fails', async () => {
  const { url, banner } = await start();
  expect(banner).toContain('local:all-MiniLM-L6-v2, 384 dimensions');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await search(url)).toMatchObject({
    data: { search: { nodes: [{ paper: { title: expect.stringMatching(/black hole/i) as unknown } }] } },
  });
});

test('reports a missing runtime, and tells only the operator how to get it', async () => {
  for (const name of await readdir(path.join(installed, 'node_modules'))) {
    if (name.startsWith('onnxruntime-'))
      await rm(path.join(installed, 'node_modules', name), { recursive: true });
  }
  const { url, banner } = await start();
  expect(banner).toMatch(
    /Embedder {2}none, so searches by meaning fail\. The local embedding model is not installed\. .*npm install --ignore-scripts onnxruntime-node/,
  );
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'ready', store: 'ok', embedder: 'The local embedding model is not installed' },
  ]);
  expect(await search(url)).toMatchObject({
    data: { search: null },
    errors: [
      {
        message: 'The local embedding model is not installed',
        extensions: { code: 'EMBEDDING_UNAVAILABLE' },
      },
    ],
  });
});
