import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runPaperql, startProcess, type ServerProcess } from '../support/process.js';
import { startSyncing, toArxivPaper, type Syncing } from '../support/syncing.js';

const SYNC = { SYNC_EVERY: '24h', SYNC_SETS: 'cs:cs:LG', LOG_LEVEL: 'info' };

let syncing: Syncing;
let servers: ServerProcess[];
beforeEach(async () => {
  servers = [];
  syncing = await startSyncing({ papers: [toArxivPaper(1, 1), toArxivPaper(2, 2)] });
  await syncing.reportOf(0, '--set', 'cs:cs:LG');
});
afterEach(async () => {
  for (const { child } of servers) child.kill('SIGKILL');
  await syncing.close();
});

async function serve(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startProcess({ ...syncing.environment, ...SYNC, ...settings }, syncing.directory);
  servers.push(server);
  return server;
}

async function ask(server: ServerProcess, query: string): Promise<unknown> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

/** The test's timeout ends this if the condition never becomes true. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(20);
}

const CORPUS = '{ corpus { count syncedAt syncedSets newestSubmittedAt latest } }';

test('a server reports when its corpus was synced, and syncs while it serves, with one process for all servers of a folder', async () => {
  const quiet = await serve({ SYNC_EVERY: '' });
  const before = { syncedAt: '2026-06-10T04:00:00.000Z', syncedSets: ['cs:cs:LG'] };
  const newest = '2021-01-01T12:00:00.000Z';
  expect(await ask(quiet, CORPUS)).toEqual({
    data: { corpus: { count: 2, ...before, newestSubmittedAt: newest, latest: newest } },
  });
  const requests = syncing.arxiv.requests.length;

  // By this machine's clock, the last sync was months ago, so the next one is due.
  syncing.arxiv.clock.move(86_400_000);
  syncing.arxiv.papers.push(toArxivPaper(3, 11));
  const first = await serve();
  await until(() => first.output().includes('The next sync begins at'));
  expect(await ask(quiet, CORPUS)).toMatchObject({
    data: { corpus: { count: 3, syncedAt: '2026-06-11T04:00:00.000Z' } },
  });
  expect(syncing.arxiv.requests).toHaveLength(requests + 1);

  const second = await serve();
  await until(() => second.output().includes('is already syncing'));
  expect(syncing.arxiv.requests).toHaveLength(requests + 1);

  // Even a server that is killed does not leave its sync process running, so another server takes over.
  await first.stop('SIGKILL');
  await until(() => second.output().includes('The next sync begins at'));
  expect(syncing.arxiv.requests).toHaveLength(requests + 2);
  expect(await second.stop('SIGTERM')).toBe(0);
}, 120_000);

test('a server of the sample switches to the loaded papers by itself once all are stored', async () => {
  const server = await serve({ SYNC_EVERY: '', DATA_DIR: 'fresh' });
  const count = async () =>
    (await ask(server, '{ corpus { collection count syncedSets } }')) as { data: { corpus: unknown } };
  expect((await count()).data.corpus).toMatchObject({ collection: 'arxiv_sample', count: 252 });
  const { code, stderr } = await runPaperql(
    ['sync', '--set', 'cs:cs:LG'],
    { ...syncing.environment, DATA_DIR: 'fresh' },
    syncing.directory,
  );
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  await until(() => server.output().includes('instead of the sample'));
  expect((await count()).data.corpus).toEqual({
    collection: 'arxiv_papers',
    count: 2,
    syncedSets: ['cs:cs:LG'],
  });
  expect(await ask(server, '{ search(query: "paper") { totalCount nodes { paper { id } } } }')).toMatchObject(
    {
      data: { search: { totalCount: 2, nodes: [{ paper: {} }, { paper: {} }] } },
    },
  );
  expect(await server.stop('SIGTERM')).toBe(0);
}, 120_000);

test('status reports what is stored, and how long ago it was synced', async () => {
  const status = async (settings: Record<string, string> = {}) => {
    const environment = { ...syncing.environment, ...settings };
    const { code, stdout } = await runPaperql(['status', '--json'], environment, syncing.directory);
    return { code, status: JSON.parse(stdout) as unknown };
  };
  expect(await status()).toMatchObject({
    code: 0,
    status: {
      corpus: {
        collection: 'arxiv_papers',
        papers: 2,
        embedder: 'openai:small',
        newestSubmittedAt: '2021-01-01T12:00:00Z',
      },
      store: 'LanceDB in ./data',
      index: { state: 'idle', total: 2 },
      sync: {
        syncedAt: '2026-06-10T04:00:00Z',
        sets: ['cs:cs:LG'],

        isUnfinished: false,
        waitingPages: 0,
      },
    },
  });
  expect(await status({ DATA_DIR: 'elsewhere' })).toMatchObject({
    code: 0,
    status: { corpus: { papers: null }, sync: { syncedAt: null, lagSeconds: null } },
  });
  const text = await runPaperql(['status'], syncing.environment, syncing.directory);
  expect(text.stdout).toMatch(/papers\s+2\n.*synced until\s+2026-06-10T04:00:00Z\n\s+lag\s+\d+ h/s);
});
