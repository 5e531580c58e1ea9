import { expect, test } from '@jest/globals';
import { request } from '../../contract/paper-points.js';
import { withSearchDefaults } from '../../../src/store/search-defaults.js';
import type { PaperStore, SearchParams, SearchRequest } from '../../../src/store/store.js';

/** Requests as the store gets them, with the defaults. */
async function asked(defaults: SearchParams, ...requests: SearchRequest[]): Promise<SearchRequest[]> {
  const seen: SearchRequest[] = [];
  const store = {
    search(all: readonly SearchRequest[]) {
      seen.push(...all);
      return Promise.resolve(all.map(() => []));
    },
  } as Partial<PaperStore> as PaperStore; // nothing else is called
  await withSearchDefaults(store, defaults).search(requests);
  return seen;
}

const DEFAULTS: SearchParams = { hnswEf: 200, quantization: { rescore: true, oversampling: 2 } };

test('searches by vector get the defaults', async () => {
  const similar = request({ ranking: { kind: 'similar', to: 'x' } });
  const [first, second] = await asked(DEFAULTS, request(), similar);
  expect(first).toEqual({ ...request(), params: DEFAULTS });
  expect(second).toEqual({ ...similar, params: DEFAULTS });
});

test('the given store does not change', async () => {
  const seen: SearchRequest[] = [];
  const store = { search: (all: readonly SearchRequest[]) => Promise.resolve(seen.push(...all) ? [] : []) };
  withSearchDefaults(store as unknown as PaperStore, DEFAULTS); // nothing else is called
  await store.search([request()]);
  expect(seen).toEqual([request()]);
});

test('parameters of the request take precedence', async () => {
  const [only] = await asked(
    DEFAULTS,
    request({ params: { hnswEf: 64, quantization: { oversampling: 3 } } }),
  );
  expect(only?.params).toEqual({ hnswEf: 64, quantization: { rescore: true, oversampling: 3 } });
});

test('exact searches, listings and searches by words do not change', async () => {
  const requests = [
    request({ params: { exact: true } }),
    request({ ranking: { kind: 'listing', by: 'submitted_at', direction: 'desc' } }),
    request({ ranking: { kind: 'keyword', text: 'graph' } }),
  ];
  expect(await asked(DEFAULTS, ...requests)).toEqual(requests);
});

test('without defaults nothing is added', async () => {
  expect(await asked({}, request())).toEqual([request()]);
});
