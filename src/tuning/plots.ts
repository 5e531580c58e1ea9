import type { TopLevelSpec } from 'vega-lite';
import { paretoFront, queriesPerSecond, sideOf } from './figures.js';
import { LABEL_OFFSET, toSpotLabels } from './plot-labels.js';
import type { Experiment } from './report.js';
import { indexInWords } from './settings.js';
import { percentile } from '../evaluation/statistics.js';

/**
 * Vega-Lite specifications for the plots of an experiment. Points have the same numbers as the settings in its table.
 */

export interface Plot {
  title: string;
  /** Text alternative for people who cannot see the plot. */
  description: string;
  spec: TopLevelSpec;
}

const WIDTH = 560;
const HEIGHT = 320;
/** Space above and below the points, as a factor. */
const MARGIN = 1.25;
/** The text colour of the page, light or dark. */
const INK = 'currentColor';
const CONFIG = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelColor: INK,
    titleColor: INK,
    domainColor: INK,
    tickColor: INK,
    gridColor: INK,
    gridOpacity: 0.12,
  },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelLimit: 600,
    symbolOpacity: 1,
    labelColor: INK,
    titleColor: INK,
  },
  text: { color: INK },
  view: { stroke: null },
} as const;
const FRONT_COLOR = '#dc2626';
const SINGLE_COLOR = '#3b82f6';

export function toPlots(experiment: Experiment): Plot[] {
  return [
    ...precisionAgainstSpeed(experiment),
    ...latencies(experiment),
    ...buildTimes(experiment),
    ...memories(experiment),
  ];
}

/** Position of a setting in the plot, and the ends of its interval. */
interface Point {
  number: number;
  label: string;
  index: string;
  precision: number;
  low: number;
  high: number;
  speed: number;
}

/** Drawn as in ann-benchmarks: up and to the right is better. */
function precisionAgainstSpeed({ measurements, builds }: Experiment): Plot[] {
  const points = measurements.flatMap((each, at): Point[] => {
    if (each.precision === null) return [];
    const { value: precision, low, high } = each.precision;
    const build = builds[each.build];
    const index = build ? indexInWords(build.index) : '';
    return [
      { number: at + 1, label: each.label, index, precision, low, high, speed: queriesPerSecond(each) },
    ];
  });
  if (points.length === 0) return [];
  return [
    {
      title: 'Precision against speed',
      description:
        'Precision of each setting against queries a second, one at a time, by the median; up and to the right is better. Settings that no other beats are ringed and joined.',
      spec: {
        width: WIDTH,
        height: HEIGHT,
        config: CONFIG,
        data: { values: points },
        layer: pointLayers(points),
      },
    },
  ];
}

type Layers = Extract<TopLevelSpec, { layer: unknown[] }>['layer'];

/** Draws the points of the settings with their intervals and labels, and a line through those that no other beats. */
function pointLayers(points: Point[]): Layers {
  const front = paretoFront(points, ({ precision, speed }) => [precision, speed]);
  const { x, y, place } = axesOf(points);
  const isSingle = new Set(points.map(({ index }) => index)).size === 1;
  const color = isSingle
    ? { value: SINGLE_COLOR }
    : ({ field: 'index', type: 'nominal', title: 'index', scale: { scheme: 'tableau10' } } as const);
  const labels = toSpotLabels(points.map((point) => ({ ...point, ...place(point) })));
  return [
    {
      data: { values: front },
      mark: { type: 'line', color: FRONT_COLOR, strokeDash: [5, 3], interpolate: 'linear' },
      encoding: { x, y },
    },
    {
      mark: { type: 'rule', opacity: 0.35 },
      encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color },
    },
    { mark: { type: 'point', filled: true, size: 90, opacity: 1 }, encoding: { x, y, color } },
    {
      data: { values: front },
      mark: { type: 'point', size: 220, color: FRONT_COLOR, strokeWidth: 1.5 },
      encoding: { x, y },
    },
    {
      data: { values: labels.map(({ at, text }) => ({ ...at, text })) },
      mark: { type: 'text', dx: LABEL_OFFSET.x, dy: LABEL_OFFSET.y, align: 'left', fontSize: 11 },
      encoding: { x, y, text: { field: 'text', type: 'nominal' } },
    },
  ];
}

/** The two scales, and a function that gives the position of a point in pixels. */
function axesOf(points: readonly Point[]) {
  const least = Math.min(...points.map(({ low }) => low));
  // The most useful settings are close together near 1. If others are far from 1, that end of the scale is stretched.
  const isWide = least < 0.9;
  const domain: number[] = [Math.max(0, least - 0.02), isWide ? 1.01 : 1.002];
  const exponent = isWide ? 4 : 1;
  const scale = isWide ? ({ type: 'pow', exponent } as const) : ({ type: 'linear' } as const);
  const ticks = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1].filter((tick) => tick >= least);
  const all = points.map(({ speed }) => speed);
  const speeds = [Math.min(...all) / MARGIN, Math.max(...all) * MARGIN];
  const ends = domain.map((end) => end ** exponent);
  return {
    x: {
      field: 'precision',
      type: 'quantitative',
      title: 'precision (95% interval)',
      scale: { ...scale, domain, nice: false, clamp: true },
      ...(isWide && { axis: { values: ticks } }),
    } as const,
    y: {
      field: 'speed',
      type: 'quantitative',
      title: 'queries a second (log)',
      scale: { type: 'log', domain: speeds, nice: false },
    } as const,
    place: ({ precision, speed }: Point) => ({
      x: WIDTH * toShare(precision ** exponent, ends),
      y: HEIGHT * (1 - toShare(Math.log(speed), speeds.map(Math.log))),
    }),
  };
}

/** Position on a scale, 0 to 1. */
function toShare(value: number, [from = 0, to = 1]: readonly number[]): number {
  return (value - from) / (to - from);
}

/** Above this ratio, short times are indistinguishable on a scale that starts at 0. */
const WIDE = 20;

/**
 * Plots the times that `timeOf` compares: the middle half as a box, 5 to 95 per cent as a line, the median and p99.
 */
function latencies({ measurements }: Experiment): Plot[] {
  const rows = measurements.map(({ label, raw }, at) => {
    const times = (raw.serverMs ?? raw.clientMs).flat();
    const [p5, p25, p75, p95] = [5, 25, 75, 95].map((percent) => percentile(percent, times));
    return {
      label: `${at + 1}  ${label}`,
      p5,
      p25,
      p50: percentile(50, times),
      p75,
      p95,
      p99: percentile(99, times),
    };
  });
  const medians = rows.map(({ p50 }) => p50);
  const isWide = Math.max(...rows.map(({ p99 }) => p99)) > WIDE * Math.min(...medians);
  const scale = isWide ? ({ type: 'log', nice: true } as const) : ({ zero: true } as const);
  const y = { field: 'label', type: 'nominal', title: null, sort: null, axis: { labelLimit: 600 } } as const;
  const x = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: `${sideOf(measurements)} time of a query, ms${isWide ? ' (log)' : ''}`,
      scale,
    }) as const;
  return [
    {
      title: 'Times of queries',
      description: 'For each setting the median, the middle half, 5 to 95 per cent, and the 99th percentile.',
      spec: {
        width: WIDTH - 100,
        height: { step: 24 },
        config: CONFIG,
        data: { values: rows },
        layer: [
          { mark: { type: 'rule', color: '#64748b' }, encoding: { y, x: x('p5'), x2: { field: 'p95' } } },
          {
            mark: { type: 'bar', height: 12, color: '#93c5fd' },
            encoding: { y, x: x('p25'), x2: { field: 'p75' } },
          },
          { mark: { type: 'tick', thickness: 2, size: 16, color: '#1e3a8a' }, encoding: { y, x: x('p50') } },
          {
            mark: { type: 'point', filled: true, size: 28, color: FRONT_COLOR },
            encoding: { y, x: x('p99') },
          },
        ],
      },
    },
  ];
}

function buildTimes({ builds }: Experiment): Plot[] {
  const rows = builds.flatMap(({ index, buildMs }) =>
    buildMs === null ? [] : [{ index: indexInWords(index), seconds: buildMs / 1_000 }],
  );
  if (rows.length === 0) return [];
  return [
    {
      title: 'Building the index',
      description: 'Seconds that it took to build each index.',
      spec: bars(rows, { field: 'seconds', type: 'quantitative', title: 'seconds' }, {}),
    },
  ];
}

function memories({ builds }: Experiment): Plot[] {
  const rows = builds.flatMap(({ index, memory }) =>
    memory.parts.map(({ name, bytes }) => ({
      index: indexInWords(index),
      part: name,
      megabytes: bytes / 1e6,
    })),
  );
  const sources = [...new Set(builds.map(({ memory }) => memory.partsFrom))].join('; ');
  return [
    {
      title: 'Memory',
      description: `What vectors and index take; ${sources}.`,
      spec: bars(
        rows,
        { field: 'megabytes', type: 'quantitative', title: 'MB' },
        { color: { field: 'part', type: 'nominal', title: null, scale: { scheme: 'tableau10' } } },
      ),
    },
  ];
}

function bars(
  rows: Record<string, string | number>[],
  x: { field: string; type: 'quantitative'; title: string },
  encoding: object,
): TopLevelSpec {
  return {
    width: WIDTH - 100,
    height: { step: 26 },
    config: CONFIG,
    data: { values: rows },
    mark: { type: 'bar', height: 16, color: '#3b82f6' },
    encoding: {
      y: { field: 'index', type: 'nominal', title: null, sort: null, axis: { labelLimit: 600 } },
      x,
      ...encoding,
    },
  };
}
