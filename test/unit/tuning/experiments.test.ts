import { describe, expect, test } from '@jest/globals';
import { TARGET } from './stand-in-store.js';
import type { VectorIndex } from '../../../src/store/tuning.js';
import {
  isPlan,
  planExperiment,
  type ExperimentChoices,
  type Plan,
} from '../../../src/tuning/experiments.js';
import { EXPERIMENTS, type ExperimentName } from '../../../src/tuning/report.js';

const CHOICES: ExperimentChoices = {
  efs: [10, 50],
  graphs: [
    { m: 8, efConstruct: 50 },
    { m: 16, efConstruct: 100 },
  ],
  oversamplings: [1, 2],
  probes: [1, 20, 50, 100],
  filters: [{ share: 0.1, selected: 100, filter: {}, description: '10% (100 papers)' }],
  present: { ef: 100 },
};
const LANCE: VectorIndex = { engine: 'lance', kind: 'ivf_hnsw_sq', m: 16, efConstruct: 100 };

function plan(name: ExperimentName, index: VectorIndex = TARGET.index): Plan {
  const partitions = index.engine === 'lance' ? 40 : null;
  const planned = planExperiment(name, { ...TARGET, index, partitions }, CHOICES);
  if (!isPlan(planned)) throw new Error(planned.reason);
  return planned;
}

function labels({ stages }: Plan): string[][] {
  return stages.map(({ settings }) => settings.map(({ label }) => label));
}

describe('on Qdrant', () => {
  test('precision compares the existing index with an exact search', () => {
    expect(plan('precision')).toMatchObject({
      changesIndex: false,
      stages: [{ index: TARGET.index, settings: [{ params: { exact: true } }, { params: { ef: 100 } }] }],
    });
  });

  test('hnsw-ef measures each number of candidates, including the current one', () => {
    expect(labels(plan('hnsw-ef'))).toEqual([['ef 10', 'ef 50', 'ef 100']]);
  });

  test('every experiment uses the configured parameters, except those that it varies', () => {
    const present = { ef: 64, rescore: true, oversampling: 3 };
    const paramsOf = (name: ExperimentName) => {
      const planned = planExperiment(name, TARGET, { ...CHOICES, present });
      if (!isPlan(planned)) throw new Error(planned.reason);
      return planned.stages.flatMap(({ settings }) => settings.map(({ params }) => params));
    };
    expect(paramsOf('precision')).toEqual([{ exact: true }, present]);
    expect(paramsOf('filters')).toEqual([present]);
    expect(paramsOf('hnsw')).toEqual([present, present]);
    expect(paramsOf('hnsw-ef')).toEqual([10, 50, 64].map((ef) => ({ ...present, ef })));
    expect(paramsOf('quantization')[1]).toEqual({ ef: 64, rescore: false, oversampling: 1 });
  });

  test('hnsw measures the existing graph first, and each graph once', () => {
    expect(plan('hnsw').stages.map(({ index }) => index)).toEqual([
      TARGET.index,
      { ...TARGET.index, m: 8, efConstruct: 50 },
    ]);
  });

  test('quantization crosses rescoring with oversampling for each kind', () => {
    const { stages, changesIndex } = plan('quantization');
    expect(changesIndex).toBe(true);
    expect(stages.map(({ index }) => index)).toEqual(
      ['none', 'scalar', 'product', 'binary', 'turbo4', 'turbo2', 'turbo1'].map((quantization) => ({
        ...TARGET.index,
        quantization,
      })),
    );
    expect(stages[0]?.settings.map(({ params }) => params)).toEqual([{ ef: 100 }]);
    expect(stages[1]?.settings.map(({ params }) => params)).toEqual([
      { ef: 100, rescore: false, oversampling: 1 },
      { ef: 100, rescore: false, oversampling: 2 },
      { ef: 100, rescore: true, oversampling: 1 },
      { ef: 100, rescore: true, oversampling: 2 },
    ]);
  });

  test('filters measures each filter', () => {
    expect(labels(plan('filters'))).toEqual([['10% (100 papers)']]);
  });

  test('probes has nothing to measure, and says why', () => {
    expect(planExperiment('probes', TARGET, CHOICES)).toEqual({
      label: 'probes',
      reason: 'Qdrant has no index with partitions',
    });
  });

  test('hnsw skips a quantization that it could not restore', () => {
    const index: VectorIndex = { engine: 'qdrant', m: 16, efConstruct: 100, quantization: 'other' };
    expect(planExperiment('hnsw', { ...TARGET, index }, CHOICES)).toMatchObject({ label: 'hnsw' });
  });
});

describe('on the embedded store', () => {
  test('quantization measures its index kinds, with refine factors', () => {
    const { stages } = plan('quantization', LANCE);
    expect(stages.map(({ index }) => index)).toEqual([
      { engine: 'lance', kind: 'none', m: null, efConstruct: null },
      LANCE,
      { ...LANCE, kind: 'ivf_hnsw_pq' },
      { engine: 'lance', kind: 'ivf_pq', m: null, efConstruct: null },
      { engine: 'lance', kind: 'ivf_rq', m: null, efConstruct: null },
    ]);
    expect(labels({ ...plan('quantization', LANCE), stages: stages.slice(0, 2) })).toEqual([
      ['no index, exact'],
      ['HNSW_SQ, not rescored', 'HNSW_SQ, rescored, oversampling 1', 'HNSW_SQ, rescored, oversampling 2'],
    ]);
  });

  test('hnsw builds graphs of the existing kind', () => {
    expect(plan('hnsw', LANCE).stages.map(({ index }) => index)).toEqual([
      LANCE,
      { ...LANCE, m: 8, efConstruct: 50 },
    ]);
  });

  test('probes measures an index with a known number of partitions, and the existing graph', () => {
    expect(plan('probes', LANCE)).toMatchObject({
      question: 'How many of 40 partitions should a search look into?',
      changesIndex: true,
      stages: [
        { index: { kind: 'ivf_pq' }, settings: [1, 20, 40].map((probes) => ({ params: { probes } })) },
        { index: LANCE, settings: [{ params: { ef: 100 } }] },
      ],
    });
  });

  test('hnsw-ef has nothing to measure without a graph', () => {
    for (const [kind, name] of [
      ['ivf_pq', 'IVF_PQ'],
      ['ivf_rq', 'IVF_RQ'],
    ] as const) {
      const index: VectorIndex = { engine: 'lance', kind, m: null, efConstruct: null };
      expect(planExperiment('hnsw-ef', { ...TARGET, index }, CHOICES)).toMatchObject({
        reason: `the index of the collection is ${name}, which has no graph`,
      });
    }
  });
});

test.each(EXPERIMENTS.map((name) => [name]))('%s: no two settings have the same label', (name) => {
  for (const index of [TARGET.index, LANCE]) {
    const planned = planExperiment(name, { ...TARGET, index }, CHOICES);
    const all = isPlan(planned) ? labels(planned).flat() : [];
    expect(new Set(all).size).toBe(all.length);
  }
});
