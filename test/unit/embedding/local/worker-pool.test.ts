import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PublicError } from '../../../../src/errors/errors.js';
import { createWorkerPool, type WorkerPool } from '../../../../src/embedding/local/embedder.js';

const STAND_IN = new URL('../../../support/stand-in-worker.js', import.meta.url);

let pool: WorkerPool;

beforeEach(() => {
  pool = createWorkerPool(STAND_IN, 1, undefined);
});

afterEach(() => pool.close());

/** Each text's length and its number among the texts of its worker, the text's error, or the call's error code. */
async function runAll(texts: string[]): Promise<unknown[]> {
  return Promise.all(
    texts.map((text) =>
      pool.run(text).then(
        (outcome) => (outcome instanceof Error ? outcome.message : [...outcome]),
        (error: unknown) => (error instanceof PublicError ? error.code : error),
      ),
    ),
  );
}

test('one worker embeds the texts one after another, in order', async () => {
  expect(await runAll(['a', 'slow', 'abc'])).toEqual([
    [1, 1],
    [4, 2],
    [3, 3],
  ]);
});

test('another worker takes texts that wait for a slow one', async () => {
  pool = createWorkerPool(STAND_IN, 2, undefined);
  expect(await runAll(['slow', 'a', 'ab'])).toEqual([
    [4, 1],
    [1, 1],
    [2, 2],
  ]);
});

test('calls take turns, so that one text does not wait for many texts of another call', async () => {
  const order: string[] = [];
  const run = (texts: string[]) => {
    const call = {};
    return texts.map((text) => pool.run(text, { call }).then(() => order.push(text)));
  };
  await Promise.all([
    ...run(['many 1', 'many 2', 'many 3', 'many 4']),
    ...run(['one']),
    ...run(['two 1', 'two 2']),
  ]);
  expect(order).toEqual(['many 1', 'many 2', 'one', 'two 1', 'many 3', 'two 2', 'many 4']);
});

test('texts of a cancelled call are dropped, except the one that the worker is embedding', async () => {
  const controller = new AbortController();
  const reason = new Error('The caller left');
  const options = { call: {}, signal: controller.signal };
  const left = ['slow', 'never 1', 'never 2'].map((text) => pool.run(text, options));
  const other = pool.run('abc');
  controller.abort(reason);
  expect(await Promise.allSettled(left)).toEqual(left.map(() => ({ status: 'rejected', reason })));
  // The second text of the worker, after "slow".
  expect(await other).toEqual(Float32Array.of(3, 2));
  expect(await runAll(['a'])).toEqual([[1, 3]]);
});

test('a text of a call that was already cancelled is not embedded', async () => {
  const reason = new Error('The caller left');
  await expect(pool.run('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(await runAll(['ab'])).toEqual([[2, 1]]);
});

test('a text that fails does not affect others', async () => {
  expect(await runAll(['a', 'fail', 'ab'])).toEqual([[1, 1], 'Not this text', [2, 2]]);
});

test.each(['exit', 'throw', 'unusable'])(
  'if a worker ends at "%s", pending texts are rejected, and the next call gets a new worker',
  async (text) => {
    expect(await runAll(['a', text, 'ab'])).toEqual([
      [1, 1],
      'EMBEDDING_UNAVAILABLE',
      'EMBEDDING_UNAVAILABLE',
    ]);
    expect(await runAll(['abc'])).toEqual([[3, 1]]);
  },
);

test('an error thrown in the worker becomes the cause', async () => {
  await expect(pool.run('throw')).rejects.toMatchObject({ cause: { message: 'thrown in the worker' } });
});

test('if a worker ends, texts of other workers are not affected', async () => {
  pool = createWorkerPool(STAND_IN, 2, undefined);
  expect(await runAll(['slow', 'exit'])).toEqual([[4, 1], 'EMBEDDING_UNAVAILABLE']);
});

test('an idle worker does not keep the process alive, but a busy one does', async () => {
  const outcome = await runScript(
    `pool.run('a').then(() => pool.run('slow')).then((numbers) => console.log(String(numbers)))`,
  );
  expect(outcome).toEqual([0, '4,2\n']);
});

test('a broken worker does not keep the process alive', async () => {
  expect(await runScript(`pool.run('unusable').catch((error) => console.log(error.message))`)).toEqual([
    0,
    'Nothing works here\n',
  ]);
});

/** Exit code and output of a process that runs the statement with a `pool` of one worker, which stays open. */
async function runScript(statement: string): Promise<[number | null, string]> {
  const poolModule = new URL('../../../../src/embedding/local/embedder.js', import.meta.url);
  const folder = await mkdtemp(path.join(tmpdir(), 'paperql-pool-'));
  const script = path.join(folder, 'script.mjs');
  await writeFile(
    script,
    `import { createWorkerPool } from ${JSON.stringify(poolModule.href)};
     const pool = createWorkerPool(new URL(${JSON.stringify(STAND_IN.href)}), 1);
     ${statement};`,
  );
  const run = spawnSync(process.execPath, [script], { timeout: 60_000 });
  await rm(folder, { recursive: true });
  return [run.status, run.stdout.toString()];
}
