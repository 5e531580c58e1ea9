import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Report, type Experiment } from '../../src/tuning/report.js';
import { finish, runPaperql, spawnPaperql, type Finished } from '../support/process.js';
import { refusal } from '../support/qdrant-server.js';
import { startTuningStandIn, type StandInOptions } from '../support/tuning-stand-in.js';
import { fillTuningPapers, PAPERS } from '../support/tuning-papers.js';

/** `paperql tune` on a Qdrant server that fails, rejects requests or is slow in ways that a real one cannot be made to. */

const COLLECTION = 'papers';
const QUICK = ['--sample', '4', '--k', '3', '--repeats', '2'];

const isOnCopy = (requestPath: string) => requestPath.includes(`/${COLLECTION}_tune_`);
const isQuery = (requestPath: string) => requestPath.endsWith('/points/query');

/** A collection on its own server, a folder, and functions that use them. */
async function startTuning() {
  const directory = await mkdtemp(path.join(tmpdir(), 'paperql-tune-qdrant-'));
  const options: StandInOptions = {};
  const server = await startTuningStandIn(options);
  await fillTuningPapers(server.url, COLLECTION, false);
  const environment = { STORE: 'qdrant', QDRANT_URL: server.url, QDRANT_COLLECTION: COLLECTION };
  const tune = (...args: string[]) => runPaperql(['tune', ...args], environment, directory);
  const report = async (name: string) =>
    Report.parse(JSON.parse(await readFile(path.join(directory, 'reports', `${name}.json`), 'utf8')));
  /** Runs one experiment, expects success, and returns its report. */
  const measured = async (name: string, ...args: string[]): Promise<[Experiment, Finished]> => {
    const finished = await tune(name, ...QUICK, '--name', 'measured', ...args);
    expect([finished.code, finished.code === 0 ? '' : finished.stderr]).toEqual([0, '']);
    const [experiment] = (await report('measured')).experiments;
    if (!experiment) throw new Error(`${name} was not measured`);
    return [experiment, finished];
  };
  const collections = () => [...server.collections.keys()];
  const settings = () => server.collections.get(COLLECTION)?.config;
  return { directory, options, server, environment, tune, report, measured, collections, settings };
}

type Tuning = Awaited<ReturnType<typeof startTuning>>;

/** These tests run concurrently, because tuning waits between its measurements. */
async function withTuning(body: (tuning: Tuning) => Promise<void>): Promise<void> {
  const tuning = await startTuning();
  try {
    await body(tuning);
  } finally {
    await tuning.server.close();
    await rm(tuning.directory, { recursive: true });
  }
}

describe('memory', () => {
  test.concurrent('is what the server reports, if it reports any', () =>
    withTuning(async ({ measured }) => {
      const [{ builds }, { stdout }] = await measured('hnsw-ef');
      expect(builds[0]?.memory).toEqual({
        parts: [
          { name: 'vectors', bytes: PAPERS * 48 },
          { name: 'graph', bytes: PAPERS * 16 },
        ],
        partsFrom: expect.stringMatching(/^measured: the server’s account/),
        processBytes: 50_000_000,
      });
      expect(stdout).not.toMatch(/memory computed/);
    }),
  );

  test.concurrent('is computed from the formats if the server reports none, and the report says so', () =>
    withTuning(async ({ directory, options, measured }) => {
      options.instead = ({ path: asked }) =>
        asked.endsWith('/memory') || asked.startsWith('/telemetry') ? refusal(404, '') : undefined;
      const [{ builds }, { stdout }] = await measured('quantization', '--oversampling', '1');
      // Vectors with 12 numbers, graphs with m 8.
      const [vectors, graph] = [PAPERS * 12 * 4, PAPERS * 2 * 8 * 4];
      const numbers = PAPERS * 12;
      const compressed = [
        null,
        numbers,
        ...[1 / 4, 1 / 8, 4 / 8, 2 / 8, 1 / 8].map((share) => Math.ceil(numbers * share)),
      ];
      expect(builds.map(({ memory }) => memory)).toEqual(
        compressed.map((bytes) => ({
          parts: [
            { name: 'vectors', bytes: vectors },
            { name: 'graph', bytes: graph },
            ...(bytes === null ? [] : [{ name: 'compressed vectors', bytes }]),
          ],
          partsFrom: expect.stringMatching(/^computed: 4 bytes a number/),
          processBytes: null,
        })),
      );
      expect(stdout).toMatch(/^ {2}memory computed: 4 bytes a number/m);
      expect(await readFile(path.join(directory, 'reports', 'measured.html'), 'utf8')).toMatch(
        /<dt>memory<\/dt><dd>computed: 4 bytes a number/,
      );
    }),
  );
});

describe('a failure', () => {
  const brokenOnCopy: StandInOptions['instead'] = ({ path: asked }) =>
    isOnCopy(asked) && isQuery(asked) ? refusal(500, 'broken') : undefined;

  test.concurrent(
    'during an experiment deletes the scratch copy, is explained in a sentence, and keeps earlier measurements',
    () =>
      withTuning(async ({ options, tune, report, collections }) => {
        options.instead = brokenOnCopy;
        const { code, stdout, stderr } = await tune(
          'all',
          ...QUICK,
          '--name',
          'failed',
          '--selectivity',
          '100',
        );
        expect([code, stderr]).toEqual([1, expect.stringMatching(/Qdrant at [\d.:]+ failed \(status 500\)/)]);
        expect(stderr).not.toMatch(/^\s+at |unexpected/m);
        expect(collections()).toEqual([COLLECTION]);
        expect((await report('failed')).experiments.map(({ name }) => name)).toEqual([
          'precision',
          'hnsw-ef',
        ]);
        expect(stdout).toMatch(/^precision: /m);
      }),
  );

  test.concurrent('in place restores the settings', () =>
    withTuning(async ({ options, tune, settings }) => {
      let queries = 0;
      options.instead = ({ path: asked }) =>
        isQuery(asked) && settings()?.hnsw_config['m'] === 4 && ++queries > 3
          ? refusal(500, 'broken')
          : undefined;
      const { code } = await tune('hnsw', ...QUICK, '--graphs', '4:8', '--in-place');
      // The fourth query was tried three times.
      expect([code, queries]).toEqual([1, 6]);
      expect(settings()).toMatchObject({
        hnsw_config: { m: 8, ef_construct: 32 },
        metadata: { index_settings_before_tuning: null },
      });
    }),
  );

  test.concurrent(
    'to delete the copy names the copy and the command that deletes it, as well as the first failure',
    () =>
      withTuning(async ({ options, tune }) => {
        options.instead = (request) =>
          request.method === 'DELETE' ? refusal(500, 'read-only') : brokenOnCopy(request);
        const { code, stderr } = await tune('hnsw', ...QUICK, '--graphs', '4:8');
        expect(code).toBe(1);
        expect(stderr).toMatch(
          /The scratch copy "papers_tune_\w+" could not be deleted \(.*\); delete it with paperql tune clean/,
        );
        expect(stderr).toMatch(/^Qdrant at [\d.:]+ failed \(status 500\)$/m);
      }),
  );

  test.concurrent(
    'to restore the settings exits with 1 and says how to fix it, although everything was measured',
    () =>
      withTuning(async ({ options, tune, report, settings }) => {
        options.instead = ({ method, body }) =>
          method === 'PATCH' && JSON.stringify(body).startsWith('{"hnsw_config":{"m":8')
            ? refusal(500, 'read-only')
            : undefined;
        const args = ['hnsw', ...QUICK, '--graphs', '4:8', '--in-place', '--name', 'not-restored'];
        const { code, stderr } = await tune(...args);
        expect([code, stderr]).toEqual([
          1,
          expect.stringMatching(
            /The settings of "papers" could not be restored .*the next run will restore them/,
          ),
        ]);
        expect((await report('not-restored')).experiments).toHaveLength(1);
        options.instead = () => undefined;
        expect((await tune('precision', ...QUICK)).stderr).toMatch(
          /Restored the settings of the collection, which a killed run had left changed/,
        );
        expect(settings()).toMatchObject({ hnsw_config: { m: 8, ef_construct: 32 } });
      }),
  );
});

test.concurrent('connections that fail briefly are retried', () =>
  withTuning(async ({ options, measured, collections }) => {
    const failed = new Set<string>();
    options.instead = ({ method, path: asked }) => {
      const kind = `${method} ${asked.replace(/_tune_\w+/, '_copy')}`;
      const isBroken = /^(PUT|PATCH|DELETE|GET) [^?]+_copy$|query$|points\?/.test(kind) && isOnCopy(asked);
      if (!isBroken || failed.has(kind)) return undefined;
      failed.add(kind);
      return 'reset';
    };
    const [{ builds, skipped }] = await measured('hnsw', '--graphs', '4:8');
    expect([builds.length, skipped]).toEqual([2, []]);
    expect([...failed].sort()).toEqual([
      'DELETE /collections/papers_copy',
      'GET /collections/papers_copy',
      'PATCH /collections/papers_copy',
      'POST /collections/papers_copy/points/query',
      'PUT /collections/papers_copy',
      'PUT /collections/papers_copy/points?wait=true',
    ]);
    expect(collections()).toEqual([COLLECTION]);
  }),
);

test.concurrent('a server that does not say what it indexes is measured', () =>
  withTuning(async ({ options, measured }) => {
    options.instead = ({ path: asked }) =>
      asked.includes('/optimizations') ? refusal(500, 'busy') : undefined;
    const [{ builds, skipped }] = await measured('hnsw', '--graphs', '4:8');
    expect([builds.map(({ indexed }) => indexed), skipped]).toEqual([[PAPERS, PAPERS], []]);
  }),
);

test.concurrent('a server that has paused indexing after a restart continues, and is measured', () =>
  withTuning(async ({ server, options, measured }) => {
    const collection = server.collections.get(COLLECTION);
    if (collection) collection.isPaused = true;
    // Restarts once more, while it indexes the scratch copy.
    let restarts = 1;
    options.instead = ({ method, path: asked }) => {
      const copy = server.collections.get(asked.split('/')[2] ?? '');
      if (method === 'GET' && copy?.config.hnsw_config['m'] === 4 && restarts-- > 0) copy.isPaused = true;
      return undefined;
    };
    const [{ measurements, builds }] = await measured('hnsw', '--graphs', '4:8');
    expect(measurements.map(({ problem }) => problem)).toEqual([null, null]);
    expect(builds.map(({ indexed }) => indexed)).toEqual([PAPERS, PAPERS]);
    expect(collection?.isPaused).toBe(false);
  }),
);

test.concurrent('a server that stops answering is a failure, not a setting to skip', () =>
  withTuning(async ({ options, tune, collections }) => {
    options.instead = ({ method, path: asked }) =>
      method === 'PATCH' && isOnCopy(asked) ? 'reset' : undefined;
    const { code, stderr } = await tune('quantization', ...QUICK, '--name', 'away');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^The connection to Qdrant at .* failed/m)]);
    expect(collections()).toEqual([COLLECTION]);
  }),
);

test.concurrent('SIGINT while papers are copied deletes the unfinished copy', () =>
  withTuning(async ({ directory, options, server, environment, collections }) => {
    let child: ReturnType<typeof spawnPaperql> | null = null;
    options.instead = ({ method, path: asked }) => {
      if (method === 'PUT' && isOnCopy(asked) && asked.includes('/points')) child?.kill('SIGINT');
      return undefined;
    };
    child = spawnPaperql(['tune', 'hnsw', ...QUICK], environment, directory);
    const { code, stderr } = await finish(child);
    expect([code, stderr]).toEqual([130, expect.stringMatching(/Finishing work in flight/)]);
    expect(server.requests.some(({ method, path: asked }) => method === 'DELETE' && isOnCopy(asked))).toBe(
      true,
    );
    expect(collections()).toEqual([COLLECTION]);
  }),
);

test.concurrent(
  'if the folder of reports disappears meanwhile, the figures are kept in a temporary folder',
  () =>
    withTuning(async ({ directory, options, tune }) => {
      const reports = path.join(directory, 'reports');
      options.instead = ({ path: asked }) => {
        if (!isQuery(asked)) return undefined;
        rmSync(reports, { recursive: true, force: true });
        writeFileSync(reports, 'a file now');
        return undefined;
      };
      const { code, stdout, stderr } = await tune('precision', ...QUICK, '--name', 'kept');
      expect([code, stdout]).toEqual([1, expect.stringMatching(/^precision: /m)]);
      const file = /^Cannot write the report: E.*\. Its figures are in (\S+kept\.json)$/m.exec(stderr)?.[1];
      const kept = Report.parse(JSON.parse(await readFile(file ?? '', 'utf8')));
      expect(kept.experiments.map(({ name }) => name)).toEqual(['precision']);
      await rm(path.dirname(file ?? ''), { recursive: true });
    }),
);

describe('settings that cannot be measured are skipped with the reason, and the others are measured', () => {
  test.concurrent('a setting that the server rejects', () =>
    withTuning(async ({ options, measured }) => {
      options.instead = ({ method, body }) =>
        method === 'PATCH' && JSON.stringify(body).includes('"product"')
          ? refusal(400, 'Format error in JSON body: unknown variant `product`')
          : undefined;
      const [{ skipped, builds }, { stdout }] = await measured('quantization', '--oversampling', '1');
      const reason = expect.stringMatching(/unknown variant `product`/);
      expect(skipped).toEqual([
        { label: 'product x16, not rescored, oversampling 1', reason },
        { label: 'product x16, rescored, oversampling 1', reason },
      ]);
      expect(builds).toHaveLength(6);
      expect(stdout).toMatch(/skipped product x16, not rescored, oversampling 1: .*unknown variant/);
    }),
  );

  test.concurrent('a setting whose indexing exceeds the time limit', () =>
    withTuning(async ({ options, server, measured, collections }) => {
      options.instead = ({ path: asked }) => {
        const copy = server.collections.get(collections().find((name) => isOnCopy(`/${name}`)) ?? '');
        const isSlow = copy?.config.hnsw_config['m'] === 4 && asked.endsWith('optimizations');
        const running = { progress: { name: 'main_graph', done: 7, total: PAPERS }, segments: [] };
        return isSlow
          ? {
              status: 200,
              body: {
                result: { summary: { queued_optimizations: 1 }, running: [running] },
                status: 'ok',
                time: 0,
              },
            }
          : undefined;
      };
      const [{ skipped, builds }, { stderr }] = await measured(
        'hnsw',
        '--graphs',
        '4:8,5:9',
        '--build-limit',
        '6',
      );
      expect(skipped).toEqual([
        {
          label: 'm 4, ef_construct 8',
          reason: 'Indexing by Qdrant was not done within 6 s',
        },
      ]);
      expect(builds.map(({ index }) => index)).toMatchObject([{ m: 8 }, { m: 5 }]);
      expect(stderr).toMatch(/^main graph 7\/300$/m);
    }),
  );
});

test.concurrent('a setting without a complete index is reported as not indexed, without precision', () =>
  withTuning(async ({ options, measured }) => {
    options.unindexed = 120;
    const [{ measurements, recommendation }, { stderr, stdout }] = await measured('hnsw-ef', '--ef', '50');
    expect(stderr).toMatch(/ef 50 {2}asked 4 {2}precision not indexed {2}p50 ms/);
    expect(stdout).toMatch(/ef 50 +not indexed/);
    expect(measurements[0]).toMatchObject({
      precision: null,
      problem: expect.stringMatching(/^not indexed: the vector index holds 180 of 300 papers/),
    });
    expect(recommendation.sentence).toMatch(/^Nothing can be recommended: not indexed/);
  }),
);

describe('--apply', () => {
  /** Searching compressed vectors is four times as fast. */
  const faster: StandInOptions['secondsOf'] = ({ config }) => (config.quantization_config ? 0.001 : 0.004);

  test.concurrent('applies the recommendation immediately and permanently', () =>
    withTuning(async ({ directory, options, measured, collections, settings }) => {
      options.secondsOf = faster;
      const [{ recommendation }, { stdout }] = await measured(
        'quantization',
        '--oversampling',
        '2',
        '--apply',
      );
      expect(recommendation).toMatchObject({
        label: expect.stringMatching(/oversampling 2$/),
        index: { quantization: expect.stringMatching(/scalar|product|binary|turbo/), m: 8, efConstruct: 32 },
        environment: { SEARCH_OVERSAMPLING: '2' },
      });
      expect(recommendation.sentence).toMatch(/in a quarter of the time .*of no quantization/);
      expect(stdout).toMatch(/^ {2}paperql tune apply measured$/m);
      expect(stdout).toMatch(/^Indexed "papers" with m 8, ef_construct 32, /m);
      const [kind = 'none'] = Object.keys(settings()?.quantization_config ?? {});
      expect(recommendation.index).toMatchObject({
        quantization: expect.stringMatching(new RegExp(`^${kind}\\d?$`)),
      });
      expect(settings()?.metadata).toEqual({ index_settings_before_tuning: null });
      expect(await readFile(path.join(directory, '.env'), 'utf8')).toMatch(/^SEARCH_OVERSAMPLING=2$/m);
      expect(collections()).toEqual([COLLECTION]);
    }),
  );

  test.concurrent('changes nothing if no difference is worth a change', () =>
    withTuning(async ({ measured }) => {
      const [, { stdout }] = await measured('hnsw-ef', '--ef', '64,200', '--apply');
      expect(stdout).toMatch(/The current setting is best: ef 100|No difference is worth a change/);
      expect(stdout).toMatch(/^Nothing to apply\.$/m);
    }),
  );

  test.concurrent('says what to set if .env cannot be written', () =>
    withTuning(async ({ directory, options, environment }) => {
      options.secondsOf = (_, { hnsw_ef: ef }) => Number(ef) / 1_000;
      await mkdir(path.join(directory, '.env'));
      const { code, stderr } = await runPaperql(
        ['tune', 'hnsw-ef', ...QUICK, '--ef', '100', '--apply'],
        { ...environment, SEARCH_HNSW_EF: '400' },
        directory,
      );
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(
          /Cannot write \.env \(.*\); set SEARCH_HNSW_EF=100 in the environment of paperql serve/,
        ),
      ]);
    }),
  );
});

test.concurrent('searches are measured with the configured parameters', () =>
  withTuning(async ({ directory, server, environment }) => {
    const asking = { SEARCH_HNSW_EF: '20', SEARCH_OVERSAMPLING: '2' };
    await runPaperql(['tune', 'precision', ...QUICK], { ...environment, ...asking }, directory);
    const asked = server.requests.filter(({ path: each }) => isQuery(each)).map(({ body }) => body);
    // Never fewer candidates than the window that a page is cut from.
    const params = { hnsw_ef: 100, quantization: { oversampling: 2 } };
    expect(asked).toContainEqual(expect.objectContaining({ params }));
  }),
);
