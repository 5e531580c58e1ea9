import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRandom } from '../../src/evaluation/random.js';
import { openLanceStore } from '../support/lance-store.js';
import type { PaperPoint } from '../../src/store/store.js';
import { Report } from '../../src/tuning/report.js';
import { METADATA, paper } from '../contract/paper-points.js';
import { runPaperql, type Finished } from '../support/process.js';

/** The commands as an operator runs them, on the embedded store. */

const PAPERS = 1_200;
const DIMENSION = 32;
/** Few enough queries to be quick. */
const QUICK = ['--sample', '12', '--repeats', '2', '--k', '5'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-tune-'));
  await fill('arxiv_papers', PAPERS, 500);
  await fill('few_papers', 100, 500);
  await fill('no_papers', 0, 500);
});
afterAll(() => rm(directory, { recursive: true }));

/** Stores papers with random vectors in clusters, each submitted an hour after the previous one. */
async function fill(collection: string, count: number, approximateFromRows: number): Promise<void> {
  const dataDir = path.join(directory, 'data');
  const store = await openLanceStore({ dataDir, collection, approximateFromRows });
  await store.create({ ...METADATA, dimension: DIMENSION });
  await store.upsert(toPapers(count));
  await store.optimize();
  await store.close();
}

function toPapers(count: number): PaperPoint[] {
  const random = createRandom(7);
  const centres = Array.from({ length: 20 }, () => Array.from({ length: DIMENSION }, () => random() - 0.5));
  return Array.from({ length: count }, (_, at) => {
    const centre = centres[at % centres.length] ?? [];
    const id = `2101.${String(at).padStart(5, '0')}`;
    const submitted = new Date(Date.UTC(2021, 0, 1, at)).toISOString();
    return paper(
      id,
      centre.map((number) => number + 0.6 * (random() - 0.5)),
      { submitted_at: submitted },
    );
  });
}

function tune(args: readonly string[], environment: Record<string, string> = {}): Promise<Finished> {
  return runPaperql(['tune', ...args], environment, directory);
}

async function readReport(name: string): Promise<Report> {
  return Report.parse(JSON.parse(await readFile(path.join(directory, 'reports', `${name}.json`), 'utf8')));
}

/** Runs an experiment, expects success, and returns its report. */
async function report(experiment: string, name: string, ...args: string[]): Promise<[Report, Finished]> {
  const finished = await tune([experiment, ...QUICK, '--name', name, ...args]);
  expect([finished.code, finished.stderr]).toEqual([0, expect.any(String)]);
  return [await readReport(name), finished];
}

async function tables(): Promise<string[]> {
  return (await readdir(path.join(directory, 'data'))).sort();
}

const TABLES = ['arxiv_papers.lance', 'few_papers.lance', 'no_papers.lance'];

describe('an experiment', () => {
  test('says what it will do, shows its progress, and reports all figures', async () => {
    const [{ experiments, queries, store, parameters }, { stdout, stderr }] = await report(
      'precision',
      'whole',
    );
    expect(stderr).toMatch(
      /precision on "arxiv_papers" \(LanceDB .*1,200 papers of 32 numbers, HNSW_SQ \(m 16/,
    );
    expect(stderr).toMatch(/reads the collection and changes nothing/);
    expect(stderr).toMatch(/takes roughly \d/);
    expect(stderr).toMatch(/approximate {2}asked 24 {2}precision/);
    expect(stdout).toMatch(/setting +precision +95% interval +client p50 +p95/);
    expect(stdout).toMatch(
      /The index keeps [\d.]+.* of an exact search, which (meets|misses) the target of 0\.99/,
    );

    expect(store).toMatchObject({ kind: 'lance', points: PAPERS, dimension: DIMENSION });
    expect(parameters).toMatchObject({ k: 5, repeats: 2, seed: 1, confidence: 0.95 });
    expect(new Set(queries.names).size).toBe(12);
    const [exact, approximate] = experiments[0]?.measurements ?? [];
    expect(exact).toMatchObject({ label: 'exact', precision: { value: 1 }, serverMs: null });
    expect(approximate?.precision?.value).toBeGreaterThan(0.8);
    expect(approximate?.raw.clientMs).toHaveLength(12);
    expect(approximate?.raw.clientMs.every((times) => times.length === 2)).toBe(true);
    expect(approximate?.raw.serverMs).toBeNull();
  });

  test('writes a self-contained page with plots as SVG', async () => {
    await report('hnsw-ef', 'page', '--ef', '10,40', '--concurrency', '4');
    const page = await readFile(path.join(directory, 'reports', 'page.html'), 'utf8');
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(page).not.toMatch(/<script|<link|(?:src|href)="https?:/);
    expect(page).toMatch(/<th scope="row">ef 40<\/th>/);
    expect(page).toMatch(/>at once</);
  });

  test('uses the same papers for the same seed, and others for another seed', async () => {
    const [first] = await report('hnsw-ef', 'seed-1', '--ef', '20');
    const [again] = await report('hnsw-ef', 'seed-1-again', '--ef', '20');
    const [other] = await report('hnsw-ef', 'seed-2', '--ef', '20', '--seed', '2');
    expect(again.queries.names).toEqual(first.queries.names);
    expect(other.queries.names).not.toEqual(first.queries.names);
    expect(again.experiments[0]?.measurements[0]?.raw.precision).toEqual(
      first.experiments[0]?.measurements[0]?.raw.precision,
    );
  });

  test('finds no fewer papers with more candidates', async () => {
    const [{ experiments }] = await report('hnsw-ef', 'ef', '--ef', '6,12,200');
    const measurements = experiments[0]?.measurements ?? [];
    // The current setting, ef 128, is measured too.
    expect(measurements.map(({ label }) => label)).toEqual(['ef 6', 'ef 12', 'ef 128', 'ef 200']);
    const [least, , , most] = measurements.map(({ precision }) => precision?.value ?? NaN);
    expect(most).toBeGreaterThanOrEqual(least ?? NaN);
    expect(most).toBeGreaterThan(0.9);
  });

  test('uses filters that select the given shares, and counts short answers correctly', async () => {
    const [{ experiments }] = await report('filters', 'filters', '--selectivity', '100,10,0.2');
    const measurements = experiments[0]?.measurements ?? [];
    expect(measurements.map(({ filter }) => filter?.selected)).toEqual([1_200, 120, 2]);
    // There are only two papers to find, although five are requested.
    expect(measurements[2]?.precision?.value).toBe(1);
  });

  test('on a scratch copy does not change the collection, and deletes the copy', async () => {
    const [{ experiments }, { stderr }] = await report(
      'quantization',
      'quantization',
      '--oversampling',
      '1,2',
    );
    expect(stderr).toMatch(/copies ids and vectors to a scratch collection \(at most some .* on disk\)/);
    const [experiment] = experiments;
    expect(experiment?.ranOn).toBe('scratch copy');
    expect(experiment?.builds.map(({ index }) => (index.engine === 'lance' ? index.kind : ''))).toEqual([
      'none',
      'ivf_hnsw_sq',
      'ivf_hnsw_pq',
      'ivf_pq',
      'ivf_rq',
    ]);
    expect(
      experiment?.builds.every(
        ({ indexed, index }) => indexed === PAPERS || index.engine !== 'lance' || index.kind === 'none',
      ),
    ).toBe(true);
    expect(experiment?.builds.slice(1).every(({ buildMs }) => (buildMs ?? 0) > 0)).toBe(true);
    const rescored = experiment?.measurements.find(
      ({ label }) => label === 'IVF_PQ, rescored, oversampling 2',
    );
    const unscored = experiment?.measurements.find(({ label }) => label === 'IVF_PQ, not rescored');
    expect(rescored?.precision?.value).toBeGreaterThan(unscored?.precision?.value ?? NaN);
    expect(await tables()).toEqual(TABLES);
  });

  test('in place changes the index of the collection, and restores it', async () => {
    const [{ experiments }, { stderr }] = await report('hnsw', 'in-place', '--in-place', '--graphs', '4:20');
    expect(stderr).toMatch(/indexes the collection itself 2 times; .*\n *restores its settings at the end/);
    expect(experiments[0]?.ranOn).toBe('collection');
    expect(experiments[0]?.measurements.map(({ label }) => label)).toEqual([
      'HNSW_SQ (m 16, ef_construct 100)',
      'HNSW_SQ (m 4, ef_construct 20)',
    ]);
    const [after] = await report('precision', 'after-in-place');
    expect(after.store.index).toMatchObject({ kind: 'ivf_hnsw_sq', m: 16, efConstruct: 100 });
  });

  test('reads questions and embeddings from a JSON file, as the course stores them', async () => {
    const [one, two] = toPapers(2).map(({ vector }) => Array.from(vector));
    await writeFile(path.join(directory, 'queries.json'), JSON.stringify({ 'first text': one, second: two }));
    const finished = await tune([
      'precision',
      '--queries',
      'queries.json',
      '--repeats',
      '1',
      '--name',
      'texts',
    ]);
    expect(finished.code).toBe(0);
    expect((await readReport('texts')).queries).toEqual({
      source: '2 queries of queries.json',
      names: ['first text', 'second'],
    });
  });
});

describe('all', () => {
  test('runs one experiment after another, and skips impossible settings with the reason', async () => {
    const finished = await tune(
      ['all', ...QUICK, '--name', 'all-few', '--ef', '10', '--graphs', '8:50', '--oversampling', '1'],
      { QDRANT_COLLECTION: 'few_papers' },
    );
    expect([finished.code, finished.stderr]).toEqual([0, expect.any(String)]);
    const { experiments } = await readReport('all-few');
    expect(experiments.map(({ name }) => name)).toEqual([
      'precision',
      'hnsw-ef',
      'hnsw',
      'quantization',
      'filters',
      'probes',
    ]);
    const reason = 'product quantization learns from at least 256 papers; there are 100';
    expect(experiments[5]).toMatchObject({
      measurements: [],
      skipped: expect.arrayContaining([expect.objectContaining({ reason })]),
    });
  });

  test('for a collection without an index reports "not indexed" instead of a precision', async () => {
    const { experiments } = await readReport('all-few');
    const ef = experiments.find(({ name }) => name === 'hnsw-ef');
    const problem = 'not indexed: the vector index holds 0 of 100 papers; the others are compared one by one';
    expect(ef?.measurements.map((each) => [each.precision, each.problem])).toEqual(
      ef?.measurements.map(() => [null, problem]),
    );
    expect(ef?.measurements).not.toHaveLength(0);
    expect(ef?.recommendation.sentence).toMatch(/^Nothing can be recommended: not indexed/);
  });
});

describe('apply', () => {
  const chosen = { engine: 'lance', kind: 'ivf_hnsw_sq', m: 8, efConstruct: 60 } as const;

  test('changes the index permanently, and sets the variables that searches read', async () => {
    const [original] = await report('hnsw-ef', 'to-apply', '--ef', '10');
    const [experiment] = original.experiments;
    const recommendation = {
      sentence: '',
      label: 'x',
      index: chosen,
      environment: { SEARCH_HNSW_EF: '200' },
    };
    const changed = { ...original, experiments: [{ ...experiment, recommendation }] };
    await writeFile(path.join(directory, 'reports', 'changed.json'), JSON.stringify(changed));
    const { code, stdout, stderr } = await tune(['apply', 'changed']);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout).toMatch(/Indexed "arxiv_papers" with HNSW_SQ \(m 8, ef_construct 60\)/);
    expect(stdout).toMatch(/Set SEARCH_HNSW_EF in \.env\. Restart paperql serve/);
    expect(await readFile(path.join(directory, '.env'), 'utf8')).toBe('SEARCH_HNSW_EF=200\n');
    await rm(path.join(directory, '.env'));
  });

  test('the chosen index stays when papers are added and indexes are completed', async () => {
    const dataDir = path.join(directory, 'data');
    const store = await openLanceStore({ dataDir, collection: 'arxiv_papers', approximateFromRows: 500 });
    await store.upsert(toPapers(PAPERS).slice(0, 3));
    await store.optimize();
    await store.close();
    const [after] = await report('hnsw-ef', 'after-apply', '--ef', '10');
    expect(after.store.index).toEqual(chosen);
    expect(after.experiments[0]?.builds[0]).toMatchObject({ indexed: PAPERS, total: PAPERS });
  });

  test('--apply applies the recommendation immediately and permanently', async () => {
    // Vectors compressed this way miss too many papers, so another index must be recommended.
    const [original] = await report('hnsw-ef', 'before-compressing', '--ef', '10');
    const compressed = { engine: 'lance', kind: 'ivf_pq', m: null, efConstruct: null };
    const recommendation = { sentence: '', label: 'x', index: compressed, environment: {} };
    const changed = { ...original, experiments: [{ ...original.experiments[0], recommendation }] };
    await writeFile(path.join(directory, 'reports', 'compress.json'), JSON.stringify(changed));
    expect((await tune(['apply', 'compress'])).stdout).toMatch(/Indexed "arxiv_papers" with IVF_PQ/);

    const args = ['--oversampling', '1', '--target', '0.9', '--apply'];
    const [{ experiments, store }, { stdout }] = await report('quantization', 'applied', ...args);
    const recommended = experiments[0]?.recommendation;
    expect(store.index).toEqual(compressed);
    expect(recommended?.index).toMatchObject({ kind: expect.stringMatching(/^(none|ivf_hnsw_sq|ivf_rq)$/) });
    expect(stdout).toMatch(/^Indexed "arxiv_papers" with (no index|HNSW_SQ|IVF_RQ)/m);
    const [after] = await report('precision', 'after-applying');
    expect(after.store.index).toEqual(recommended?.index);
    await rm(path.join(directory, '.env'), { force: true });
  });

  test('rejects a report on another collection, and names it', async () => {
    const { code, stderr } = await tune(['apply', 'changed'], { QDRANT_COLLECTION: 'few_papers' });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /was measured on "arxiv_papers" \(lance\), but the configured collection is "few_papers"/,
      ),
    ]);
  });

  test('does nothing if nothing is recommended', async () => {
    const finished = await tune(['apply', 'whole']);
    expect([finished.code, finished.stdout]).toEqual([0, 'Nothing to apply.\n']);
  });
});

describe('compare', () => {
  test('shows the differences between two reports for each setting', async () => {
    const { code, stdout } = await tune(['compare', 'seed-1', path.join('reports', 'seed-2.json')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/note: queries differ: compared as two samples/);
    expect(stdout).toMatch(/^ {2}hnsw-ef: ef 20 +[\d.]+ +[\d.]+ +-?[\d.]+ \(/m);
  });
});
