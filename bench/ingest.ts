import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { findLargeCorpus, LARGE_DIMENSION, writeDump, type LargeCorpus } from './dump-files.js';
import { runIngest, type IngestRun } from './ingest-process.js';
import { endWithBench, makeScratchFolder } from './on-interrupt.js';

const COLLECTION = `paperql_bench_${process.pid}`;
/** Made by the Python loader. */
const PYTHON_COLLECTION = `${COLLECTION}_python`;
const ABSTRACTS = 6_000;
const WIDE_DIMENSION = 1_536;
const WIDE_RECORDS = 10_000;
const PYTHON_LOADER = path.join(import.meta.dirname, '..', '..', 'bench', 'python_loader.py');
const run = promisify(execFile);

export interface IngestBenchOptions {
  /** Number of records in the run that shows whether memory grows with the file; 0 skips that run. */
  large: number;
  qdrantUrl: string | undefined;
  /** Python interpreter with `qdrant-client`, for a loader to compare with. */
  python: string | undefined;
}

/** Measures `paperql ingest`: whole processes from start to exit, one after another. */
export async function benchIngest({ large, qdrantUrl, python }: IngestBenchOptions): Promise<void> {
  const corpus = findLargeCorpus();
  if (!corpus) return;
  const { folder, remove } = await makeScratchFolder('ingest');
  try {
    await benchEmbedded(folder, corpus, large);
    if (qdrantUrl === undefined) console.log('Qdrant is left out: QDRANT_URL is not set');
    else await benchQdrant(folder, corpus, { url: qdrantUrl, python });
  } finally {
    await remove();
  }
}

async function benchEmbedded(folder: string, corpus: LargeCorpus, large: number): Promise<void> {
  const { size } = corpus;
  const file = (name: string) => path.join(folder, name);
  const load = (name: string, store: string, options = {}) =>
    runIngest(
      ['--embedding-model', 'all-MiniLM-L6-v2', file(name)],
      folder,
      { DATA_DIR: file(store), EMBEDDER: 'local' },
      options,
    );
  await writeDump(file('one.jsonl'), corpus, { records: 1, dimension: LARGE_DIMENSION });
  const empty = await load('one.jsonl', 'empty');
  print('one record, embedded store', 1, empty, empty);

  await writeDump(file('supplied.jsonl'), corpus, { records: size, dimension: LARGE_DIMENSION });
  const first = await load('supplied.jsonl', 'supplied');
  print(`${size} records with 384 numbers, embedded store`, size, first, empty);
  const again = await load('supplied.jsonl', 'supplied');
  print('the same again, unchanged', size, again, empty);
  printRatio('the first load to the second, whole processes', first.totalSeconds / again.totalSeconds);

  await writeDump(file('wide.jsonl'), corpus, { records: WIDE_RECORDS, dimension: WIDE_DIMENSION });
  const wide = await runIngest(['--embedding-model', 'text-embedding-ada-002', file('wide.jsonl')], folder, {
    DATA_DIR: file('wide'),
    EMBEDDER: 'openai',
    OPENAI_API_KEY: 'unused',
    OPENAI_EMBEDDING_MODEL: 'text-embedding-ada-002',
  });
  print(`${WIDE_RECORDS} records with 1536 numbers, embedded store`, WIDE_RECORDS, wide, empty);

  await writeDump(file('plain.jsonl'), corpus, { records: ABSTRACTS, dimension: 0 });
  const embedded = await load('plain.jsonl', 'plain');
  print(`${ABSTRACTS} abstracts embedded by the local model`, ABSTRACTS, embedded, empty);
  const plainAgain = await load('plain.jsonl', 'plain');
  print('the same again, unchanged', ABSTRACTS, plainAgain, empty);
  printRatio(
    'the first load to the second, whole processes',
    embedded.totalSeconds / plainAgain.totalSeconds,
  );

  if (large === 0) return;
  await writeDump(file('large.jsonl'), corpus, { records: large, dimension: LARGE_DIMENSION });
  const whole = await load('large.jsonl', 'large', { withoutIndexes: true });
  print(`${large} records with 384 numbers, until indexing`, large, whole, empty);
}

async function benchQdrant(
  folder: string,
  { size }: LargeCorpus,
  { url, python }: { url: string; python: string | undefined },
): Promise<void> {
  const file = path.join(folder, 'supplied.jsonl');
  const environment = { QDRANT_URL: url, QDRANT_COLLECTION: COLLECTION, EMBEDDER: 'local' };
  try {
    const loaded = await runIngest(['--embedding-model', 'all-MiniLM-L6-v2', file], folder, {
      ...environment,
      DATA_DIR: path.join(folder, 'qdrant'),
    });
    print(`${size} records with 384 numbers, Qdrant`, size, loaded, loaded);
    if (python === undefined) return;
    const compare = async (what: string, ...like: string[]) => {
      const running = run(python, [PYTHON_LOADER, file, url, PYTHON_COLLECTION, ...like]);
      endWithBench(running.child);
      const { stdout } = await running;
      // Otherwise the server would still index it while the next loader runs.
      await drop(url, PYTHON_COLLECTION);
      const seconds = Number(stdout);
      console.log(`the Python loader, ${what}: ${toRate(size, seconds)} records/s`);
      printRatio('PaperQL to the Python loader', seconds / loaded.loadingSeconds);
    };
    await compare('only vectors and payloads');
    await compare('with the same payload indexes and keyword vectors', COLLECTION);
  } finally {
    for (const name of [COLLECTION, PYTHON_COLLECTION]) await drop(url, name);
  }
}

async function drop(url: string, collection: string): Promise<void> {
  await fetch(`${url.replace(/\/+$/, '')}/collections/${collection}`, { method: 'DELETE' });
}

function print(what: string, records: number, measured: IngestRun, empty: IngestRun): void {
  const { loadingSeconds, totalSeconds, loadingPeakMb, peakMb, cores } = measured;
  console.log(
    [
      `${what}:`,
      `  stored after ${loadingSeconds.toFixed(1)} s (${toRate(records, loadingSeconds)} records/s, ${cores.toFixed(1)} cores),`,
      `  ended after ${totalSeconds.toFixed(1)} s;`,
      `  memory ${loadingPeakMb.toFixed(0)} MiB until then (${(loadingPeakMb - empty.loadingPeakMb).toFixed(0)} more than for one record), ${peakMb.toFixed(0)} MiB including indexing`,
    ].join('\n'),
  );
}

function toRate(records: number, seconds: number): string {
  return (records / seconds).toFixed(0);
}

function printRatio(what: string, ratio: number): void {
  console.log(`  ratio of ${what}: ${ratio.toFixed(2)}`);
}
