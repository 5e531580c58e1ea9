import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { packagePath } from '../../src/package-root.js';
import { Report, type Experiment, type ExperimentName } from '../../src/tuning/report.js';
import { runPaperql, type Finished } from '../support/process.js';
import { ask, fillTuningPapers, PAPERS, untilIndexed } from '../support/tuning-papers.js';
import { startRecording, startReplay, type Recorder } from '../support/qdrant-recording.js';

/**
 * `paperql tune` as an operator runs it, on the server in QDRANT_URL while `npm run test:record` records it, or else on that
 * recording. The collection `tuning_papers` is dropped before and after.
 */
const RECORDING = packagePath('test', 'fixtures', 'qdrant', 'tuning.jsonl');
const { QDRANT_URL: realUrl, QDRANT_API_KEY: apiKey, PAPERQL_RECORD: isRecording } = process.env;
const COLLECTION = 'tuning_papers';

let recorder: Recorder;
let directory: string;
beforeAll(async () => {
  recorder = await startRecorder();
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-tuning-'));
  await request('DELETE', `/collections/${COLLECTION}`);
  await fillTuningPapers(recorder.url, COLLECTION, Boolean(isRecording));
});
afterAll(async () => {
  await recorder.close();
  await rm(directory, { recursive: true });
});

async function startRecorder(): Promise<Recorder> {
  if (!isRecording) return startReplay(RECORDING);
  if (realUrl) return startRecording(realUrl, RECORDING, { apiKey, withTimes: true });
  throw new Error('PAPERQL_RECORD needs a real Qdrant server: set QDRANT_URL');
}

const request = (method: string, path: string, body?: unknown) => ask(recorder.url, method, path, body);

function tune(...args: string[]): Promise<Finished> {
  const environment = { STORE: 'qdrant', QDRANT_URL: recorder.url, QDRANT_COLLECTION: COLLECTION };
  return runPaperql(['tune', ...args], environment, directory);
}

const QUICK = ['--sample', '4', '--repeats', '1', '--k', '3'];

async function readReport(name: string): Promise<Report> {
  return Report.parse(JSON.parse(await readFile(path.join(directory, 'reports', `${name}.json`), 'utf8')));
}

let report: Report;
function experiment(name: ExperimentName): Experiment {
  const found = report.experiments.find((each) => each.name === name);
  if (!found) throw new Error(`${name} was not measured`);
  return found;
}

describe('all experiments on a server', () => {
  test('succeed, and print first what they will do', async () => {
    const settings = ['--ef', '3,30', '--graphs', '4:8', '--oversampling', '1,2', '--selectivity', '100,10'];
    const { code, stderr, stdout } = await tune('all', ...QUICK, ...settings, '--name', 'all');
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stderr).toMatch(
      /on "tuning_papers" \(Qdrant 1\.18\.\d+, Qdrant at http.*300 papers of 12 numbers, m 8,/,
    );
    expect(stderr).toMatch(/copies ids and vectors to a scratch collection .* indexes that 9 times/);
    expect(stderr).toMatch(/skipped probes: Qdrant has no index with partitions/);
    expect(stdout).toMatch(/setting +precision +95% interval +server p50 +p95 +p99 +mean ms +client p50/);
    report = await readReport('all');
  }, 300_000);

  test('measure server times, which are shorter than the client’s', () => {
    for (const { raw } of report.experiments.flatMap(({ measurements }) => measurements)) {
      raw.serverMs?.forEach((times, at) => {
        expect(times[0]).toBeGreaterThan(0);
        if (isRecording) expect(times[0]).toBeLessThan(raw.clientMs[at]?.[0] ?? 0);
      });
      expect(raw.serverMs).toHaveLength(4);
    }
  });

  test('precision: an exact search is exact, the index nearly so', () => {
    const [exact, approximate] = experiment('precision').measurements;
    expect(exact).toMatchObject({ label: 'exact', precision: { value: 1 } });
    expect(approximate?.precision?.value).toBeGreaterThan(0.9);
  });

  test('hnsw: indexes are built as requested and contain all vectors', () => {
    const { builds, ranOn } = experiment('hnsw');
    expect(ranOn).toBe('scratch copy');
    expect(builds.map(({ index }) => index)).toEqual([
      { engine: 'qdrant', m: 8, efConstruct: 32, quantization: 'none' },
      { engine: 'qdrant', m: 4, efConstruct: 8, quantization: 'none' },
    ]);
    builds.forEach(({ indexed, total, buildMs }) => {
      expect([indexed, total]).toEqual([PAPERS, PAPERS]);
      expect(buildMs).toBeGreaterThan(0);
    });
  });

  test('quantization: each kind takes less memory than the vectors, as reported by the server', () => {
    const { builds, measurements } = experiment('quantization');
    expect(builds.map(({ index }) => (index.engine === 'qdrant' ? index.quantization : ''))).toEqual([
      'none',
      'scalar',
      'product',
      'binary',
      'turbo4',
      'turbo2',
      'turbo1',
    ]);
    expect(builds.every(({ memory }) => memory.partsFrom.startsWith('measured: the server'))).toBe(true);
    const compressed = builds.map(({ memory }) =>
      memory.parts.find(({ name }) => name === 'compressed vectors'),
    );
    expect(compressed[0]).toBeUndefined();
    compressed.slice(1).forEach((part) => expect(part?.bytes).toBeGreaterThan(0));
    const precisionOf = (label: string) =>
      measurements.find((each) => each.label === label)?.precision?.value;
    expect(precisionOf('binary, rescored, oversampling 2')).toBeGreaterThan(
      precisionOf('binary, not rescored, oversampling 1') ?? NaN,
    );
  });

  test('filters: select the shares of the papers', () => {
    expect(experiment('filters').measurements.map(({ filter }) => filter?.selected)).toEqual([300, 30]);
  });

  test('leave no scratch copy, and do not change the collection', async () => {
    expect(existsSync(path.join(directory, 'reports', 'all.html'))).toBe(true);
    const { collections } = await request('GET', '/collections');
    expect(JSON.stringify(collections)).not.toMatch(/tuning_papers_tune_/);
    expect(await request('GET', `/collections/${COLLECTION}`)).toMatchObject({
      config: { hnsw_config: { m: 8, ef_construct: 32 }, quantization_config: null },
    });
  });
});

describe('in place', () => {
  test('settings are restored at the end', async () => {
    const { code, stderr } = await tune(
      'hnsw',
      ...QUICK,
      '--graphs',
      '4:8',
      '--in-place',
      '--name',
      'in-place',
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/Restoring the settings of the collection/)]);
    const { experiments } = await readReport('in-place');
    expect(experiments[0]?.measurements.map(({ label }) => label)).toEqual([
      'm 8, ef_construct 32',
      'm 4, ef_construct 8',
    ]);
    const info = await request('GET', `/collections/${COLLECTION}`);
    expect(info).toMatchObject({ config: { hnsw_config: { m: 8, ef_construct: 32 } } });
    expect(JSON.stringify(info)).not.toMatch(/"index_settings_before_tuning":\{/);
  });

  test('settings changed by a killed run are restored by the next', async () => {
    await request('PATCH', `/collections/${COLLECTION}`, {
      hnsw_config: { m: 5 },
      metadata: { index_settings_before_tuning: { hnsw: { m: 8, ef_construct: 32 }, quantization: null } },
    });
    const { code, stderr } = await tune('precision', ...QUICK, '--name', 'after-kill');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/Restored the settings of the collection, which a killed run had left changed/),
    ]);
    expect(await request('GET', `/collections/${COLLECTION}`)).toMatchObject({
      config: { hnsw_config: { m: 8, ef_construct: 32 } },
    });
  });
});

describe('apply', () => {
  afterEach(() => rm(path.join(directory, '.env'), { force: true }));

  /** The collection's index settings; there must be no saved settings to restore. */
  async function expectIndexed(config: object): Promise<void> {
    const info = await request('GET', `/collections/${COLLECTION}`);
    expect(info).toMatchObject({ status: 'green', config });
    expect(JSON.stringify(info)).not.toMatch(/"index_settings_before_tuning":\{/);
  }

  test('changes the index of the collection permanently, and sets the variables for searches', async () => {
    const index = { engine: 'qdrant', m: 6, efConstruct: 16, quantization: 'scalar' } as const;
    const recommendation = { sentence: '', label: 'x', index, environment: { SEARCH_HNSW_EF: '80' } };
    const changed = {
      ...report,
      experiments: report.experiments.map((each) =>
        each.name === 'hnsw' ? { ...each, recommendation } : each,
      ),
    };
    await writeFile(path.join(directory, 'reports', 'changed.json'), JSON.stringify(changed));
    const { code, stdout } = await tune('apply', 'changed', '--experiment', 'hnsw');
    expect([code, stdout]).toEqual([
      0,
      'Indexed "tuning_papers" with m 6, ef_construct 16, int8.\nSet SEARCH_HNSW_EF in .env. Restart paperql serve to apply the change.\n',
    ]);
    await expectIndexed({
      hnsw_config: { m: 6, ef_construct: 16 },
      quantization_config: { scalar: { type: 'int8', quantile: 0.99 } },
    });
    expect(await readFile(path.join(directory, '.env'), 'utf8')).toBe('SEARCH_HNSW_EF=80\n');
  });

  test('--apply immediately applies what the run recommends', async () => {
    const args = ['quantization', ...QUICK, '--oversampling', '2', '--target', '0.5', '--apply'];
    const { code, stdout } = await tune(...args, '--name', 'applied');
    expect(code).toBe(0);
    const { index, environment } = (await readReport('applied')).experiments[0]?.recommendation ?? {};
    const names = Object.keys(environment ?? {});
    if (index === null && names.length === 0) expect(stdout).toMatch(/^Nothing to apply\.$/m);
    if (names.length > 0)
      expect(stdout).toMatch(/^Set .* in \.env\. Restart paperql serve to apply the change\.$/m);
    const quantization = index?.engine === 'qdrant' ? index.quantization : 'scalar';
    await expectIndexed({
      hnsw_config: { m: 6, ef_construct: 16 },
      quantization_config:
        quantization === 'none' ? null : { [quantization.replace(/\d$/, '')]: expect.anything() },
    });
  });
});

test('a collection that the server searches without an index does not count as indexed, whatever its count', async () => {
  await request('PATCH', `/collections/${COLLECTION}`, { hnsw_config: { full_scan_threshold: 10_000 } });
  await untilIndexed(recorder.url, COLLECTION, Boolean(isRecording));
  const { code } = await tune('hnsw-ef', ...QUICK, '--ef', '3', '--name', 'scanned');
  expect(code).toBe(0);
  const { experiments } = await readReport('scanned');
  const problem = expect.stringMatching(/^not indexed: the vector index holds 0 of 300 papers/);
  expect(experiments[0]?.measurements).toMatchObject([
    { label: 'ef 3', precision: null, problem },
    { label: 'ef 100', precision: null, problem },
  ]);
});

test('the suite sends exactly the recorded requests; otherwise run: npm run test:record', async () => {
  await request('DELETE', `/collections/${COLLECTION}`);
  expect(recorder.differences()).toEqual([]);
});
