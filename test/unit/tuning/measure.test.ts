import { expect, test } from '@jest/globals';
import { standInStore } from './stand-in-store.js';
import { createRandom } from '../../../src/evaluation/random.js';
import type { Setting } from '../../../src/tuning/experiments.js';
import { measureSettings, type Protocol } from '../../../src/tuning/measure.js';
import type { TuningQuery } from '../../../src/tuning/queries.js';

const QUERIES: TuningQuery[] = ['one', 'two'].map((name) => ({
  name,
  vector: Float32Array.of(1, 0),
  heldOut: null,
}));
const SETTINGS: Setting[] = [10, 20, 50, 100].map((ef) => ({
  label: `ef ${ef}`,
  params: { ef },
  filter: null,
}));
const truthOf = () => Promise.resolve(QUERIES.map(() => ({ right: new Set(['a', 'b']), size: 2 })));
const quiet = { onPass: () => undefined, onQuery: () => undefined };

function protocol(changes: Partial<Protocol> = {}): Protocol {
  const { signal } = new AbortController();
  return { k: 2, window: 2, repeats: 3, concurrency: null, random: createRandom(1), signal, ...changes };
}

test('every setting runs every query the given number of times, after a warm-up that does not count', async () => {
  const [store, asked] = standInStore(() => ['a', 'x']);
  const raws = await measureSettings(store, SETTINGS, QUERIES, truthOf, protocol(), quiet);
  expect(asked).toHaveLength(SETTINGS.length * QUERIES.length * (1 + 3));
  expect(raws).toHaveLength(SETTINGS.length);
  expect(raws[0]).toEqual({
    precision: [0.5, 0.5],
    clientMs: [
      [2, 2, 2],
      [2, 2, 2],
    ],
    serverMs: [
      [1, 1, 1],
      [1, 1, 1],
    ],
    throughput: null,
  });
});

test('settings take turns in changing order, each completely before the next', async () => {
  const [store, asked] = standInStore(() => ['a', 'b']);
  await measureSettings(store, SETTINGS, QUERIES, truthOf, protocol({ repeats: 6 }), quiet);
  const turns = asked.slice(SETTINGS.length * QUERIES.length).map(({ ef }) => ef);
  const passes = turns.filter((_, at) => at % QUERIES.length === 0);
  expect(turns).toEqual(passes.flatMap((ef) => [ef, ef]));
  const orders = Array.from({ length: 6 }, (_, at) => passes.slice(4 * at, 4 * at + 4));
  orders.forEach((order) =>
    expect([...order].sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual([10, 20, 50, 100]),
  );
  expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(1);
});

test('only the first k of a requested window are judged', async () => {
  const limits = new Set<number>();
  const [store] = standInStore(({ limit }) => {
    limits.add(limit);
    return ['x', 'a', 'b'];
  });
  const [raw] = await measureSettings(store, SETTINGS, QUERIES, truthOf, protocol({ window: 30 }), quiet);
  expect([[...limits], raw?.precision]).toEqual([[30], [0.5, 0.5]]);
});

test('queries run one at a time unless throughput is measured', async () => {
  let [now, most] = [0, 0];
  const slow: Parameters<typeof standInStore>[1] = {
    async query() {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now--;
      return { hits: [{ id: 'a', score: 1 }], clientMs: 1, serverMs: null };
    },
  };
  const [store] = standInStore(() => [], slow);
  const [alone] = await measureSettings(store, SETTINGS.slice(0, 1), QUERIES, truthOf, protocol(), quiet);
  expect([most, alone?.throughput, alone?.serverMs]).toEqual([1, null, null]);

  const busy = protocol({ concurrency: 4 });
  const [together] = await measureSettings(store, SETTINGS.slice(0, 1), QUERIES, truthOf, busy, quiet);
  expect(most).toBe(4);
  expect(together?.throughput).toEqual({ concurrency: 4, queriesPerSecond: expect.any(Number) });
});

test('an index with varying answers gets the mean precision', async () => {
  let turn = 0;
  const [store] = standInStore(() => (turn++ % 2 === 0 ? ['a', 'b'] : ['x', 'y']));
  const [raw] = await measureSettings(
    store,
    SETTINGS.slice(0, 1),
    QUERIES.slice(0, 1),
    truthOf,
    protocol({ repeats: 4 }),
    quiet,
  );
  expect(raw?.precision).toEqual([0.5]);
});

test('one more paper is requested, so that the query’s own paper takes no place in the answer', async () => {
  const limits: number[] = [];
  const [store] = standInStore(({ limit }) => {
    limits.push(limit);
    return ['a'];
  });
  const heldOut = QUERIES.map((query) => ({ ...query, heldOut: query.name }));
  await measureSettings(store, SETTINGS.slice(0, 1), heldOut, truthOf, protocol(), quiet);
  expect(new Set(limits)).toEqual(new Set([3]));
});

test('stops at once on request', async () => {
  const [store] = standInStore(() => ['a']);
  const signal = AbortSignal.abort(new Error('stopped'));
  const measured = measureSettings(store, SETTINGS, QUERIES, truthOf, protocol({ signal }), quiet);
  await expect(measured).rejects.toThrow('stopped');
});
