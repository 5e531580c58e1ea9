import { afterAll, beforeAll } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describeStoreContract } from './store-contract.js';
import { openLanceStore } from '../support/lance-store.js';

/** Filters that the embedded store rejects, as listed in `docs/embedded-store.md`. */
const REFUSES = new Map([
  ['is_null', /is_null/],
  ['is_null missing', /is_null/],
  ['nested object', /nested filter/],
  ['dotted array path', /path "versions\[\].version"/],
]);

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-contract-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

describeStoreContract('LanceDB, optimized', (collection) => openLanceStore({ dataDir, collection }), {
  refuses: REFUSES,
});

describeStoreContract(
  'LanceDB while papers are loaded',
  (collection) => openLanceStore({ dataDir: path.join(dataDir, 'loading'), collection, isLoading: true }),
  { refuses: REFUSES, optimize: false },
);
