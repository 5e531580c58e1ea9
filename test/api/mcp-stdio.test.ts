import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { connectAgent, PROTOCOLS, type Agent } from '../support/agent.js';
import { finish, spawnPaperql } from '../support/process.js';
import { packagePath } from '../../src/package-root.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-mcp-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe.each(PROTOCOLS)('paperql mcp, with a client that speaks %s', (version) => {
  let agent: Agent;
  beforeAll(async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [packagePath('dist', 'main.js'), 'mcp'],
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'warn' },
    });
    agent = await connectAgent(transport, version);
  });
  afterAll(() => agent.client.close());

  test('gets a description of the corpus', () => {
    expect(agent.client.getInstructions()).toContain('252 papers, submitted from 1994-09-15');
  });

  test('finds papers', async () => {
    const { text, data } = await agent.call('search_papers', { query: 'black holes', first: 1 });
    expect(text).toMatch(/\n1\. .*black hole/i);
    expect(data).toMatchObject({ search: { edges: [{ node: { rank: 1 } }] } });
  });

  test('gets a tool error that names an invalid argument', async () => {
    const { text, isError } = await agent.call('get_papers', { ids: ['nonsense'] });
    expect(text).toContain('ids[0]: "nonsense" is not an arXiv identifier');
    expect(isError).toBe(true);
  });
});

// The model is still loading at that time.
test('paperql mcp writes only messages to standard output, and exits when its input ends', async () => {
  const child = spawnPaperql(['mcp'], { LOG_LEVEL: 'trace' }, directory);
  const ended = finish(child);
  const hello = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  };
  child.stdin.write(`${JSON.stringify(hello)}\nnonsense\n`);
  child.stdout.once('data', () => child.stdin.end());
  const { code, stdout } = await ended;
  const messages = stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(messages[0]).toMatchObject({ id: 1, result: { protocolVersion: '2025-06-18' } });
  expect(code).toBe(0);
});

test('paperql mcp reports a mistake in its settings and does not start', async () => {
  const { code, stdout, stderr } = await finish(spawnPaperql(['mcp'], { MAX_COST: 'lots' }, directory));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('MAX_COST: expected a whole number');
});
