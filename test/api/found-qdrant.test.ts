import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { METADATA, paper } from '../contract/paper-points.js';
import { packagePath } from '../../src/package-root.js';
import { openQdrantStore } from '../../src/store/qdrant/store.js';
import type { PaperStore } from '../../src/store/store.js';
import { countFound, expectAgreement, sum } from '../support/found.js';
import { startRecorder, type Recorder } from '../support/qdrant-recording.js';
import { serveStore, type ServedStore } from '../support/served-store.js';

/**
 * Counts what a search finds, on Qdrant. Runs on the server in QDRANT_URL, which `npm run test:record` records, or else on
 * that recording.
 */

const SUBJECTS = ['residual networks', 'recurrent networks', 'random walks', 'Schrödinger operators'];
const CATEGORIES = ['cs.CV', 'cs.LG', 'math.PR'];
const PAPERS = 12;

let recorder: Recorder;
let store: PaperStore;
let server: ServedStore;
beforeAll(async () => {
  recorder = await startRecorder(packagePath('test', 'fixtures', 'qdrant', 'found.jsonl'));
  store = await openQdrantStore({
    url: recorder.url,
    collection: 'found_papers',
    timeoutMs: 20_000,
    compression: false,
  });
  await store.drop();
  await store.create(METADATA);
  await store.upsert(Array.from({ length: PAPERS }, (_, at) => toPaper(at)));
  await store.optimize();
  server = await serveStore(store);
});
afterAll(async () => {
  await server.close();
  await store.close();
  await recorder.close();
});

/** Vectors that are less and less similar to the query, whose vector is the first axis. */
function toPaper(at: number) {
  const angle = (at / PAPERS) * (Math.PI / 2);
  const category = CATEGORIES[at % CATEGORIES.length] ?? '';
  return paper(`2401.${String(at).padStart(5, '0')}`, [Math.cos(angle), Math.sin(angle), 0, 0], {
    title: `On ${SUBJECTS[at % SUBJECTS.length] ?? ''}, part ${at}`,
    authors: [at % 2 === 0 ? 'Kaiming He' : 'Ada Lovelace'],
    categories: [category],
    primary_category: category,
    year: 2020 + (at % 5),
    submitted_at: `${2020 + (at % 5)}-01-${String(at + 1).padStart(2, '0')}T00:00:00Z`,
  });
}

const VISION = { categories: { in: ['cs.CV'] } };
const PROBABILITY = { categories: { in: ['math.PR'] } };

test.each<[string, number, Record<string, unknown>]>([
  ['by words', 6, { query: 'residual networks', mode: 'KEYWORD' }],
  ['by a word in another spelling', 3, { query: 'schrodinger', mode: 'KEYWORD' }],
  ['by words, with a filter', 2, { query: 'networks', mode: 'KEYWORD', filter: VISION }],
  ['by words, with an author in the query', 3, { query: 'networks by Kaiming He', mode: 'KEYWORD' }],
  ['by words that a reader would not compare', 0, { query: 'of the', mode: 'KEYWORD' }],
  ['by words that no paper has', 0, { query: 'zeugma', mode: 'KEYWORD' }],
  ['by words, with recency', 6, { query: 'networks', mode: 'KEYWORD', ranking: { recency: {} } }],
  ['by meaning', PAPERS, { query: 'seeing machines', mode: 'SEMANTIC' }],
  ['by meaning, close enough', 5, { query: 'x', mode: 'SEMANTIC', ranking: { scoreThreshold: 0.86 } }],
  [
    'by meaning, with a threshold above all papers',
    0,
    { query: 'x', mode: 'SEMANTIC', filter: PROBABILITY, ranking: { scoreThreshold: 0.99 } },
  ],
  ['by both', 4, { query: 'residual networks', filter: VISION }],
  ['by both, close enough', 5, { query: 'x', ranking: { scoreThreshold: 0.86 } }],
  ['by both, unlike each other', PAPERS, { query: 'residual networks', ranking: { diversity: 0.5 } }],
  ['in a listing', 4, { filter: VISION }],
  ['in a listing that selects nothing', 0, { filter: { ids: [] } }],
])('foundCount, facets and pages agree %s: %i', async (_name, found, variables) => {
  expect(await expectAgreement(server, variables, 3)).toBe(found);
});

test('by words, foundCount counts papers with one of the words, and totalCount what the filters select', async () => {
  const { totalCount, foundCount, years } = await countFound(server, { query: 'walks', mode: 'KEYWORD' });
  expect([totalCount, foundCount, sum(years)]).toEqual([PAPERS, 3, 3]);
});

test('the suite sends exactly the recorded requests; otherwise run: npm run test:record', async () => {
  await store.drop();
  expect(recorder.differences()).toEqual([]);
});
