import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { startLoading, type Loading } from '../support/loading.js';
import { finish, runPaperql, spawnPaperql, startProcess, type ServerProcess } from '../support/process.js';

const SCRATCH = 'arxiv_papers_directory_b.lance';

let loading: Loading;
let data: string;
let server: ServerProcess | null;
beforeEach(async () => {
  loading = await startLoading();
  data = path.join(loading.directory, 'data');
  server = null;
});
afterEach(async () => {
  await server?.stop('SIGTERM');
  await loading.close();
});

const environment = () => ({ ...loading.environment, DATA_DIR: data });
const ingest = (file: string) => runPaperql(['ingest', file], environment(), loading.directory);

async function suggest(prefix: string): Promise<string[]> {
  const response = await fetch(`${server?.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ suggest(prefix: "${prefix}", kinds: [AUTHOR]) { text } }` }),
  });
  const { data } = (await response.json()) as { data: { suggest: { text: string }[] } };
  return data.suggest.map(({ text }) => text);
}

const directories = async () => (await readdir(data)).filter((name) => name.includes('_directory')).sort();

test('if a load is killed while it builds the directory, the old one is still served, and the next load builds it', async () => {
  const named = (family: string) =>
    toDumpRecords(2_000, (at) => ({ authors_parsed: [[family, `Given${at}`, '']] }));
  const first = await writeDump(loading.directory, 'first.jsonl', named('Former'));
  expect((await ingest(first)).code).toBe(0);
  server = await startProcess(environment(), loading.directory);
  expect(await suggest('former')).toHaveLength(5);
  const before = await directories();

  const second = await writeDump(loading.directory, 'second.jsonl', named('Latter'));
  const child = spawnPaperql(['ingest', second], environment(), loading.directory);
  const finished = finish(child);
  while (!existsSync(path.join(data, SCRATCH))) await setTimeout(1);
  child.kill('SIGKILL');
  expect((await finished).code).toBeNull();
  expect(await directories()).toContain(SCRATCH);
  expect(await suggest('former')).toHaveLength(5);
  expect(await suggest('latter')).toEqual([]);

  expect((await ingest(second)).code).toBe(0);
  expect(await suggest('former')).toEqual([]);
  expect(await suggest('latter')).toHaveLength(5);
  expect(await directories()).toHaveLength(before.length);
});
