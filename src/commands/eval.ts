import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EvalOptions } from './eval-options.js';
import { openEmbedder, openStore } from './open-parts.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { readDataset, type Dataset, type TestQuery } from '../evaluation/dataset.js';
import { DEPTH, estimate, estimateDifference, measure, type Values } from '../evaluation/evaluate.js';
import { indexDocuments } from '../evaluation/index-documents.js';
import { formatReport, type EvaluationReport } from '../evaluation/report.js';
import type { SearchMode } from '../search/ranked-hit.js';
import { completeIndexes } from '../ingest/collection.js';
import { retryStore } from '../ingest/retry.js';
import { createQueryEmbeddings, type QueryEmbeddings } from '../loaders/query-embeddings.js';
import { search } from '../search/search.js';
import { createSources } from '../loaders/sources.js';
import { toMetadata } from '../store/check-collection.js';
import type { PaperStore } from '../store/store.js';

const SAY_EVERY_MS = 5_000;
/** How long to wait for a store that fails while it builds its indexes. */
const MAX_WAIT_MS = 60_000;
/** Searches under way at once. */
const IN_FLIGHT = 8;

/**
 * Measures the dataset's queries in each mode on a scratch store, and prints what came out.
 *
 * @param signal aborted to stop: the scratch store is deleted first.
 * @throws StartupError for a dataset or configuration that cannot be used.
 */
export async function evaluate(config: Config, options: EvalOptions, signal: AbortSignal): Promise<void> {
  const dataset = await readDataset(options.dataset, options.split);
  const embedder = await openEmbedder(config, 'loading');
  try {
    const report = await withScratchStore(config, async (store) => {
      await load(store, embedder, dataset, signal);
      return run({ store, embedder, dataset, options, config }, signal);
    });
    console.log(options.json ? JSON.stringify(report) : formatReport(report));
  } finally {
    await embedder.close();
  }
}

/** Gives an empty store of the configured kind, which is gone when the promise settles. */
async function withScratchStore<T>(config: Config, use: (store: PaperStore) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'paperql-eval-'));
  const collection = `paperql_eval_${randomBytes(6).toString('hex')}`;
  try {
    const scratch = config.store.kind === 'lance' ? { ...config.store, dataDir } : config.store;
    const store = await openStore({ ...config, store: scratch }, collection);
    try {
      return await use(store);
    } finally {
      await store.drop().finally(() => store.close());
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function load(
  store: PaperStore,
  embedder: Embedder,
  { documents }: Dataset,
  signal: AbortSignal,
): Promise<void> {
  const say = sayNowAndThen();
  await store.create(toMetadata(embedder));
  await indexDocuments(
    store,
    embedder,
    documents,
    (done) => say(`loading ${done}/${documents.length}`),
    signal,
  );
  const retries = { maxWaitMs: MAX_WAIT_MS, signal, onWait: ({ message }: Error) => console.error(message) };
  await completeIndexes(
    retryStore(store, retries),
    ({ name, done, total }) => say(`${name} ${done}/${total}`),
    signal,
  );
}

interface Evaluation {
  store: PaperStore;
  embedder: Embedder;
  dataset: Dataset;
  options: EvalOptions;
  config: Config;
}

async function run(evaluation: Evaluation, signal: AbortSignal): Promise<EvaluationReport> {
  const { store, embedder, dataset, options } = evaluation;
  const queries = dataset.queries.slice(0, options.limit);
  const embeddings = createQueryEmbeddings(embedder, { cacheSize: queries.length });
  const values = new Map<SearchMode, Values>();
  for (const mode of options.modes) {
    values.set(mode, measure(queries, await rankAll(evaluation, queries, mode, embeddings, signal)));
  }
  const hybrid = values.get('HYBRID');
  const others = [...values].filter(([mode]) => mode !== 'HYBRID');
  return {
    dataset: dataset.name,
    split: dataset.split,
    store: store.kind,
    embedder: embedder.id,
    documents: dataset.documents.length,
    queries: queries.length,
    left: dataset.left,
    modes: Object.fromEntries([...values].map(([mode, each]) => [mode, estimate(each)])),
    differences: Object.fromEntries(
      hybrid ? others.map(([mode, other]) => [`HYBRID - ${mode}`, estimateDifference(hybrid, other)]) : [],
    ),
  };
}

/** The ids found for each query, best first. */
async function rankAll(
  { store, options, config }: Evaluation,
  queries: readonly TestQuery[],
  mode: SearchMode,
  embeddings: QueryEmbeddings,
  signal: AbortSignal,
): Promise<string[][]> {
  const say = sayNowAndThen();
  const rankings: string[][] = [];
  for (let from = 0; from < queries.length; from += IN_FLIGHT) {
    signal.throwIfAborted();
    const batch = queries.slice(from, from + IN_FLIGHT);
    const source = createSources({ store, embeddings, requestTimeoutMs: config.requestTimeoutMs });
    const ranked = batch.map(async ({ text }) => {
      const { interpret } = options;
      const args = { query: text, mode, first: DEPTH, interpret, allowDegraded: false };
      const { edges } = await search(source, args, ['id']);
      return edges.map(({ node }) => node.payload.id ?? node.id);
    });
    rankings.push(...(await Promise.all(ranked)));
    say(`${mode} ${rankings.length}/${queries.length}`);
  }
  return rankings;
}

function sayNowAndThen(): (line: string) => void {
  let saidAt = performance.now();
  return (line) => {
    if (performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    console.error(line);
  };
}
