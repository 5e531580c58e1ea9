import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packagePath } from '../../src/package-root.js';
import { toPointId } from '../../src/papers/point-id.js';
import { eventually } from '../support/eventually.js';
import { toDumpRecord, toDumpRecords } from '../support/kaggle-records.js';
import { DIMENSION, startLoading, type Loading } from '../support/loading.js';
import { toTestEmbedding } from '../support/openai-server.js';
import { runToExit, runPaperql, startProcess, type ServerProcess } from '../support/process.js';
import { startRecorder, type Recorder } from '../support/qdrant-recording.js';

/**
 * A collection as the Python course makes it, first served unchanged and then repaired. Runs on the server in QDRANT_URL,
 * which `npm run test:record` records, or else on that recording.
 */
const COLLECTION = 'course_papers';
const PAPERS = 12;

let recorder: Recorder;
let loading: Loading;
let environment: Record<string, string>;
let server: ServerProcess;
beforeAll(async () => {
  recorder = await startRecorder(packagePath('test', 'fixtures', 'qdrant', 'course.jsonl'));
  loading = await startLoading({ QDRANT_URL: recorder.url, QDRANT_COLLECTION: COLLECTION });
  environment = { ...loading.environment, QDRANT_COLLECTION_MODEL: 'small' };
  await dropAll();
  await request('PUT', `/collections/${COLLECTION}`, { vectors: { size: DIMENSION, distance: 'Cosine' } });
  await request('PUT', `/collections/${COLLECTION}/points?wait=true`, { points: coursePoints() });
});
afterAll(async () => {
  server.child.kill();
  await Promise.all([loading.close(), recorder.close()]);
});

async function request(method: string, path: string, body?: unknown): Promise<void> {
  await fetch(recorder.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function dropAll(): Promise<void> {
  for (const name of [COLLECTION, `${COLLECTION}_directory_a`, `${COLLECTION}_directory_b`]) {
    await request('DELETE', `/collections/${name}`);
  }
}

/** The record without its embedding, which the course stores as the payload. */
function coursePoints() {
  const dirty = toDumpRecord(3, {
    authors: "C. Bal\\'azs (1) and E. L. Berger ((1) Argonne)",
    authors_parsed: undefined,
    title: 'Paper 3\n  on   subject 3',
    categories: 'hep-ph 81V05',
  });
  return toDumpRecords(PAPERS).map((record, at) => ({
    id: toPointId(record.id),
    vector: Array.from(toTestEmbedding('small', `meaning ${at}`, DIMENSION)),
    payload: at === 3 ? dirty : record,
  }));
}

async function ask(query: string): Promise<{
  data: Record<string, unknown> | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
}> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Awaited<ReturnType<typeof ask>>;
}

const NEEDS_REPAIR = {
  message: expect.stringMatching(/made by another program.* can only be searched by meaning(?!.*paperql)/),
  extensions: { code: 'BAD_USER_INPUT' },
};

test('a collection that does not name its model is served only if the configuration does', async () => {
  const { code, output } = await runToExit(loading.environment, loading.directory);
  expect(code).toBe(1);
  expect(output).toMatch(/does not record its embedding model.*paperql repair.*QDRANT_COLLECTION_MODEL/s);

  const other = { ...environment, QDRANT_COLLECTION_MODEL: 'text-embedding-ada-002' };
  const refused = await runToExit(other, loading.directory);
  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(/openai:text-embedding-ada-002.*configured embedder is openai:small/s);
});

test('with its model configured, it can be searched by meaning, and papers look as if PaperQL had loaded them', async () => {
  server = await startProcess({ ...environment, LOG_LEVEL: 'warn' }, loading.directory);
  expect(server.output()).toMatch(/12 in "course_papers", made by another program/);

  expect(
    await ask(`{ corpus { count embeddingModel }
      search(query: "meaning 3", mode: SEMANTIC, first: 2) { totalCount nodes { score paper {
        id title authors { name } categories { code } primaryCategory { code } submittedAt updatedAt versionCount
        similar(first: 1) { paper { id } } } } } }`),
  ).toEqual({
    data: {
      corpus: { count: PAPERS, embeddingModel: 'openai:small' },
      search: {
        totalCount: PAPERS,
        nodes: [
          {
            score: expect.closeTo(1, 5),
            paper: {
              id: '2101.00003',
              title: 'Paper 3 on subject 3',
              authors: [{ name: 'C. Balázs' }, { name: 'E. L. Berger' }],
              categories: [{ code: 'hep-ph' }],
              primaryCategory: { code: 'hep-ph' },
              submittedAt: '2021-01-01T12:00:00.000Z',
              updatedAt: '2021-01-02',
              versionCount: 1,
              similar: [{ paper: { id: expect.any(String) } }],
            },
          },
          { score: expect.any(Number), paper: expect.objectContaining({ versionCount: 1 }) },
        ],
      },
    },
  });
  expect(
    await ask(`{ paper(id: "2101.00001") { authors { name } } papers(ids: ["2101.00002", "2101.90001"]) { title }
      recommend(like: ["2101.00001"], first: 1) { nodes { paper { id } } } }`),
  ).toMatchObject({
    data: {
      paper: { authors: [{ name: 'Ada Author1' }, { name: 'Bo Writer1' }] },
      papers: [{ title: 'Paper 2 on subject 2' }, null],
      recommend: { nodes: [{ paper: { id: expect.stringMatching(/^2101/) } }] },
    },
  });
});

test.each([
  ['a search by words', 'search(query: "subject", mode: KEYWORD) { nodes { score } }'],
  ['a search that says no mode', 'search(query: "subject") { nodes { score } }'],
  [
    'a filter',
    'search(query: "x", mode: SEMANTIC, filter: {categories: {in: ["cs.LG"]}}) { nodes { score } }',
  ],
  ['an author in the query', 'search(query: "x by Ada Author1", mode: SEMANTIC) { nodes { score } }'],
  ['a listing', 'search(mode: SEMANTIC) { nodes { score } }'],
  ['facets', 'search(query: "x", mode: SEMANTIC) { facets(field: YEAR) { value } }'],
  ['groups', 'searchGroups(query: "x", by: YEAR) { hitCount }'],
  ["a category's papers", 'category(code: "cs.LG") { papers { totalCount } }'],
])('%s is rejected, and the log names the command that makes it possible', async (_what, field) => {
  const logged = server.output().length;
  const { errors } = await ask(`{ ${field} }`);
  expect(errors).toMatchObject([NEEDS_REPAIR]);
  await eventually(() => server.output().includes('paperql repair --embedding-model small', logged));
});

test('once it is repaired, everything works, and the collection records its model', async () => {
  expect(await server.stop('SIGTERM')).toBe(0);
  const repaired = await runPaperql(['repair'], environment, loading.directory);
  expect([repaired.code, repaired.stderr]).toEqual([0, expect.stringMatching(/12 papers completed/)]);

  server = await startProcess(loading.environment, loading.directory);
  expect(server.output()).not.toMatch(/another program/);
  expect(
    await ask(`{ search(query: "subject by Balazs", first: 1) { totalCount nodes { paper { id } } }
      suggest(prefix: "balaz", first: 1) { text } }`),
  ).toMatchObject({
    data: {
      search: { totalCount: 1, nodes: [{ paper: { id: '2101.00003' } }] },
      suggest: [{ text: 'C. Balázs' }],
    },
  });
  expect(await server.stop('SIGTERM')).toBe(0);
});

test('the suite sends exactly the recorded requests; otherwise run: npm run test:record', async () => {
  await dropAll();
  expect(recorder.differences()).toEqual([]);
});
