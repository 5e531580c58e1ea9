import { describe, expect, test } from '@jest/globals';

import { METADATA, paper, request } from './paper-points.js';
import type { UseStore } from './store-contract.js';
import type { CallOptions } from '../../src/store/shared-call.js';
import type { PaperStore } from '../../src/store/store.js';

const ID = '2f80a5dc-e12d-5c44-ad00-777af06d3152';
const BY_PREFIX = { by: 'prefixes', kind: 'author', prefixes: ['a'], limit: 10 } as const;

const READS: readonly [string, (store: PaperStore, options: CallOptions) => Promise<unknown>][] = [
  ['search', (store, options) => store.search([request()], options)],
  ['retrieve', (store, options) => store.retrieve([ID], ['id'], options)],
  ['vectors', (store, options) => store.vectors([ID], options)],
  ['count', (store, options) => store.count(undefined, options)],
  ['counts', (store, options) => store.counts([{}], options)],
  ['countMatches', (store, options) => store.countMatches([{ words: 'galaxy' }], options)],
  ['facets', (store, options) => store.facets([{ field: 'year', limit: 3 }], options)],
  ['scan', async (store, options) => store.scan(['id'], options)[Symbol.asyncIterator]().next()],
  ['describe', (store, options) => store.describe(options)],
  ['indexing', (store, options) => store.indexing(options)],
  ['directory.find', (store, options) => store.directory.find([BY_PREFIX], options)],
  ['directory.describe', (store, options) => store.directory.describe(options)],
];

const WRITES: readonly [string, (store: PaperStore, options: CallOptions) => Promise<unknown>][] = [
  ['upsert', (store, options) => store.upsert([paper('2401.00001', [1, 0, 0, 0])], options)],
  [
    'upsertEncoded',
    (store, options) => store.upsertEncoded({ count: 1, parts: [new Uint8Array(8)] }, options),
  ],
  ['create', (store, options) => store.create(METADATA, {}, options)],
  ['setVectorIndexing', (store, options) => store.setVectorIndexing('on', options)],
  ['optimize', (store, options) => store.optimize(options)],
  ['drop', (store, options) => store.drop(options)],
  ['directory.replace', (store, options) => store.directory.replace(noEntries, () => NO_INFO, options)],
  ['directory.drop', (store, options) => store.directory.drop(options)],
];

const NO_INFO = { points: 0, authors: 0, titles: 0 };

async function* noEntries(): AsyncGenerator<never[]> {
  await Promise.resolve();
  yield [];
}

/**
 * What every adapter must do with signals. There is no collection, so a call that reached the server would fail with another
 * error, and a recording has no request for it.
 */
export function registerSignalContract(useStore: UseStore): void {
  describe('a signal that is already aborted', () => {
    const store = useStore('contract_nowhere');

    test.each([...READS, ...WRITES])(
      'makes %s reject with its reason, without a request',
      async (_name, call) => {
        const reason = new Error('nobody waits');
        await expect(call(store(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      },
    );
  });
}
