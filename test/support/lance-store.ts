import { importOnce } from './import-once.js';

/**
 * The embedded store, loaded once in each worker: its engine's modules take a fifth of a second to load, and V8 optimizes them only
 * after a while. Jest rejects imports by concurrent tests.
 */
export const { openLanceStore } = await importOnce<typeof import('../../src/store/lance/store.js')>(
  '../../src/store/lance/store.js',
);

/** The engine itself, to inspect what the store has written. */
export const { connect, Index } = await importOnce<typeof import('@lancedb/lancedb')>('@lancedb/lancedb');
