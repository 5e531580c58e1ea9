import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Summary } from '../../src/ingest/summary.js';
import { toPointId } from '../../src/papers/point-id.js';
import { isUpsert, startFragileQdrant, type FragileQdrant, type Mishap } from '../support/fragile-qdrant.js';
import { toDumpRecords, writeDump } from '../support/kaggle-records.js';
import { startLoading, type Loading } from '../support/loading.js';
import { finish, runPaperql, spawnPaperql } from '../support/process.js';
import { refusal, type QdrantRequest } from '../support/qdrant-server.js';

const PAPERS = 120;
const IN_BATCHES = ['--batch-size', '10'];
/** Papers that are in flight at once with this embedder. */
const IN_FLIGHT = 60;

/** Time limit of requests that get no answer. Elsewhere, it is long enough for a slow machine. */
const SHORT_TIMEOUT = { LOAD_TIMEOUT_MS: '5000' };

/** A load into its own collection. */
interface Outage {
  loading: Loading;
  /** The real server in QDRANT_URL, or else a stand-in; see `fragile-qdrant.ts`. */
  qdrant: FragileQdrant;
  collection: string;
  dump: string;
}

let outages = 0;

/** These tests run concurrently, because a load that waits for a server takes seconds but hardly any processor time. */
async function inOutage(
  settings: Record<string, string>,
  body: (outage: Outage) => Promise<void>,
): Promise<void> {
  const collection = `outage_papers_${outages++}`;
  const qdrant = await startFragileQdrant();
  const loading = await startLoading({
    QDRANT_URL: qdrant.url,
    QDRANT_COLLECTION: collection,
    LOAD_TIMEOUT_MS: '60000',
    ...settings,
  });
  try {
    await qdrant.drop(collection);
    const dump = await writeDump(loading.directory, 'dump.json', toDumpRecords(PAPERS));
    await body({ loading, qdrant, collection, dump });
  } finally {
    await qdrant.drop(collection);
    await Promise.all([loading.close(), qdrant.close()]);
  }
}

/** Every paper of the dump is stored once, as without the failure. */
async function expectAllStored({ qdrant, collection }: Outage): Promise<void> {
  const ids = toDumpRecords(PAPERS).map(({ id }) => toPointId(id));
  const papers = await qdrant.readPapers(collection, ids);
  const titles = new Map(papers.map(({ id, title }) => [id, title]));
  expect(titles).toEqual(new Map(toDumpRecords(PAPERS).map(({ id, title }) => [id, title])));
  expect(await qdrant.count(collection)).toBe(PAPERS);
}

function checkpoint({ loading, collection }: Outage): string {
  return path.join(loading.directory, 'data', 'ingest', `${collection}.checkpoint.json`);
}

/** Returns after this many writes. */
async function afterUpserts({ qdrant }: Outage, count: number): Promise<void> {
  while (qdrant.requests.filter(isUpsert).length < count) await setTimeout(5);
}

describe('a Qdrant server that fails for a while', () => {
  test.concurrent.each<[string, Mishap, RegExp]>([
    ['cuts the connection', 'reset', /connection to Qdrant failed \(ECONNRESET\); retrying/],
    ['writes and loses the answer', 'lost', /ECONNRESET\); retrying/],
    ['does not answer', 'silence', /Qdrant did not answer within 5000 ms; retrying/],
    ['answers 500', refusal(500, 'Service internal error: broken'), /failed \(status 500\); retrying/],
    ['answers 503', { status: 503, body: '<h1>Busy</h1>' }, /failed \(status 503\); retrying/],
    ['answers 429', refusal(429, 'Rate limit', { 'retry-after': '2' }), /too many .*; retrying in 2\.0 s/],
  ])('when it %s, the load waits, and nothing is lost or done twice', (_how, mishap, note) =>
    inOutage(mishap === 'silence' ? SHORT_TIMEOUT : {}, async (outage) => {
      const { loading, qdrant, dump } = outage;
      qdrant.failNext(2, mishap, isUpsert);
      const { code, stdout, stderr } = await loading.ingest('--json', ...IN_BATCHES, dump);
      expect([code, stderr]).toEqual([0, expect.stringMatching(note)]);
      expect(JSON.parse(stdout)).toMatchObject({
        status: 'finished',
        counts: { read: PAPERS, new: PAPERS, embedded: PAPERS, rejected: {} },
      });
      expect(loading.embeddedTexts()).toHaveLength(PAPERS);
      await expectAllStored(outage);
    }),
  );

  test.concurrent('when it is down for some seconds, the load waits, and nothing is lost or done twice', () =>
    inOutage({}, async (outage) => {
      const { loading, qdrant, dump } = outage;
      const finished = loading.ingest('--json', ...IN_BATCHES, dump);
      await afterUpserts(outage, 3);
      await qdrant.goAway();
      await setTimeout(2_500);
      await qdrant.comeBack();
      const { code, stdout, stderr } = await finished;
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/Qdrant refuses connections\. Check that it runs, .*; retrying/),
      ]);
      expect(JSON.parse(stdout)).toMatchObject({
        status: 'finished',
        counts: { read: PAPERS, new: PAPERS },
      });
      expect(loading.embeddedTexts()).toHaveLength(PAPERS);
      await expectAllStored(outage);
    }),
  );

  test.concurrent.each([
    ['the collection is made', /^PUT \/collections\/outage_papers_\d+$/],
    ['a payload index is made', /^PUT .*\/index/],
    ['the building of indexes is put off', /^PATCH /],
    ['papers are looked up', /^POST .*\/points$/],
    ['all is counted', /^GET \/collections\/outage_papers_\d+$/],
    ['all is read for the directory', /^POST .*\/points\/scroll/],
    ['the directory is put in its place', /^POST \/collections\/aliases/],
  ])('is waited for while %s, before and after it was done', (_what, request) =>
    inOutage({}, async (outage) => {
      const { loading, qdrant, dump } = outage;
      // The first request of a load is not repeated.
      const isMeant = ({ method, path: url }: QdrantRequest) =>
        request.test(`${method} ${url}`) && (method !== 'GET' || qdrant.requests.some(isUpsert));
      qdrant.failNext(1, 'reset', isMeant);
      qdrant.failNext(1, 'lost', isMeant);
      const summary = await loading.summaryOf(0, ...IN_BATCHES, dump);
      expect(summary).toMatchObject({ status: 'finished', counts: { read: PAPERS, new: PAPERS } });
      await expectAllStored(outage);
    }),
  );
});

test.concurrent(
  'a paper that the server rejects goes to the rejects with the reason, and the rest of its batch is stored',
  () =>
    inOutage({}, async ({ loading, qdrant, collection, dump }) => {
      const [, , refused] = toDumpRecords(PAPERS);
      const isMeant = (request: QdrantRequest) =>
        isUpsert(request) && JSON.stringify(request.body).includes(toPointId(refused?.id ?? ''));
      qdrant.failNext(Infinity, refusal(400, 'Wrong input: this paper is not liked'), isMeant);
      const summary = await loading.summaryOf(0, ...IN_BATCHES, dump);
      expect(summary.counts).toMatchObject({ read: PAPERS, new: PAPERS - 1, rejected: { store_refused: 1 } });
      expect(await loading.readRejects()).toEqual([
        expect.objectContaining({
          line: 3,
          reason: 'store_refused',
          detail: expect.stringContaining('this paper is not liked'),
          text: expect.stringContaining(refused?.id ?? ''),
        }),
      ]);
      expect(await qdrant.count(collection)).toBe(PAPERS - 1);
    }),
);

test.concurrent.each([
  ['defer', [0, 10_000]],
  ['live', []],
])('--index %s turns the vector index on or off as documented', (mode, thresholds) =>
  inOutage({}, async (outage) => {
    const { loading, qdrant, dump } = outage;
    await loading.summaryOf(0, ...IN_BATCHES, '--index', mode, dump);
    const changes = qdrant.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body);
    const Change = z.looseObject({ optimizers_config: z.looseObject({ indexing_threshold: z.int() }) });
    const changed = changes.flatMap((body) => Change.safeParse(body).data?.optimizers_config ?? []);
    expect(changed.map(({ indexing_threshold: threshold }) => threshold)).toEqual(thresholds);
    await expectAllStored(outage);
  }),
);

describe('a Qdrant server that stays away', () => {
  test.concurrent('stops the load gracefully, and the same command finishes it once the store is back', () =>
    inOutage({}, async (outage) => {
      const { loading, qdrant, dump } = outage;
      const args = ['--json', '--max-wait', '2', ...IN_BATCHES, dump];
      const finished = loading.ingest(...args);
      await afterUpserts(outage, 5);
      await qdrant.goAway();
      const { code, stdout, stderr } = await finished;
      expect(code).toBe(3);
      const stopped = JSON.parse(stdout) as Summary;
      expect(stopped).toMatchObject({
        status: 'stopped',
        problem: expect.stringMatching(/refuses connections/),
      });
      expect(stderr).toMatch(/^Stopped: Qdrant refuses connections.*\nRun the same command again to resume/m);
      expect(existsSync(checkpoint(outage))).toBe(true);

      const early = await loading.ingest(...args);
      expect([early.code, early.stderr]).toEqual([1, expect.stringMatching(/refuses connections/)]);
      expect(existsSync(checkpoint(outage))).toBe(true);

      await qdrant.comeBack();
      const rest = await loading.ingest(...args);
      expect([rest.code, rest.stderr]).toEqual([0, expect.stringMatching(/Resuming after \d+ records/)]);
      expect(JSON.parse(rest.stdout)).toMatchObject({ status: 'finished', counts: { read: PAPERS } });
      expect(loading.embeddedTexts().length).toBeLessThanOrEqual(PAPERS + IN_FLIGHT);
      expect(existsSync(checkpoint(outage))).toBe(false);
      await expectAllStored(outage);
    }),
  );

  test.concurrent('is no longer waited for after a signal to stop', () =>
    inOutage({}, async (outage) => {
      const { loading, qdrant, dump } = outage;
      const child = spawnPaperql(['ingest', ...IN_BATCHES, dump], loading.environment, loading.directory);
      const finished = finish(child);
      await afterUpserts(outage, 5);
      await qdrant.goAway();
      await setTimeout(1_500);
      child.kill('SIGINT');
      const { code, stderr } = await finished;
      expect([code, stderr]).toEqual([130, expect.stringMatching(/Run the same command again to resume/)]);
      await qdrant.comeBack();
      await loading.summaryOf(0, ...IN_BATCHES, dump);
      await expectAllStored(outage);
    }),
  );
});

describe('loads from several machines into one collection of a Qdrant server', () => {
  test.concurrent('do not disturb each other when they run at once', () =>
    inOutage({}, async (outage) => {
      const { loading, dump } = outage;
      const other = await writeDump(loading.directory, 'other.json', toDumpRecords(PAPERS).slice(60));
      const load = (machine: string, file: string) => {
        const environment = { ...loading.environment, DATA_DIR: machine };
        const args = ['ingest', ...IN_BATCHES, '--rejects', `${machine}.jsonl`, file];
        return runPaperql(args, environment, loading.directory);
      };
      const outcomes = await Promise.all([load('one', dump), load('two', other)]);
      expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
      await expectAllStored(outage);
    }),
  );

  test.concurrent('build the directory again if another load has just deleted theirs', () =>
    inOutage({}, async ({ loading, qdrant, collection, dump }) => {
      const isFill = ({ method, path: url }: QdrantRequest) =>
        method === 'PUT' && /_directory_.\/points/.test(url);
      qdrant.failNext(
        1,
        refusal(404, `Not found: Collection \`${collection}_directory_a\` doesn't exist!`),
        isFill,
      );
      const { code, stderr } = await loading.ingest(...IN_BATCHES, dump);
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/Another process is building the directory.*retrying/),
      ]);
    }),
  );
});

describe("OpenAI's API", () => {
  /** The store does not matter here. */
  const EMBEDDED = { QDRANT_URL: '' };

  async function expectAllEmbedded({ loading, dump }: Outage, stderr: RegExp): Promise<void> {
    const finished = await loading.ingest('--json', ...IN_BATCHES, dump);
    expect([finished.code, finished.stderr]).toEqual([0, expect.stringMatching(stderr)]);
    expect(JSON.parse(finished.stdout)).toMatchObject({ counts: { new: PAPERS, embedded: PAPERS } });
  }

  test.concurrent('is not called for 2 seconds if it asks for that', () =>
    inOutage(EMBEDDED, async (outage) => {
      const { loading } = outage;
      const headers = { 'retry-after': '2', 'retry-after-ms': '2000' };
      loading.openai.failNext({ status: 429, headers }, 1);
      await expectAllEmbedded(outage, /received too many requests; .*retrying in 2\.0 s/);
    }),
  );

  test.concurrent.each([
    // All requests in flight, and the probe of each.
    ['answers 500', 12, { status: 500 }, /failed \(500\).* It says: "Failed with 500"; retrying/],
    ['answers 503', 2, { status: 503, headers: { 'retry-after': '1' } }, /failed \(503\).*; retrying/],
    ['cuts the connection', 2, { reset: true }, /cannot be reached.*OPENAI_BASE_URL; retrying/],
    ['does not answer in time', 2, { delayMs: 7_000 }, /did not answer within 5000 ms; retrying/],
  ])('is retried when it %s', (_how, times, failure, note) =>
    inOutage({ ...EMBEDDED, ...('delayMs' in failure && SHORT_TIMEOUT) }, async (outage) => {
      const { loading } = outage;
      loading.openai.failNext(failure, times);
      await expectAllEmbedded(outage, note);
    }),
  );

  test.concurrent('is retried at once when it fails once', () =>
    inOutage(EMBEDDED, async (outage) => {
      const { loading } = outage;
      loading.openai.failNext({ status: 500 });
      await expectAllEmbedded(outage, /^(?!.*retrying)/s);
    }),
  );

  test.concurrent('is not asked for more than its rate-limit headers allow', () =>
    inOutage(EMBEDDED, async (outage) => {
      const { loading } = outage;
      // The requests sent before the first answer reports the limit.
      loading.openai.allow(6, 3_000);
      await expectAllEmbedded(outage, /^(?!.*retrying)/s);
      expect(loading.openai.calls).toHaveLength(PAPERS / 10);
      expect(loading.openai.excess()).toBe(0);
    }),
  );
});
