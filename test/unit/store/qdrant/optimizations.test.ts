import { expect, test } from '@jest/globals';

import { useStores } from './open-store.js';
import { ok, refusal } from '../../../support/qdrant-server.js';

const open = useStores();

const STARTED = '2026-11-30T12:09:01.547617454Z';
const FINISHED = '2026-11-30T12:10:59.299326692Z';
const ended = { started_at: STARTED, finished_at: FINISHED, duration_sec: 117.7 };

/** An optimisation of a segment, as a server reports it, with the last of these steps under way. */
function optimizing(...steps: object[]) {
  const children = [{ name: 'copy_data', ...ended }, ...steps, { name: 'sparse_vector_index' }];
  return {
    uuid: '165ae975-ac70-41c7-a0fa-294f01beb6a5',
    optimizer: 'merge',
    status: 'optimizing',
    segments: [{ uuid: '135e9d49-e942-4b27-8478-4bc153b99c65', points_count: 250_000 }],
    progress: { name: 'Segment Optimizing', started_at: STARTED, children },
  };
}

function vectorIndex(step: object) {
  const children = [{ name: '', started_at: STARTED, children: [{ name: 'migrate', ...ended }, step] }];
  const payloadIndex = { name: 'payload_index', ...ended };
  return optimizing(payloadIndex, { name: 'vector_index', started_at: STARTED, children });
}

const mainGraph = (done: number) =>
  vectorIndex({ name: 'main_graph', started_at: STARTED, done, total: 250_000 });

const links = vectorIndex({
  name: 'additional_links',
  started_at: STARTED,
  children: [
    { name: 'keyword:id', ...ended, done: 0 },
    { name: 'integer:year', started_at: STARTED, done: 0 },
  ],
});

const openBuilding = (running: object[], status: string, others: object = {}) =>
  open(({ path }) =>
    path.includes('/optimizations')
      ? ok({ summary: { queued_optimizations: 0 }, running, ...others })
      : ok({
          status,
          optimizer_status: 'ok',
          points_count: 500_000,
          indexed_vectors_count: 100_000,
          config: { params: {} },
          payload_schema: {},
        }),
  );

test.each([
  ['its graph', [mainGraph(115_000)], 'main graph 46 %'],
  ['links for the filters of a field', [links], 'additional links of year'],
  [
    'an index of a payload field',
    [
      optimizing({
        name: 'payload_index',
        started_at: STARTED,
        children: [{ name: 'text:abstract', started_at: STARTED }],
      }),
    ],
    'payload index of abstract',
  ],
  ['several segments', [mainGraph(50_000), links], 'main graph 20 %, additional links of year'],
  ['nothing yet', [], undefined],
])('while a server builds %s, the state of the index names the step', async (_, running, step) => {
  const { store } = await openBuilding(running, 'yellow');
  const state = { state: 'building', indexed: 100_000, total: 500_000 };
  const share = expect.any(Number);
  expect(await store.indexing()).toEqual(step === undefined ? state : { ...state, step, share });
});

const readShare = async (running: object[], others?: object) =>
  (await (await openBuilding(running, 'yellow', others)).store.indexing()).share ?? NaN;
const SEGMENTS = [{ points_count: 250_000 }];

test('the share of the building grows with each step, by the time that the steps usually take', async () => {
  const indexed = (name: string) => ({ name, ...ended });
  const payload = (...children: object[]) =>
    optimizing({ name: 'payload_index', started_at: STARTED, children });
  const shares = [];
  for (const step of [
    payload({ name: 'text:abstract', started_at: STARTED }, { name: 'integer:year' }),
    payload({ name: 'text:abstract', started_at: STARTED }, indexed('integer:year')),
    payload(indexed('text:abstract'), { name: 'integer:year', started_at: STARTED }),
    mainGraph(125_000),
  ]) {
    shares.push(await readShare([step]));
  }
  expect(shares).toEqual([...shares].sort());
  const [none = NaN, year = NaN, abstract = NaN, graph = NaN] = shares;
  expect(none).toBeGreaterThan(0);
  expect(abstract - none).toBeGreaterThan(10 * (year - none));
  expect(graph).toBeGreaterThan(abstract);
  expect(graph).toBeLessThan(0.8);
});

test('segments that are ready are done, and those that wait are not', async () => {
  const whole = await readShare([mainGraph(125_000)]);
  expect(await readShare([mainGraph(125_000)], { idle_segments: SEGMENTS })).toBeCloseTo((1 + whole) / 2);
  expect(await readShare([mainGraph(125_000)], { queued: [{ segments: SEGMENTS }] })).toBeCloseTo(whole / 2);
});

test.each(['silence', refusal(500, 'a node is down'), ok(null)] as const)(
  'a server that does not say what it builds has no step: %j',
  async (reaction) => {
    const { store } = await open(({ path }) =>
      path.includes('/optimizations')
        ? reaction
        : ok({ status: 'yellow', points_count: 9, config: { params: {} }, payload_schema: {} }),
    );
    expect(await store.indexing()).toEqual({ state: 'building', indexed: 0, total: 9 });
  },
);

test('an idle server is not asked for steps', async () => {
  const { store, requests } = await openBuilding([], 'green');
  expect(await store.indexing()).toEqual({ state: 'idle', indexed: 100_000, total: 500_000 });
  expect(requests.map(({ path }) => path)).toEqual(['/collections/papers']);
});
