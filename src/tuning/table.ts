import { indexInWords } from './settings.js';
import type { Build, Experiment, Measurement, Skipped } from './report.js';
import type { Estimate } from '../evaluation/statistics.js';
import { alignColumns } from '../text-table.js';

/** Lines with aligned columns: the first column to the left, the others to the right. */
export function formatColumns(rows: readonly (readonly string[])[]): string {
  return alignColumns(rows, { align: 'right', gap: 3 })
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

/** All results of an experiment, for a terminal. */
export function formatExperiment(experiment: Experiment): string {
  const { name, question, measurements, builds, skipped, recommendation } = experiment;
  return [
    `${name}: ${question}`,
    formatColumns([heads(measurements), ...measurements.map(toRow)]),
    ...problems(measurements),
    ...(builds.some(({ buildMs }) => buildMs !== null) ? ['', formatBuilds(builds)] : []),
    ...formatSkipped(skipped),
    '',
    recommendation.sentence,
  ].join('\n');
}

function heads(measurements: readonly Measurement[]): string[] {
  const hasServer = measurements.some(({ serverMs }) => serverMs !== null);
  const hasThroughput = measurements.some(({ throughput }) => throughput !== null);
  return [
    'setting',
    'precision',
    '95% interval',
    ...(hasServer ? ['server p50', 'p95', 'p99', 'mean ms'] : []),
    'client p50',
    'p95',
    'p99',
    'mean ms',
    ...(hasThroughput ? ['queries/s'] : []),
  ];
}

function toRow({ label, precision, serverMs, clientMs, throughput }: Measurement): string[] {
  const times = ({ p50, p95, p99, mean }: Measurement['clientMs']) =>
    [p50, p95, p99, mean].map(({ value }) => value.toFixed(2));
  return [
    label,
    precision ? precision.value.toFixed(4) : 'not indexed',
    precision ? formatInterval(precision) : '',
    ...(serverMs ? times(serverMs) : []),
    ...times(clientMs),
    ...(throughput ? [throughput.queriesPerSecond.toFixed(0)] : []),
  ];
}

function formatInterval({ low, high }: Estimate): string {
  return `${low.toFixed(3)}-${high.toFixed(3)}`;
}

function problems(measurements: readonly Measurement[]): string[] {
  return [...new Set(measurements.flatMap(({ problem }) => (problem === null ? [] : [`  ${problem}`])))];
}

function formatBuilds(builds: readonly Build[]): string {
  const rows = builds.map(({ index, buildMs, memory }) => [
    indexInWords(index),
    buildMs === null ? 'existed' : `${(buildMs / 1_000).toFixed(1)} s`,
    ...memory.parts.map(({ name, bytes }) => `${name} ${formatBytes(bytes)}`),
  ]);
  const sources = [...new Set(builds.map(({ memory }) => memory.partsFrom))];
  return [
    formatColumns([['index', 'built in', 'memory'], ...rows]),
    ...sources.map((each) => `  memory ${each}`),
  ].join('\n');
}

export function formatSkipped(skipped: readonly Skipped[]): string[] {
  return skipped.map(({ label, reason }) => `  skipped ${label}: ${reason}`);
}

export function formatBytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  if (megabytes >= 1_000) return `${(megabytes / 1_000).toFixed(1)} GB`;
  return `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`;
}
