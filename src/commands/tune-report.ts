import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { storeInWords } from './open-parts.js';
import type { ReportsOptions, TuneOptions } from './tune-options.js';
import type { Config } from '../config/config.js';
import { StartupError, toError } from '../errors/errors.js';
import { packageVersion } from '../package-root.js';
import type { TuningStore, TuningTarget } from '../store/tuning.js';
import { toCommands } from '../tuning/recommend.js';
import { formatComparison } from '../tuning/compare.js';
import { createDraw } from '../tuning/draw.js';
import { CONFIDENCE } from '../tuning/estimates.js';
import type { QuerySet } from '../tuning/queries.js';
import type { Experiment, Machine, Report, Skipped } from '../tuning/report.js';
import { formatExperiment } from '../tuning/table.js';
import { readReport, writeReport } from '../tuning/write-report.js';

/** Facts about a run that are known before it begins. */
export interface TuneRun {
  name: string;
  config: Config;
  options: TuneOptions;
  store: TuningStore;
  target: TuningTarget;
  set: QuerySet;
  /** Experiments that do not apply to this store. */
  skipped: Skipped[];
  startedAt: Date;
  /** The machine at the start, including its load. */
  machine: Machine;
}

/** Number of papers to request. */
export function toWindow({ k, window = k }: TuneOptions): number {
  return window;
}

export function toReport(run: TuneRun, experiments: Experiment[]): Report {
  const { name, config, options, store, target, set, skipped, startedAt, machine } = run;
  const { k, repeats, seed, target: precision, concurrency = null } = options;
  const others = { repeats, seed, target: precision, concurrency };
  const window = toWindow(options);
  return {
    format: 'paperql-tuning-1',
    name,
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1_000,
    versions: {
      paperql: packageVersion(),
      node: process.version,
      engine: `${target.engine} ${target.version}`,
    },
    machine,
    store: {
      kind: store.kind,
      address: storeInWords(config.store),
      collection: store.collection,
      points: target.points,
      dimension: target.dimension,
      index: target.index,
    },
    queries: { source: set.source, names: set.queries.map(({ name }) => name) },
    parameters: { k, ...(window > k && { window }), ...others, confidence: CONFIDENCE },
    experiments,
    skipped,
  };
}

export function printExperiment(experiment: Experiment, report: Report): void {
  const commands = toCommands(experiment, report).map((line) => `  ${line}`);
  console.log(['', formatExperiment(experiment), ...commands].join('\n'));
}

/**
 * Writes the report. If its folder is no longer writable, the figures are saved among the temporary files, so that
 * they are not lost.
 *
 * @throws StartupError if the folder is not writable.
 */
export async function saveReport(
  report: Report,
  reports: string,
  note: (line: string) => void,
): Promise<void> {
  const draw = await createDraw();
  const files = await writeReport(reports, report, draw).catch(async (error: unknown) => {
    const instead = await writeElsewhere(report);
    throw new StartupError(`Cannot write the report: ${toError(error).message}${instead}`, {
      cause: error,
    });
  });
  if (!draw) note('The report has no page with plots, because vega and vega-lite are not installed.');
  console.log(`\nReport: ${files.join(', ')}`);
}

/** A sentence that says where the figures are now; empty if they could not be written there either. */
async function writeElsewhere(report: Report): Promise<string> {
  try {
    const folder = await mkdtemp(path.join(tmpdir(), 'paperql-tune-'));
    const [file = folder] = await writeReport(folder, report, null);
    return `. Its figures are in ${file}`;
  } catch {
    return '';
  }
}

/** Prints the differences between two reports. @throws StartupError if one of them cannot be read. */
export async function printComparison(a: string, b: string, { reports }: ReportsOptions): Promise<void> {
  console.log(formatComparison(await readReport(reports, a), await readReport(reports, b)));
}
