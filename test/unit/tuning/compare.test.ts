import { describe, expect, test } from '@jest/globals';
import { compareReports, findCaveats, formatComparison, verdict } from '../../../src/tuning/compare.js';
import { estimateLatency, estimateMean } from '../../../src/tuning/estimates.js';
import type { Measurement, Report } from '../../../src/tuning/report.js';

const QUERIES = Array.from({ length: 40 }, (_, at) => `query ${at}`);

function measurement(label: string, precision: number[], ms: number[]): Measurement {
  const clientMs = ms.map((each) => [each, each * 1.1]);
  return {
    label,
    build: 0,
    params: {},
    filter: null,
    precision: estimateMean(precision),
    problem: null,
    clientMs: estimateLatency(clientMs),
    serverMs: null,
    throughput: null,
    raw: { precision, clientMs, serverMs: null },
  };
}

function report(name: string, measurements: Measurement[], changes: Partial<Report> = {}): Report {
  return {
    format: 'paperql-tuning-1',
    name,
    startedAt: '2026-01-01T00:00:00.000Z',
    seconds: 1,
    versions: { paperql: '0', node: 'v20', engine: 'LanceDB 1' },
    machine: { system: 'Linux', cpu: 'one', cores: 2, memoryBytes: 1, load: 0 },
    store: {
      kind: 'lance',
      address: 'LanceDB in ./data',
      collection: 'papers',
      points: 1_000,
      dimension: 2,
      index: { engine: 'lance', kind: 'ivf_pq', m: null, efConstruct: null },
    },
    queries: { source: '40 papers', names: QUERIES },
    parameters: { k: 10, repeats: 2, seed: 1, target: 0.99, concurrency: null, confidence: 0.95 },
    experiments: [
      {
        name: 'hnsw-ef',
        question: '?',
        ranOn: 'collection',
        builds: [],
        measurements,
        skipped: [],
        recommendation: { sentence: '', label: null, index: null, environment: {} },
      },
    ],
    skipped: [],
    ...changes,
  };
}

const ms = QUERIES.map((_, at) => 2 + (at % 7));
const precision = QUERIES.map((_, at) => (at % 5 === 0 ? 0.9 : 1));

describe('of the same queries', () => {
  const before = report('before', [measurement('ef 10', precision, ms), measurement('ef 20', precision, ms)]);

  test('a change in every query is distinguished from chance, although queries differ from each other', () => {
    const after = report('after', [
      measurement(
        'ef 10',
        precision.map((each) => each - 0.01),
        ms.map((each) => each * 0.95),
      ),
    ]);
    const [only, ...others] = compareReports(before, after);
    expect(others).toEqual([]);
    expect(only?.label).toBe('ef 10');
    expect(only?.precision?.value).toBeCloseTo(-0.01, 10);
    expect(only?.precision?.high).toBeLessThan(0);
    expect(only?.time.value).toBeCloseTo(0.95, 10);
    expect(only?.time.high).toBeLessThan(1);
    expect(formatComparison(before, after)).toMatch(/hnsw-ef: ef 10 .* worse .* better$/m);
  });

  test('queries that had to wait once do not change the result', () => {
    const busy = ms.map((each, at) => (at % 10 === 3 ? each * 200 : each));
    const [only] = compareReports(before, report('after', [measurement('ef 10', precision, busy)]));
    expect(only?.time).toEqual({ value: 1, low: 1, high: 1 });
  });

  test('nor does the way in which means were computed', () => {
    const sums = precision.map((each) => (each + each + each) / 3 - 1e-16);
    const after = report('after', [measurement('ef 10', sums, ms)]);
    expect(formatComparison(before, after)).not.toMatch(/ {3}(better|worse)/);
  });

  test('equal figures are not mentioned', () => {
    const [only] = compareReports(before, before);
    expect([only?.precision?.value, only?.time.value]).toEqual([0, 1]);
    expect(formatComparison(before, before)).not.toMatch(/ {3}(better|worse)/);
  });
});

test('the same change with other queries is within chance', () => {
  const names = QUERIES.map((name) => `other ${name}`);
  const a = report('a', [measurement('ef 10', precision, ms)]);
  const b = report(
    'b',
    [
      measurement(
        'ef 10',
        precision,
        ms.map((each) => each * 0.97),
      ),
    ],
    {
      queries: { source: '40 others', names },
    },
  );
  const [only] = compareReports(a, b);
  expect(only?.time.low).toBeLessThan(1);
  expect(only?.time.high).toBeGreaterThan(1);
  expect(findCaveats(a, b)).toEqual(['queries differ: compared as two samples, not pair by pair']);
});

test('other explanations of a difference are listed', () => {
  const a = report('a', []);
  const b = report('b', [], {
    machine: { ...a.machine, cores: 8 },
    parameters: { ...a.parameters, k: 20 },
    store: { ...a.store, points: 2_000 },
  });
  expect(findCaveats(a, b)).toEqual([
    'the reports are from different machines',
    'k differs: 10, 20',
    'papers differ: 1000, 2000',
  ]);
  expect(formatComparison(a, b)).toBe('The reports have no setting in common.');
});

test.each([
  [{ value: 0.1, low: 0.05, high: 0.2 }, 0, 'more is better', 'better'],
  [{ value: -0.1, low: -0.2, high: -0.05 }, 0, 'more is better', 'worse'],
  [{ value: 0.1, low: -0.05, high: 0.2 }, 0, 'more is better', ''],
  [{ value: 0.5, low: 0.4, high: 0.6 }, 1, 'less is better', 'better'],
  [{ value: 1.5, low: 1.4, high: 1.6 }, 1, 'less is better', 'worse'],
] as const)('%p against %p where %s is %p', (estimate, same, sense, expected) => {
  expect(verdict(estimate, same, sense)).toBe(expected);
});
