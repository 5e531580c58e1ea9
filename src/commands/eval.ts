import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EvalOptions, Judged } from './eval-options.js';
import { findCorpus, type Corpus } from './open-corpus.js';
import { openEmbedder, openReranking, openStore } from './open-parts.js';
import { sayNowAndThen } from './say-now-and-then.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { StartupError } from '../errors/errors.js';
import { readDataset, type Dataset, type TestQuery } from '../evaluation/dataset.js';
import { DEPTH, estimate, estimateDifference, measure, type Values } from '../evaluation/evaluate.js';
import { indexDocuments } from '../evaluation/index-documents.js';
import { readQuestions } from '../evaluation/questions.js';
import { formatReport, type EvaluationReport } from '../evaluation/report.js';
import type { SearchMode } from '../search/ranked-hit.js';
import { completeIndexes } from '../ingest/collection.js';
import { retryStore } from '../ingest/retry.js';
import { createQueryEmbeddings, type QueryEmbeddings } from '../loaders/query-embeddings.js';
import { searchPapers } from '../search/search.js';
import { createSources } from '../loaders/sources.js';
import { toMetadata } from '../store/check-collection.js';
import type { CollectionInfo, PaperStore } from '../store/store.js';

/** Maximum time to retry if the store fails while it builds its indexes. */
const MAX_WAIT_MS = 60_000;
/** Number of concurrent searches. */
const IN_FLIGHT = 8;

/**
 * Measures each mode with the queries of a dataset, on a scratch store, or with questions about the papers of a
 * collection. Prints the results.
 *
 * @param signal aborted to stop; a scratch store is deleted first.
 * @throws StartupError for a dataset, questions or configuration that cannot be used.
 */
export async function evaluate(config: Config, options: EvalOptions, signal: AbortSignal): Promise<void> {
  const { judged } = options;
  const report =
    judged.kind === 'dataset'
      ? await evaluateDataset(config, options, judged, signal)
      : await evaluateQuestions(config, options, judged, signal);
  console.log(options.json ? JSON.stringify(report) : formatReport(report));
}

async function evaluateDataset(
  config: Config,
  options: EvalOptions,
  { folder, split }: Extract<Judged, { kind: 'dataset' }>,
  signal: AbortSignal,
): Promise<EvaluationReport> {
  const dataset = await readDataset(folder, split);
  const embedder = await openEmbedder(config, 'loading');
  try {
    return await withScratchStore(config, async (store) => {
      await load(store, embedder, dataset, signal);
      const { name, documents, left } = dataset;
      const facts = { dataset: name, split, documents: documents.length, left };
      return run({ store, embedder, queries: dataset.queries, facts, options, config }, signal);
    });
  } finally {
    await embedder.close();
  }
}

async function evaluateQuestions(
  config: Config,
  options: EvalOptions,
  { file, collection = config.collection }: Extract<Judged, { kind: 'questions' }>,
  signal: AbortSignal,
): Promise<EvaluationReport> {
  const embedder = await openEmbedder(config, 'loading');
  try {
    return await withExisting({ ...config, collection }, embedder, async ({ store, info, isForeign }) => {
      if (isForeign) requireSemantic(options, info);
      const { name, queries, left } = await readQuestions(file, store);
      const facts = { dataset: name, collection, documents: info.count, left };
      return run({ store, embedder, queries, facts, options, config }, signal);
    });
  } finally {
    await embedder.close();
  }
}

/** @throws StartupError if there is no such collection, or it does not match the embedder; nothing is created. */
async function withExisting<T>(
  config: Config,
  embedder: Embedder,
  use: (corpus: Corpus) => Promise<T>,
): Promise<T> {
  const { collection } = config;
  const missing = new StartupError(
    `--collection: there is no collection "${collection}"; load papers into it first`,
  );
  if (config.store.kind === 'lance' && !existsSync(config.store.dataDir)) throw missing;
  const store = await openStore(config, collection);
  try {
    const corpus = await findCorpus(config, embedder, store);
    if (!corpus) throw missing;
    return await use(corpus);
  } finally {
    await store.close();
  }
}

function requireSemantic({ modes }: EvalOptions, { name, metadata }: CollectionInfo): void {
  if (modes.every((mode) => mode === 'SEMANTIC')) return;
  const model = metadata?.embedder.replace(/^[^:]*:/, '') ?? 'NAME';
  throw new StartupError(
    `--mode: the collection "${name}" was made by another program and cannot be searched by words. Measure only ` +
      `--mode semantic, or repair the collection in place: paperql repair --embedding-model ${model}.`,
  );
}

/** Provides an empty store of the configured kind, which is deleted when the promise settles. */
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
  queries: readonly TestQuery[];
  /** Facts for the report about their source. */
  facts: Pick<EvaluationReport, 'dataset' | 'split' | 'collection' | 'documents' | 'left'>;
  options: EvalOptions;
  config: Config;
}

async function run(evaluation: Evaluation, signal: AbortSignal): Promise<EvaluationReport> {
  const { store, embedder, options } = evaluation;
  const queries = evaluation.queries.slice(0, options.limit);
  const embeddings = createQueryEmbeddings(embedder, { cacheSize: queries.length });
  const values = new Map<SearchMode, Values>();
  for (const mode of options.modes) {
    values.set(mode, measure(queries, await rankAll(evaluation, queries, mode, embeddings, signal)));
  }
  const hybrid = values.get('HYBRID');
  const others = [...values].filter(([mode]) => mode !== 'HYBRID');
  return {
    ...evaluation.facts,
    store: store.kind,
    embedder: embedder.id,
    queries: queries.length,
    modes: Object.fromEntries([...values].map(([mode, each]) => [mode, estimate(each)])),
    differences: Object.fromEntries(
      hybrid ? others.map(([mode, other]) => [`HYBRID - ${mode}`, estimateDifference(hybrid, other)]) : [],
    ),
  };
}

/** The ids found for each query, best match first. */
async function rankAll(
  { store, options, config }: Evaluation,
  queries: readonly TestQuery[],
  mode: SearchMode,
  embeddings: QueryEmbeddings,
  signal: AbortSignal,
): Promise<string[][]> {
  const say = sayNowAndThen();
  const reranking = openReranking(config);
  const rankings: string[][] = [];
  for (let from = 0; from < queries.length; from += IN_FLIGHT) {
    signal.throwIfAborted();
    const batch = queries.slice(from, from + IN_FLIGHT);
    const { requestTimeoutMs } = config;
    const source = createSources({ store, embeddings, reranking, requestTimeoutMs });
    const ranked = batch.map(async ({ text }) => {
      const { interpret } = options;
      const args = { query: text, mode, first: DEPTH, interpret, allowDegraded: false };
      const { edges, rerankFailure } = await searchPapers(source, args, ['id']);
      // Figures over reranked and other rankings together would be meaningless.
      if (rerankFailure) throw new StartupError(`A question could not be reranked: ${rerankFailure.message}`);
      return edges.map(({ node }) => node.payload.id ?? node.id);
    });
    rankings.push(...(await Promise.all(ranked)));
    say(`${mode} ${rankings.length}/${queries.length}`);
  }
  return rankings;
}
