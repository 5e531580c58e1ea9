import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRandom } from '../../src/evaluation/random.js';
import { openLanceStore } from '../support/lance-store.js';
import { METADATA, paper } from '../contract/paper-points.js';
import { finish, runPaperql, spawnPaperql, type Finished } from '../support/process.js';
import { startTuningStandIn } from '../support/tuning-stand-in.js';
import { ask, fillTuningPapers, PAPERS } from '../support/tuning-papers.js';

/**
 * Experiments that a signal interrupts, each in its own process. The Qdrant server is the one at QDRANT_URL if set, otherwise a
 * stand-in.
 */

/** Enough repetitions that no run ends before it is stopped. */
const LONG = ['--sample', '12', '--k', '3', '--repeats', '1000'];
/** As above, for runs that measure another index first. */
const SECOND = ['--sample', '4', '--k', '3', '--repeats', '300'];
/** With this number of settings, the second experiment of `all` does not end before it is stopped. */
const ALL = ['--sample', '4', '--k', '3', '--repeats', '40', '--ef', '10,20,30,40,50,60,70,80,90,100'];
const QUICK = ['--sample', '4', '--k', '3', '--repeats', '1'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-tune-stopped-'));
});
afterAll(() => rm(directory, { recursive: true }));

type Environment = Record<string, string>;

/** Sends the signal as soon as the process prints text that matches `when`. */
async function stopWhen(
  when: RegExp,
  signal: NodeJS.Signals,
  args: readonly string[],
  environment: Environment,
  atThatMoment: () => Promise<void> = () => Promise.resolve(),
): Promise<Finished> {
  const child = spawnPaperql(['tune', ...args], environment, directory);
  const finished = finish(child);
  const seen = new Promise<void>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (when.test(text)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`ended by itself with ${code}: ${text}`)));
  });
  await seen;
  await atThatMoment();
  child.kill(signal);
  return finished;
}

async function tune(args: readonly string[], environment: Environment): Promise<Finished> {
  const finished = await runPaperql(['tune', ...args], environment, directory);
  expect([finished.code, finished.stderr]).toEqual([0, expect.any(String)]);
  return finished;
}

function expectStopped({ code, stderr }: Finished, name: string): void {
  expect([code, stderr]).toEqual([130, expect.stringMatching(/Finishing work in flight/)]);
  expect(stderr).not.toMatch(/^\s+at |unexpected error/m);
  expect(existsSync(path.join(directory, 'reports', `${name}.json`))).toBe(false);
}

/** Printed when one setting has been measured and others are in progress. */
const ASKED = /asked \d+/;

describe('on the embedded store', () => {
  const EMBEDDED = { STORE: 'lance' };
  const TABLES = ['arxiv_papers.lance'];
  /** Printed for the setting that `quantization` measures first. */
  const WITHOUT_INDEX = /no index, .* asked \d+/;

  beforeAll(async () => {
    const store = await openLanceStore({
      dataDir: path.join(directory, 'data'),
      collection: 'arxiv_papers',
      approximateFromRows: 300,
    });
    await store.create({ ...METADATA, dimension: 16 });
    const random = createRandom(3);
    await store.upsert(
      Array.from({ length: 600 }, (_, at) =>
        paper(
          `2101.${10_000 + at}`,
          Array.from({ length: 16 }, () => random() - 0.5),
        ),
      ),
    );
    await store.optimize();
    await store.close();
  });

  const tables = async () => (await readdir(path.join(directory, 'data'))).sort();
  const copies = async () => (await tables()).filter((name) => name.startsWith('arxiv_papers_tune_'));

  test('SIGINT while a scratch copy is measured deletes the copy', async () => {
    const finished = await stopWhen(
      ASKED,
      'SIGINT',
      ['quantization', ...LONG, '--name', 'on-copy'],
      EMBEDDED,
      async () => expect(await copies()).toHaveLength(1),
    );
    expectStopped(finished, 'on-copy');
    expect(await tables()).toEqual(TABLES);
  });

  test('SIGTERM deletes the copy, too, and ends with 143', async () => {
    const args = ['hnsw', ...LONG, '--name', 'terminated'];
    const { code } = await stopWhen(ASKED, 'SIGTERM', args, EMBEDDED);
    expect([code, await tables()]).toEqual([143, TABLES]);
  });

  test('SIGINT while the collection itself is measured restores its index', async () => {
    const args = ['quantization', ...LONG, '--in-place', '--name', 'in-place'];
    const finished = await stopWhen(WITHOUT_INDEX, 'SIGINT', args, EMBEDDED);
    expectStopped(finished, 'in-place');
    expect(finished.stderr).toMatch(/Restoring the settings of the collection/);
    const { stderr } = await tune(['precision', ...QUICK, '--name', 'after'], EMBEDDED);
    expect(stderr).toMatch(/600 papers of 16 numbers, HNSW_SQ \(m 16, ef_construct 100\)/);
    expect(stderr).not.toMatch(/a killed run had left changed/);
  });

  test('what was measured before the signal is kept', async () => {
    const args = ['all', ...ALL, '--name', 'in-part'];
    const { code, stdout } = await stopWhen(/hnsw-ef: .*\n[^]*asked \d+/, 'SIGINT', args, EMBEDDED);
    expect([code, stdout]).toEqual([
      130,
      expect.stringMatching(/^precision: .*[^]*Report: .*in-part\.json/m),
    ]);
    expect(stdout).not.toMatch(/^hnsw-ef: /m);
  });

  test('a killed run leaves a copy, which the next run names and clean deletes', async () => {
    await stopWhen(ASKED, 'SIGKILL', ['hnsw', ...LONG, '--name', 'killed'], EMBEDDED);
    expect(await copies()).toHaveLength(1);
    const { stderr } = await tune(['hnsw-ef', ...QUICK, '--name', 'after-kill'], EMBEDDED);
    expect(stderr).toMatch(/Found the scratch copy "arxiv_papers_tune_\w+".*paperql tune clean/);
    expect((await tune(['clean'], EMBEDDED)).stdout).toMatch(/^Deleted "arxiv_papers_tune_\w+"\.$/m);
    expect(await tables()).toEqual(TABLES);
    expect((await tune(['clean'], EMBEDDED)).stdout).toMatch(/There are no scratch copies/);
  });

  test('a run after one that was killed in place restores the index first', async () => {
    const args = ['quantization', ...LONG, '--in-place', '--name', 'killed-in-place'];
    await stopWhen(WITHOUT_INDEX, 'SIGKILL', args, EMBEDDED);
    const { stderr } = await tune(['precision', ...QUICK, '--name', 'after-kill-in-place'], EMBEDDED);
    expect(stderr).toMatch(/Restored the settings of the collection, which a killed run had left changed/);
    expect(stderr).toMatch(/HNSW_SQ \(m 16, ef_construct 100\)/);
  });
});

describe(`on a Qdrant server (${process.env['QDRANT_URL'] ? 'of QDRANT_URL' : 'a stand-in'})`, () => {
  const COLLECTION = 'stopped_papers';
  let url: string;
  let close = () => Promise.resolve();
  let environment: Environment;

  beforeAll(async () => {
    const { QDRANT_URL: realUrl } = process.env;
    const standIn = realUrl ? null : await startTuningStandIn();
    url = standIn?.url ?? realUrl ?? '';
    close = async () => {
      await ask(url, 'DELETE', `/collections/${COLLECTION}`);
      await standIn?.close();
    };
    environment = { STORE: 'qdrant', QDRANT_URL: url, QDRANT_COLLECTION: COLLECTION };
    await ask(url, 'DELETE', `/collections/${COLLECTION}`);
    await fillTuningPapers(url, COLLECTION, standIn === null);
  });
  afterAll(() => close());

  async function copies(): Promise<string[]> {
    const { collections } = await ask(url, 'GET', '/collections');
    return (collections as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name.startsWith(`${COLLECTION}_tune_`));
  }

  /** Expects the original index settings, with no settings left to restore. */
  async function expectUnchanged(): Promise<void> {
    const info = await ask(url, 'GET', `/collections/${COLLECTION}`);
    expect(info).toMatchObject({
      points_count: PAPERS,
      config: { hnsw_config: { m: 8, ef_construct: 32 }, quantization_config: null },
    });
    expect(JSON.stringify(info)).not.toMatch(/"index_settings_before_tuning":\{/);
  }

  test('SIGINT while a scratch copy is measured deletes the copy', async () => {
    const finished = await stopWhen(
      ASKED,
      'SIGINT',
      ['quantization', ...LONG, '--name', 'q-on-copy'],
      environment,
      async () => expect(await copies()).toHaveLength(1),
    );
    expectStopped(finished, 'q-on-copy');
    expect(await copies()).toEqual([]);
    await expectUnchanged();
  });

  test('SIGINT while the collection itself is measured restores its settings', async () => {
    const args = ['hnsw', ...SECOND, '--graphs', '4:8,6:16', '--in-place', '--name', 'q-in-place'];
    const changed = async () => {
      const info = await ask(url, 'GET', `/collections/${COLLECTION}`);
      expect(info).toMatchObject({ config: { hnsw_config: { m: 4, ef_construct: 8 } } });
    };
    const finished = await stopWhen(/m 4, .* asked \d+/, 'SIGINT', args, environment, changed);
    expectStopped(finished, 'q-in-place');
    expect(finished.stderr).toMatch(/Restoring the settings of the collection/);
    await expectUnchanged();
  });

  test('a run after one that was killed in place restores the settings first', async () => {
    const args = ['hnsw', ...SECOND, '--graphs', '4:8', '--in-place', '--name', 'q-killed'];
    await stopWhen(/m 4, .* asked \d+/, 'SIGKILL', args, environment);
    const { stderr } = await tune(['precision', ...QUICK, '--name', 'q-after-kill'], environment);
    expect(stderr).toMatch(/Restored the settings of the collection, which a killed run had left changed/);
    await expectUnchanged();
  });

  test('a killed run leaves a copy, which clean deletes', async () => {
    await stopWhen(ASKED, 'SIGKILL', ['hnsw', ...LONG, '--name', 'q-killed-copy'], environment);
    expect(await copies()).toHaveLength(1);
    expect((await tune(['clean'], environment)).stdout).toMatch(/^Deleted "stopped_papers_tune_\w+"\.$/m);
    expect(await copies()).toEqual([]);
  });
});
