import { describe, expect, test } from '@jest/globals';
import { createOperationQueue, type EndTurn } from '../../../src/server/admission.js';

/** The signal of a waiting client. */
const stay = () => new AbortController().signal;

/** A queue with a single turn, which is taken; `names` lists those that had a turn after that, in order. */
async function createTakenQueue(mostWaiting = 100) {
  const { execute } = createOperationQueue({
    concurrentOperations: 1,
    concurrentLargeOperations: 1,
    queuedOperations: mostWaiting,
  });
  const names: string[] = [];
  const endFirst: EndTurn = await execute({}, 1, stay());
  const enter = async (name: string, connection: object, share = 1, signal = stay()) => {
    const endTurn = await execute(connection, share, signal);
    names.push(name);
    endTurn();
  };
  return { names, enter, endFirst };
}

describe('the next turn goes', () => {
  test('to the first that came, if all have the same cost', async () => {
    const { names, enter, endFirst } = await createTakenQueue();
    const all = ['a', 'b', 'c'].map((name) => enter(name, {}));
    endFirst();
    await Promise.all(all);
    expect(names).toEqual(['a', 'b', 'c']);
  });

  test('to cheaper operations, however many expensive ones wait', async () => {
    const { names, enter, endFirst } = await createTakenQueue();
    const dear = Array.from({ length: 50 }, (_, at) => enter(`dear ${at}`, {}, 1));
    const cheap = enter('cheap', {}, 0.1);
    endFirst();
    await Promise.all([...dear, cheap]);
    expect(names[0]).toBe('cheap');
  });

  test('to a connection without earlier turns', async () => {
    const { names, enter, endFirst } = await createTakenQueue();
    const greedy = {};
    const first = enter('greedy 1', greedy).then(() => enter('greedy 2', greedy));
    const other = enter('other', {}, 0.9).then(() => enter('third', {}));
    endFirst();
    await Promise.all([first, other]);
    expect(names).toEqual(['other', 'greedy 1', 'third', 'greedy 2']);
  });

  test('to a client with one operation before a client with many has had them all', async () => {
    const { names, enter, endFirst } = await createTakenQueue();
    const greedy = {};
    const many = [1, 2, 3].map((at) => enter(`greedy ${at}`, greedy));
    const other = enter('other', {});
    endFirst();
    await Promise.all([...many, other]);
    expect(names).toEqual(['greedy 1', 'other', 'greedy 2', 'greedy 3']);
  });

  test('to clients without counting their cancelled operations', async () => {
    const { names, enter, endFirst } = await createTakenQueue();
    const client = {};
    const gone = new AbortController();
    const given = [1, 2].map((at) => enter(`given up ${at}`, client, 1, gone.signal).catch(() => undefined));
    gone.abort();
    await Promise.all(given);
    const all = [enter('first', client, 0.5), enter('second', {}, 0.6)];
    endFirst();
    await Promise.all(all);
    expect(names).toEqual(['first', 'second']);
  });

  test('to a large operation eventually, even if new connections with small ones keep coming', async () => {
    const { names, enter, endFirst } = await createTakenQueue();
    let isServed = false;
    const dear = enter('dear', {}, 1).then(() => (isServed = true));
    const come = async (left: number): Promise<void> => {
      if (left > 0 && !isServed)
        await Promise.all([enter('new', {}, 0.2), enter('new', {}, 0.2)]).then(() => come(left - 1));
    };
    const newcomers = come(100);
    endFirst();
    await Promise.all([dear, newcomers]);
    expect(names.indexOf('dear')).toBeLessThan(50);
  });

  test('to no client that has hung up', async () => {
    const { names, enter, endFirst } = await createTakenQueue(1);
    const leaver = new AbortController();
    const gone = enter('gone', {}, 1, leaver.signal);
    const reason = new Error('left');
    leaver.abort(reason);
    await expect(gone).rejects.toBe(reason);
    // Its place in the queue is free again.
    const next = enter('next', {});
    endFirst();
    await next;
    expect(names).toEqual(['next']);
  });
});

test('a turn lasts until it is ended, even if its request is aborted meanwhile', async () => {
  const { execute } = createOperationQueue({
    concurrentOperations: 1,
    concurrentLargeOperations: 1,
    queuedOperations: 0,
  });
  const leaver = new AbortController();
  const endTurn = await execute({}, 1, leaver.signal);
  leaver.abort();
  await expect(execute({}, 1, stay())).rejects.toMatchObject({ code: 'OVERLOADED' });
  endTurn();
  endTurn();
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  await execute({}, 1, stay());
  await expect(execute({}, 1, stay())).rejects.toMatchObject({ code: 'OVERLOADED' });
});
