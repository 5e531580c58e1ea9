import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { CONFORMANCE_CASES, CONFORMANCE_POINTS } from './conformance.js';
import { registerDirectoryContract } from './store-contract-directory.js';
import { registerFacetContract } from './store-contract-facets.js';
import { registerGraphContract } from './store-contract-graph.js';
import { registerFilterContract } from './store-contract-filters.js';
import { registerKeywordContract } from './store-contract-keyword.js';
import { registerRankingContract } from './store-contract-ranking.js';
import { registerSearchContract } from './store-contract-search.js';
import { registerSignalContract } from './store-contract-signals.js';
import { registerWritingContract } from './store-contract-writing.js';
import { METADATA, selectedBy } from './paper-points.js';
import type { PaperPoint, PaperStore } from '../../src/store/store.js';

/** Opens the adapter for a collection with this name; the suite creates, fills and drops the collection. */
export type OpenStore = (collection: string) => Promise<PaperStore>;

export interface StoreContractOptions {
  /** Conformance cases that the store rejects with BAD_USER_INPUT, by name, and the message. */
  refuses?: ReadonlyMap<string, RegExp>;
  /** Whether `optimize` runs after writing (default true). Answers must be the same either way. */
  optimize?: boolean;
}

/** A store for a collection that does not exist, open while its `describe` runs. */
export type UseStore = (collection: string) => () => PaperStore;

/** A collection that exists while its `describe` runs; `store()` is available once the tests run. */
export type UseCollection = (collection: string, points: readonly PaperPoint[]) => () => PaperStore;

/**
 * What every adapter of `PaperStore` must do. Everything is fixed (names, points, order of calls), so that a run on a
 * server can be recorded and replayed.
 */
export function describeStoreContract(
  name: string,
  openStore: OpenStore,
  { refuses = new Map(), optimize = true }: StoreContractOptions = {},
): void {
  const useCollection: UseCollection = (collection, points) => {
    let opened: PaperStore | undefined;
    const store = () => {
      if (!opened) throw new Error('the store is not open yet');
      return opened;
    };
    beforeAll(async () => {
      opened = await openStore(collection);
      await opened.drop();
      await opened.create(METADATA);
      await opened.upsert(points);
      if (optimize) await opened.optimize();
    });
    afterAll(async () => {
      await opened?.drop();
      await opened?.close();
    });
    return store;
  };

  const useStore: UseStore = (collection) => {
    let opened: PaperStore | undefined;
    beforeAll(async () => {
      opened = await openStore(collection);
    });
    afterAll(() => opened?.close());
    return () => {
      if (!opened) throw new Error('the store is not open yet');
      return opened;
    };
  };

  describe(`store contract: ${name}`, () => {
    describe('a filter selects what a Qdrant server selects', () => {
      const store = useCollection('contract_conformance', CONFORMANCE_POINTS);

      test.each([...CONFORMANCE_CASES])('$name', async ({ name: caseName, filter, selected }) => {
        const refusal = refuses.get(caseName);
        const selection = selectedBy(store(), filter);
        if (!refusal) {
          expect(await selection).toEqual(selected);
          return;
        }
        await expect(selection).rejects.toMatchObject({
          code: 'BAD_USER_INPUT',
          message: expect.stringMatching(refusal),
        });
        await expect(store().count(filter)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      });

      test('every rejected case exists', () => {
        const names = CONFORMANCE_CASES.map((each) => each.name);
        expect([...refuses.keys()].filter((refused) => !names.includes(refused))).toEqual([]);
      });
    });

    registerFilterContract(useCollection);
    registerRankingContract(useCollection);
    registerKeywordContract(useCollection);
    registerSearchContract(useCollection);
    registerFacetContract(useCollection);
    registerWritingContract(openStore, useCollection);
    registerDirectoryContract(openStore, useCollection);
    registerGraphContract(useCollection);
    registerSignalContract(useStore);
  });
}
