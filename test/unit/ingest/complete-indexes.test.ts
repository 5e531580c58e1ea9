import { expect, test } from '@jest/globals';

import { completeIndexes } from '../../../src/ingest/collection.js';
import type { IndexingState, PaperReader, StoreAdmin, WorkStep } from '../../../src/store/store.js';

/** A store that reports these states, one after another, and then that it is idle. */
function createStore(
  states: Partial<IndexingState>[],
  setVectorIndexing = () => Promise.resolve(),
): PaperReader & StoreAdmin {
  const left = [...states];
  const store: Partial<PaperReader & StoreAdmin> = {
    kind: 'qdrant',
    optimize: () => Promise.resolve(),
    setVectorIndexing,
    indexing: () => {
      const { indexed = 9, total = 9, state = 'idle', ...rest } = left.shift() ?? {};
      return Promise.resolve({ indexed, total, state, ...rest });
    },
  };
  return store as PaperReader & StoreAdmin; // with all that `completeIndexes` calls
}

test('progress shows the share and the step, and the remaining time once a twentieth is done', async () => {
  const counts = { indexed: 0, total: 9, state: 'building' } as const;
  const store = createStore([
    counts,
    { ...counts, step: 'main graph 0 %', share: 0.2 },
    { ...counts, step: 'main graph 50 %', share: 0.6 },
    { ...counts, step: 'copy data', share: 0.3 },
  ]);
  const steps: WorkStep[] = [];
  await completeIndexes(store, (step) => steps.push(step), new AbortController().signal);
  const remainingMs = expect.any(Number);
  expect(steps).toEqual([
    { name: 'indexing vectors', done: 0, total: 9 },
    { name: 'indexing vectors (main graph 0 %)', done: 20, total: 100, remainingMs: undefined },
    { name: 'indexing vectors (main graph 50 %)', done: 60, total: 100, remainingMs },
    // The server has found more to do, so the estimate begins again.
    { name: 'indexing vectors (copy data)', done: 30, total: 100, remainingMs: undefined },
    { name: 'indexing vectors', done: 9, total: 9 },
  ]);
});

test('a server that has paused after a restart is told to continue', async () => {
  const sent: unknown[] = [];
  const store = createStore([{ state: 'building' }, { state: 'paused' }, { state: 'building' }], () =>
    Promise.resolve(void sent.push('on')),
  );
  await completeIndexes(store, () => undefined, new AbortController().signal);
  expect(sent).toHaveLength(2);
});
