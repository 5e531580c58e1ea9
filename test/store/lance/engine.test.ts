import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '@lancedb/lancedb';
import { createEngineCalls } from '../../../src/store/lance/engine.js';

const MANY = 200;

/** Starts many calls, each of which the test ends. */
function runMany(signal?: AbortSignal) {
  const started: (() => void)[] = [];
  const calls = createEngineCalls({ signal });
  const outcomes = Array.from({ length: MANY }, () =>
    calls.run(() => new Promise<void>((resolve) => started.push(resolve))),
  );
  return { started, settled: Promise.allSettled(outcomes) };
}

describe('the queries of one store call', () => {
  test('take turns, and all are answered', async () => {
    const { started, settled } = runMany();
    await new Promise(setImmediate);
    expect(started.length).toBeLessThan(MANY / 2);
    for (let done = 0; done < MANY; done++) {
      started[done]?.();
      await new Promise(setImmediate);
    }
    expect((await settled).map(({ status }) => status)).toEqual(Array(MANY).fill('fulfilled'));
  });

  test('are no longer started once the call is cancelled', async () => {
    const controller = new AbortController();
    const { started, settled } = runMany(controller.signal);
    await new Promise(setImmediate);
    const underWay = started.length;
    controller.abort(new Error('nobody waits'));
    for (const finish of started) finish();
    const reasons = (await settled).map((outcome) => 'reason' in outcome && String(outcome.reason));
    expect(new Set(reasons)).toEqual(new Set(['Error: nobody waits']));
    expect(started).toHaveLength(underWay);
  });

  test('continue after one of them has failed', async () => {
    const calls = createEngineCalls();
    const outcomes = await Promise.allSettled(
      Array.from({ length: MANY }, (_, at) =>
        calls.run(() => (at % 2 === 0 ? Promise.reject(new Error('broken')) : Promise.resolve(at))),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(MANY / 2);
  });
});

describe('the engine', () => {
  test('stops waiting for a query after its time limit', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'paperql-engine-'));
    const connection = await connect(folder);
    const rows = Array.from({ length: 50_000 }, (_, at) => ({ word: `word ${at}` }));
    const table = await connection.createTable('words', rows);
    const long = Array.from({ length: 300 }, (_, at) => `word LIKE '%none ${at}%'`).join(' OR ');
    const calls = createEngineCalls({}, 1);
    await expect(calls.rows(table.query().where(long))).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'The embedded store did not answer within 1 ms',
    });
    connection.close();
    await rm(folder, { recursive: true });
  });
});
