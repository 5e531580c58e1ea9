import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { toPointId } from '../../src/papers/point-id.js';
import { startFragileQdrant, type FragileQdrant, type Mishap } from '../support/fragile-qdrant.js';
import { toDumpRecords } from '../support/kaggle-records.js';
import { DIMENSION, startLoading, type Loading } from '../support/loading.js';
import { toTestEmbedding } from '../support/openai-server.js';
import { finish, runPaperql, spawnPaperql, type Finished } from '../support/process.js';
import { refusal, type QdrantRequest } from '../support/qdrant-server.js';

/** Two pages, each with four requests for vectors and four for payloads, and a third with one of each. */
const PAPERS = 820;
const WRITES = 18;

const points = toDumpRecords(PAPERS).map((record, at) => ({
  id: toPointId(record.id),
  vector: Array.from(toTestEmbedding('small', `meaning ${at}`, DIMENSION)),
  payload: record,
}));

/** A repair of its own collection. */
interface Outage {
  loading: Loading;
  /** The real server in QDRANT_URL, or else a stand-in; see `fragile-qdrant.ts`. */
  qdrant: FragileQdrant;
  collection: string;
}

let outages = 0;

/** These tests run concurrently, because a repair that waits for a server takes seconds but hardly any processor time. */
async function inOutage(
  settings: Record<string, string>,
  body: (outage: Outage) => Promise<void>,
): Promise<void> {
  const collection = `repair_outage_papers_${outages++}`;
  const qdrant = await startFragileQdrant();
  const loading = await startLoading({
    QDRANT_URL: qdrant.url,
    QDRANT_COLLECTION: collection,
    LOAD_TIMEOUT_MS: '60000',
    ...settings,
  });
  try {
    await qdrant.drop(collection);
    const url = `/collections/${collection}`;
    await qdrant.change('PUT', url, { vectors: { size: DIMENSION, distance: 'Cosine' } });
    await qdrant.change('PUT', `${url}/points?wait=true`, { points });
    await body({ loading, qdrant, collection });
  } finally {
    await qdrant.drop(collection);
    await Promise.all([loading.close(), qdrant.close()]);
  }
}

const REPAIR = ['repair', '--embedding-model', 'small'];

function startRepair({ loading }: Outage) {
  return spawnPaperql(REPAIR, loading.environment, loading.directory);
}

function repair({ loading }: Outage, ...args: string[]): Promise<Finished> {
  return runPaperql([...REPAIR, ...args], loading.environment, loading.directory);
}

function isVectors({ method, path }: QdrantRequest): boolean {
  return method === 'PUT' && /papers_\d+\/points\/vectors/.test(path);
}

function isPayloads({ method, path }: QdrantRequest): boolean {
  return method === 'POST' && /papers_\d+\/points\/batch/.test(path);
}

function isWrite(request: QdrantRequest): boolean {
  return isVectors(request) || isPayloads(request);
}

async function afterWrites({ qdrant }: Outage, count: number): Promise<void> {
  while (qdrant.requests.filter(isWrite).length < count) await setTimeout(2);
}

/** Every paper is complete and has its old embedding, and the collection has its metadata. */
async function expectRepaired(outage: Outage): Promise<void> {
  const { qdrant, collection } = outage;
  const repaired = await qdrant.readPoints(
    collection,
    points.map(({ id }) => id),
  );
  const found = repaired.map(({ id, payload, vector }) => [
    id,
    payload['title'],
    payload['authors'],
    typeof payload['content_hash'],
    'bm25' in vector,
    vector[''],
  ]);
  const expected = points.map(({ id, vector, payload }) => [
    id,
    payload['title'],
    expect.arrayContaining([expect.stringMatching(/^Ada Author/)]),
    'string',
    true,
    vector.map((number) => expect.closeTo(number, 4)), // the server normalises stored vectors again
  ]);
  expect(new Map(found.map((each) => [each[0], each]))).toEqual(
    new Map(expected.map((each) => [each[0], each])),
  );
  expect(await qdrant.count(collection)).toBe(PAPERS);
  expect(await settings(outage)).toMatchObject({
    metadata: { embedder: 'openai:small' },
    optimizer_config: { indexing_threshold: 10_000 },
  });
}

async function settings({ qdrant, collection }: Outage): Promise<unknown> {
  return ((await qdrant.describe(collection)) as { result: { config: unknown } }).result.config;
}

describe('a Qdrant server that fails for a while during a repair', () => {
  test.concurrent.each<[string, Mishap, RegExp]>([
    ['cuts the connection', 'reset', /connection to Qdrant failed \(ECONNRESET\); retrying/],
    ['writes and loses the answer', 'lost', /ECONNRESET\); retrying/],
    ['does not answer', 'silence', /Qdrant did not answer within 3000 ms; retrying/],
    ['answers 500', refusal(500, 'Service internal error: broken'), /failed \(status 500\); retrying/],
    ['answers 429', refusal(429, 'Rate limit', { 'retry-after': '2' }), /too many .*; retrying in 2\.0 s/],
  ])('when it %s, the repair waits, and every paper is completed', (_how, mishap, note) =>
    inOutage(mishap === 'silence' ? { LOAD_TIMEOUT_MS: '3000' } : {}, async (outage) => {
      const { qdrant } = outage;
      qdrant.failNext(1, mishap, isVectors);
      qdrant.failNext(1, mishap, isPayloads);
      const { code, stderr } = await repair(outage);
      expect([code, stderr]).toEqual([0, expect.stringMatching(note)]);
      await expectRepaired(outage);
    }),
  );

  test.concurrent('when it is down for some seconds, the repair waits, and every paper is completed', () =>
    inOutage({}, async (outage) => {
      const { qdrant } = outage;
      const finished = repair(outage);
      await afterWrites(outage, 6);
      await qdrant.goAway();
      await setTimeout(2_500);
      await qdrant.comeBack();
      const { code, stderr } = await finished;
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/Qdrant refuses connections\. Check that it runs, .*; retrying/),
      ]);
      await expectRepaired(outage);
    }),
  );

  test.concurrent.each([
    ['the keyword vector is added', /^PUT .*\/vectors\/bm25/],
    ['papers are listed', /^POST .*\/points\/scroll/],
    ['the building of indexes is put off', /^PATCH /],
    ['a payload index is made', /^PUT .*\/index/],
    ['the directory is put in its place', /^POST \/collections\/aliases/],
  ])('is waited for while %s, before and after it was done', (_what, request) =>
    inOutage({}, async (outage) => {
      const { qdrant } = outage;
      const isMeant = ({ method, path }: QdrantRequest) => request.test(`${method} ${path}`);
      qdrant.failNext(1, 'reset', isMeant);
      qdrant.failNext(1, 'lost', isMeant);
      const { code, stderr } = await repair(outage);
      expect([code, stderr]).toEqual([0, expect.stringMatching(/ECONNRESET\); retrying/)]);
      await expectRepaired(outage);
    }),
  );
});

describe('a repair that is stopped', () => {
  test.concurrent('by a server that stays down exits with 3, and the same command finishes it', () =>
    inOutage({}, async (outage) => {
      const { qdrant } = outage;
      const finished = repair(outage, '--max-wait', '2');
      await afterWrites(outage, 8);
      await qdrant.goAway();
      const { code, stderr } = await finished;
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(
          /^Stopped: Qdrant refuses connections.*\nRun the same command again to resume/m,
        ),
      ]);
      expect(await repair(outage, '--max-wait', '2')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/refuses connections/),
      });
      await qdrant.comeBack();
      expect(await repair(outage)).toMatchObject({ code: 0 });
      await expectRepaired(outage);
    }),
  );

  test.concurrent(
    'by SIGINT finishes what is in flight, leaves indexing on, and the same command finishes it',
    () =>
      inOutage({}, async (outage) => {
        const { qdrant } = outage;
        const child = startRepair(outage);
        const finished = finish(child);
        await afterWrites(outage, 1);
        child.kill('SIGINT');
        const { code, stderr } = await finished;
        expect([code, stderr]).toEqual([
          130,
          expect.stringMatching(/Stopped\.\nRun the same command again to resume/),
        ]);
        expect(await settings(outage)).toMatchObject({ optimizer_config: { indexing_threshold: 10_000 } });

        const before = qdrant.requests.filter(isWrite).length;
        expect(before).toBeLessThan(WRITES);
        expect(await repair(outage)).toMatchObject({ code: 0 });
        expect(qdrant.requests.filter(isWrite).length).toBeLessThanOrEqual(WRITES);
        await expectRepaired(outage);
      }),
  );

  test.concurrent.each([1, 9, 17])(
    'by SIGKILL after %d writes can be finished by the same command',
    (writes) =>
      inOutage({}, async (outage) => {
        const child = startRepair(outage);
        const finished = finish(child);
        await afterWrites(outage, writes);
        child.kill('SIGKILL');
        await finished;
        expect(await repair(outage)).toMatchObject({ code: 0 });
        await expectRepaired(outage);
      }),
  );
});
