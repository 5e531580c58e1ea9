import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createHttpSender } from './http-sender.js';
import { runIngest } from './ingest-process.js';
import { percentile } from './load.js';
import { makeScratchFolder } from './on-interrupt.js';
import { readSource, writeScaledDump } from './scale-papers.js';
import { toGrowthPlot } from './scale-plot.js';
import {
  toGrowthTable,
  toSizeReport,
  type LoadFigures,
  type QuestionFigures,
  type ScaleFigures,
} from './scale-report.js';
import { toScaleQuestions, type ScaleQuestion } from './scale-questions.js';
import { openScratchLance, openScratchQdrant, type ScratchStore } from './scratch-store.js';
import { startServer, type MeasuredServer } from './server-process.js';
import { findFreePort } from '../test/support/free-port.js';
import { unlessMissing } from '../src/system-error.js';

export interface ScaleBenchOptions {
  /**
   * Each is loaded into a separate store: a number of papers to make, or a dump with embeddings of the local model.
   */
  inputs: readonly (number | string)[];
  /** Only tests that it runs, on papers made from the sample. */
  quick: boolean;
  /** The JSON file of an earlier run, whose figures are shown together with the new ones. */
  from?: string;
  /** Files for the figures, as JSON and as a plot. Written after each collection. */
  json?: string;
  plot?: string;
  qdrantUrl: string | undefined;
  qdrantApiKey: string | undefined;
}

/** Number of requests per question. */
const REQUESTS = 41;
const QUICK_REQUESTS = 2;

/** Loads collections of several sizes, one after another, and sends the same questions to a server of each. */
export async function benchScale(options: ScaleBenchOptions): Promise<void> {
  const { inputs, quick, from } = options;
  const measured = from === undefined ? [] : await readEarlier(from);
  const { folder, remove } = await makeScratchFolder('scale');
  try {
    const made = path.join(folder, 'papers.jsonl');
    const source = inputs.some((input) => typeof input === 'number') ? await readSource(quick) : [];
    for (const input of inputs) {
      const file = typeof input === 'string' ? path.resolve(input) : made;
      if (typeof input === 'number') await writeScaledDump(file, source, input);
      const figures = await measureSize(options, folder, file);
      measured.push(figures);
      measured.sort((a, b) => a.papers - b.papers);
      console.log(toSizeReport(figures));
      await writeFigures(options, measured);
    }
    if (measured.length > 1) console.log(toGrowthTable(measured));
  } finally {
    await remove();
  }
}

async function readEarlier(file: string): Promise<ScaleFigures[]> {
  const earlier: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!Array.isArray(earlier)) throw new Error(`${file} does not contain the figures of this bench`);
  return earlier as ScaleFigures[]; // as `writeFigures` wrote them
}

async function writeFigures(
  { json, plot }: ScaleBenchOptions,
  measured: readonly ScaleFigures[],
): Promise<void> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(measured, null, 2)}\n`);
  if (plot !== undefined) await writeFile(plot, toGrowthPlot(measured));
}

async function measureSize(
  { quick, qdrantUrl, qdrantApiKey }: ScaleBenchOptions,
  folder: string,
  file: string,
): Promise<ScaleFigures> {
  const scratch = qdrantUrl
    ? await openScratchQdrant({ url: qdrantUrl, apiKey: qdrantApiKey })
    : await openScratchLance();
  const environment = { DATA_DIR: folder, ...scratch.environment, EMBEDDER: 'local' };
  try {
    const { counts, ...run } = await runIngest(
      ['--embedding-model', 'all-MiniLM-L6-v2', file],
      folder,
      environment,
    );
    await scratch.settle();
    const load = {
      seconds: run.totalSeconds,
      cpuSeconds: orNull(run.cpuSeconds),
      peakMb: orNull(run.peakMb),
      ...(await measureDisk(scratch)),
    };
    const asked = await askServer(environment, toScaleQuestions(quick ? QUICK_REQUESTS : REQUESTS));
    return { papers: counts?.new ?? 0, store: scratch.name, load, ...asked };
  } finally {
    await scratch.remove();
  }
}

/** The disk of a Qdrant server cannot be inspected. */
async function measureDisk({
  environment: { DATA_DIR: folder },
}: ScratchStore): Promise<Pick<LoadFigures, 'diskMb' | 'replacedVersions'>> {
  if (folder === undefined) return { diskMb: null, replacedVersions: null };
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const stats = await Promise.all(
    files.map((file) => unlessMissing(stat(path.join(file.parentPath, file.name)))),
  );
  const versions = files.filter(({ name }) => name.endsWith('.manifest'));
  const tables = new Set(versions.map(({ parentPath }) => parentPath));
  return {
    diskMb: stats.reduce((sum, each) => sum + (each?.size ?? 0), 0) / 1e6,
    replacedVersions: versions.length - tables.size,
  };
}

async function askServer(
  environment: Record<string, string>,
  questions: readonly ScaleQuestion[],
): Promise<Pick<ScaleFigures, 'server' | 'questions'>> {
  const metricsPort = String(await findFreePort());
  const server = await startServer({ ...environment, METRICS_PORT: metricsPort });
  try {
    const startMb = server.memory()?.nowMb ?? null;
    const readHeld = createHeldReader(`http://127.0.0.1:${metricsPort}/metrics`);
    const answered: QuestionFigures[] = [];
    for (const question of questions) {
      await readHeld();
      answered.push({ ...(await ask(server, question)), heldMs: await readHeld() });
    }
    return { server: { startMb, peakMb: server.memory()?.peakMb ?? null }, questions: answered };
  } finally {
    await server.stop();
  }
}

async function ask(
  server: MeasuredServer,
  { name, bodies, opening }: ScaleQuestion,
): Promise<Omit<QuestionFigures, 'heldMs'>> {
  const send = createHttpSender({ url: server.graphqlUrl, bodies, opening });
  const times: number[] = [];
  let cpuBeforeMs = NaN;
  for (const turn of bodies.keys()) {
    if (turn === 1) cpuBeforeMs = await waitUntilIdle(server);
    const sentAt = performance.now();
    await send(turn);
    times.push(performance.now() - sentAt);
  }
  const cpuMs = orNull((server.cpuMs() - cpuBeforeMs) / (bodies.length - 1));
  const [firstMs = NaN, ...others] = times;
  const sorted = others.sort((a, b) => a - b);
  return { name, firstMs, p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95), cpuMs };
}

const LOOK_EVERY_MS = 100;
/** Maximum processor time of a server without requests in that interval. */
const IDLE_CPU_MS = 20;
const MOST_LOOKS = 300;

/**
 * Waits for background work of the server after a first request, such as opening indexes. Returns its processor time.
 */
async function waitUntilIdle(server: MeasuredServer): Promise<number> {
  let before = server.cpuMs();
  for (let look = 0; look < MOST_LOOKS; look++) {
    await wait(LOOK_EVERY_MS);
    const now = server.cpuMs();
    // If the system does not report it, the value is NaN and no comparison is true.
    if (!(now - before > IDLE_CPU_MS)) return now;
    before = now;
  }
  return before;
}

/** prom-client checks the event loop at this interval, which is part of each delay that it reports. */
const LOOK_MS = 10;

/** Returns a function that reads the longest delay of the server's event loop since its last call. */
function createHeldReader(url: string): () => Promise<number | null> {
  return async () => {
    const text = await (await fetch(url)).text();
    const seconds = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1];
    return seconds === undefined ? null : Math.max(0, Number(seconds) * 1_000 - LOOK_MS);
  };
}

function orNull(number: number): number | null {
  return Number.isNaN(number) ? null : number;
}
