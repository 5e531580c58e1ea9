import { describe, expect, test } from '@jest/globals';
import { recommendSetting } from '../../../src/tuning/recommend.js';
import type { Build, ExperimentName, Measurement } from '../../../src/tuning/report.js';
import type { QueryParams, VectorIndex } from '../../../src/store/tuning.js';

type QdrantIndex = VectorIndex & { engine: 'qdrant' };

const CURRENT: QdrantIndex = { engine: 'qdrant', m: 16, efConstruct: 100, quantization: 'none' };

function build(changes: Partial<QdrantIndex> = {}, compressed = 0): Build {
  const parts: Build['memory']['parts'] = [
    { name: 'vectors', bytes: 100 },
    { name: 'graph', bytes: 20 },
    ...(compressed > 0 ? [{ name: 'compressed vectors' as const, bytes: compressed }] : []),
  ];
  return {
    index: { ...CURRENT, ...changes },
    buildMs: 1,
    indexed: 10,
    total: 10,
    memory: { parts, partsFrom: 'counted', processBytes: null },
  };
}

/** With an interval of 1 % on either side of the time. */
function measured(
  label: string,
  params: QueryParams,
  precision: number | null,
  ms: number,
  place = 0,
): Measurement {
  const time = { value: ms, low: ms * 0.99, high: ms * 1.01 };
  const latency = { mean: time, p50: time, p95: time, p99: time };
  return {
    label,
    build: place,
    params: { ef: 100, ...params },
    filter: null,
    precision: precision === null ? null : { value: precision, low: precision, high: precision },
    problem: precision === null ? 'not indexed: none of 10' : null,
    clientMs: latency,
    serverMs: latency,
    throughput: null,
    raw: { precision: [], clientMs: [], serverMs: [] },
  };
}

function recommended(name: ExperimentName, builds: Build[], measurements: Measurement[], target = 0.99) {
  const present = { ef: 100 };
  return recommendSetting({ name, builds, measurements }, { current: CURRENT, present, leastEf: 64, target });
}

describe('hnsw-ef', () => {
  test('recommends the fastest setting that meets the target, compared with the current one in plain words', () => {
    const measurements = [
      measured('ef 10', { ef: 10 }, 0.9, 1),
      measured('ef 64', { ef: 64 }, 0.992, 2),
      measured('ef 100', { ef: 100 }, 0.999, 6),
    ];
    expect(recommended('hnsw-ef', [build()], measurements)).toEqual({
      sentence: 'ef 64 keeps 0.992 of the exact answer in a third of the time of ef 100, which keeps 0.999.',
      label: 'ef 64',
      index: null,
      environment: { SEARCH_HNSW_EF: '64' },
    });
  });

  test('recommends the current setting if no other that meets the target is faster', () => {
    const measurements = [
      measured('ef 100', { ef: 100 }, 0.995, 2),
      measured('ef 200', { ef: 200 }, 0.999, 4),
    ];
    expect(recommended('hnsw-ef', [build()], measurements)).toMatchObject({
      sentence:
        'The current setting is best: ef 100 keeps 0.995 of the exact answer, and no other setting that keeps the target is faster or needs less memory.',
      label: null,
      environment: {},
    });
  });

  test('recommends no change if intervals overlap', () => {
    const measurements = [
      measured('ef 80', { ef: 80 }, 0.995, 1.99),
      measured('ef 100', { ef: 100 }, 0.999, 2),
    ];
    expect(recommended('hnsw-ef', [build()], measurements)).toMatchObject({
      sentence:
        'No difference is worth a change: ef 100 keeps 0.999 of the exact answer; ef 80 takes 0.99 of its time, and the intervals overlap.',
      label: null,
      environment: {},
    });
  });

  test('recommends no change if the significant saving is less than a tenth', () => {
    const measurements = [
      measured('ef 80', { ef: 80 }, 0.995, 1.85),
      measured('ef 100', { ef: 100 }, 0.999, 2),
    ];
    expect(recommended('hnsw-ef', [build()], measurements)).toMatchObject({
      sentence: expect.stringMatching(/^No difference is worth a change: .*less than a tenth\.$/),
      label: null,
    });
  });

  test('compares medians, so that one slow query does not change the result', () => {
    const spoilt = measured('ef 64', { ef: 64 }, 0.995, 1);
    const latency = { ...spoilt.clientMs, mean: { value: 50, low: 1, high: 150 } };
    const measurements = [
      { ...spoilt, clientMs: latency, serverMs: latency },
      measured('ef 100', { ef: 100 }, 0.999, 2),
    ];
    expect(recommended('hnsw-ef', [build()], measurements)).toMatchObject({ label: 'ef 64' });
  });

  describe('fewer candidates than PaperQL’s searches keep', () => {
    const few = measured('ef 20', { ef: 20 }, 0.995, 1);

    test('are not recommended, but mentioned for other clients', () => {
      expect(recommended('hnsw-ef', [build()], [few, measured('ef 100', { ef: 100 }, 1, 2)])).toEqual({
        sentence:
          "The current setting is best: ef 100 keeps 1.000 of the exact answer, and no other setting that keeps the target and that PaperQL's searches can use is faster or needs less memory. " +
          "ef 20 keeps 0.995 of the exact answer in half the time, but PaperQL's searches keep at least 64 candidates, which pages are taken from. " +
          'Fewer would only help similar papers and other clients of the collection.',
        label: null,
        index: null,
        environment: {},
      });
    });

    test('are not recommended even if nothing else was measured', () => {
      expect(recommended('hnsw-ef', [build()], [few])).toMatchObject({
        sentence: expect.stringMatching(/^ef 20 keeps 0\.995 .*other clients of the collection\.$/),
        label: null,
        environment: {},
      });
    });
  });

  test('recommends a setting whose interval includes less than the target, and says so', () => {
    const doubtful = measured('ef 64', { ef: 64 }, 0.992, 1);
    const measurements = [
      { ...doubtful, precision: { value: 0.992, low: 0.985, high: 0.998 } },
      measured('ef 100', { ef: 100 }, 0.999, 2),
    ];
    expect(recommended('hnsw-ef', [build()], measurements)).toMatchObject({
      sentence: expect.stringMatching(
        /These queries do not rule out a precision below 0\.99; use more of them to be sure/,
      ),
      environment: { SEARCH_HNSW_EF: '64' },
    });
  });

  test('recommends nothing if no setting meets the target, and names the most precise one', () => {
    expect(recommended('hnsw-ef', [build()], [measured('ef 100', { ef: 100 }, 0.97, 2)])).toMatchObject({
      sentence: 'No setting keeps 0.99. The most precise, ef 100, keeps 0.970.',
      label: null,
    });
  });

  test('recommends nothing if the vectors are not indexed, because this does not measure precision', () => {
    expect(recommended('hnsw-ef', [build()], [measured('ef 10', { ef: 10 }, null, 2)])).toMatchObject({
      sentence: 'Nothing can be recommended: not indexed: none of 10.',
      label: null,
    });
  });
});

describe('quantization', () => {
  const builds = [build(), build({ quantization: 'scalar' }, 25), build({ quantization: 'binary' }, 3)];
  const plain = measured('no quantization', {}, 0.995, 4);

  test('recommends the setting with the least memory among equally fast ones', () => {
    const measurements = [
      plain,
      measured('int8, rescored', { rescore: true, oversampling: 1 }, 0.994, 4.01, 1),
      measured('binary, rescored', { rescore: true, oversampling: 3 }, 0.8, 1, 2),
    ];
    expect(recommended('quantization', builds, measurements)).toEqual({
      sentence:
        'int8, rescored keeps 0.994 of the exact answer in about the time and 0.38 of the memory of no quantization, which keeps 0.995.',
      label: 'int8, rescored',
      index: { ...CURRENT, quantization: 'scalar' },
      environment: { SEARCH_RESCORE: 'true', SEARCH_OVERSAMPLING: '1' },
    });
  });
});

test.each([
  ['scalar', 'not rescored'],
  ['product', 'not rescored'],
  ['binary', 'rescored'],
  ['turbo4', 'not rescored'],
  ['turbo2', 'rescored'],
  ['turbo1', 'rescored'],
] as const)('describes the current setting by the server’s default: %s is %s', (quantization, label) => {
  const builds = [build({ quantization }, 25)];
  const measurements = [
    measured('not rescored', { rescore: false, oversampling: 1 }, 0.991, 3),
    measured('rescored', { rescore: true, oversampling: 1 }, 0.992, 3),
  ];
  const options = { current: { ...CURRENT, quantization }, present: { ef: 100 }, leastEf: 64, target: 0.99 };
  const { sentence } = recommendSetting({ name: 'quantization', builds, measurements }, options);
  expect(sentence).toMatch(new RegExp(`^The current setting is best: ${label} keeps`));
});

describe('hnsw', () => {
  test('changes only the index', () => {
    const builds = [build(), build({ m: 8, efConstruct: 50 })];
    const measurements = [measured('as it is', {}, 0.999, 4, 0), measured('m 8', {}, 0.991, 2, 1)];
    expect(recommended('hnsw', builds, measurements)).toMatchObject({
      index: { ...CURRENT, m: 8, efConstruct: 50 },
      environment: {},
      sentence: 'm 8 keeps 0.991 of the exact answer in half the time of as it is, which keeps 0.999.',
    });
  });
});

describe('precision', () => {
  const exact = measured('exact', { exact: true }, 1, 20);

  test('says how precise the index is and how much time it saves', () => {
    expect(recommended('precision', [build()], [exact, measured('approximate', {}, 0.995, 2)])).toMatchObject(
      {
        sentence:
          'The index keeps 0.995 of the exact answer in a tenth of the time of an exact search, which meets the target of 0.99.',
        label: null,
      },
    );
  });

  test('suggests further experiments if the target is missed', () => {
    const { sentence } = recommended('precision', [build()], [exact, measured('approximate', {}, 0.9, 2)]);
    expect(sentence).toMatch(/misses the target of 0\.99\. Try .*hnsw-ef/);
  });

  test('is not 1.0 if nothing is indexed, although the exact search is precise', () => {
    const { sentence } = recommended('precision', [build()], [exact, measured('approximate', {}, null, 2)]);
    expect(sentence).toBe('Nothing can be recommended: not indexed: none of 10.');
  });
});

describe('filters', () => {
  function filtered(label: string, selected: number, precision: number, ms: number): Measurement {
    const filter = { share: selected / 1_000, selected, description: label };
    return { ...measured(label, {}, precision, ms), filter };
  }

  test('says which filter has the lowest precision and which is the slowest', () => {
    const measurements = [filtered('100%', 1_000, 0.99, 2), filtered('1%', 10, 0.95, 4)];
    expect(recommended('filters', [build()], measurements).sentence).toBe(
      'Precision is at least 0.950 (at 1%); the slowest filter, 1%, takes 2.0 times the time of 100%.',
    );
  });

  test('says so if no filter makes a search slower', () => {
    const measurements = [filtered('100%', 1_000, 0.99, 2), filtered('1%', 10, 1, 1)];
    expect(recommended('filters', [build()], measurements).sentence).toBe(
      'Precision is at least 0.990 (at 100%); no filter makes a search slower.',
    );
  });
});
