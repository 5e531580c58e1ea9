import { expect, test } from '@jest/globals';

import { useStores } from './open-store.js';
import { ok } from '../../../support/qdrant-server.js';

const open = useStores();

const STARTED = '2026-11-30T12:09:01.547617454Z';
const FINISHED = '2026-11-30T12:10:59.299326692Z';
const ended = { started_at: STARTED, finished_at: FINISHED, duration_sec: 117.7 };

/** An optimisation of a segment, as a server reports it, with one of its steps under way. */
function optimizing(step: object) {
  const children = [{ name: 'copy_data', ...ended }, step, { name: 'sparse_vector_index' }];
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
  return optimizing({ name: 'vector_index', started_at: STARTED, children });
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

const openBuilding = (running: object[], status: string) =>
  open(({ path }) =>
    path.includes('/optimizations')
      ? ok({ summary: { queued_optimizations: 0 }, running })
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
  expect(await store.indexing()).toEqual(step === undefined ? state : { ...state, step });
});

test('an idle server is not asked for steps', async () => {
  const { store, requests } = await openBuilding([], 'green');
  expect(await store.indexing()).toEqual({ state: 'idle', indexed: 100_000, total: 500_000 });
  expect(requests.map(({ path }) => path)).toEqual(['/collections/papers']);
});
