import { Command, Option } from 'commander';
import { wholeNumberOption } from './numbers.js';
import { EMBEDDINGS_MODES, type EmbeddingsMode } from '../ingest/batch.js';
import type { CollectionOptions } from '../store/store.js';

/** The command line of `paperql ingest`. */
export interface IngestOptions {
  files: string[];
  embeddings: EmbeddingsMode;
  embeddingModel?: string;
  limit?: number;
  category: string[];
  since?: string;
  dryRun: boolean;
  json: boolean;
  strict: boolean;
  force: boolean;
  index: 'defer' | 'live';
  rejects: string;
  batchSize: number;
  maxWait: number;
  collection: CollectionOptions;
}

const EXAMPLES = `
Examples:
  $ paperql ingest arxiv-metadata-oai-snapshot.json.zip
      load Kaggle's download; the configured model embeds every abstract
  $ paperql ingest --category 'cs.*' --since 2020-01-01 --dry-run arxiv-metadata-oai-snapshot.json
      estimate the number of papers and tokens, the cost and the time
  $ paperql ingest --embeddings require --embedding-model text-embedding-ada-002 ml-arxiv-embeddings.json
      load only records that include an embedding, as the Python course does
  $ zcat *.jsonl.gz | paperql ingest --limit 10000 -
      load at most 10,000 papers from standard input

To resume a load that was stopped or killed, run the same command again. Loading a file again is cheap: unchanged papers
are neither embedded nor written. Environment variables and .env configure the store and the embedder; see .env.example.

Exit codes:
  0    finished; lines that could not be stored are in the rejects file
  1    not started: invalid input or configuration, or no store; or, with --strict, a line was rejected
  3    stopped after retries failed (store, embedder, disk); run the same command again to resume
  130  stopped by SIGINT (143 by SIGTERM); run the same command again to resume`;

/** @param run is called with the parsed options; nothing large is loaded before. */
export function createIngestCommand(run: (options: IngestOptions) => Promise<void>): Command {
  return new Command('ingest')
    .description("load arXiv's metadata, in the format of Kaggle's dump, into the collection")
    .argument(
      '<files...>',
      'JSON Lines, plain, gzip or zip (detected by content); globs; - for standard input',
    )
    .addOption(
      new Option(
        '--embeddings <mode>',
        'embeddings included in the records: use them when present, ignore them, or require them',
      )
        .choices(EMBEDDINGS_MODES)
        .default('use'),
    )
    .option(
      '--embedding-model <name>',
      'model of the included embeddings: text-embedding-ada-002, all-MiniLM-L6-v2, …',
    )
    .option('--limit <count>', 'load at most this many papers', wholeNumberOption(1))
    .option(
      '--category <code>',
      "load only papers in a category (cs.LG) or archive ('cs.*'); repeatable",
      collect,
      [],
    )
    .option('--since <day>', 'load only papers first submitted on this day or later, such as 2020-01-01')
    .option('--dry-run', 'estimate papers, tokens, cost and time; write nothing', false)
    .option('--json', 'print the summary as JSON', false)
    .option('--force', 'load a file even if the authors of half of its records cannot be read', false)
    .option('--strict', 'exit with 1 if any line was rejected', false)
    .option(
      '--rejects <file>',
      'file for lines that cannot be stored; each load replaces it',
      'rejects.jsonl',
    )
    .option('--batch-size <count>', 'maximum number of papers per write', wholeNumberOption(1), 1_000)
    .option(
      '--max-wait <seconds>',
      'how long to retry if the store or the embedder fails',
      wholeNumberOption(0),
      300,
    )
    .addOption(
      new Option(
        '--index <when>',
        'when to build the vector index: at the end (defer), which is faster, or while loading (live)',
      )
        .choices(['defer', 'live'])
        .default('defer'),
    )
    .optionsGroup('For a new collection on a Qdrant server:')
    .option('--shards <count>', 'number of shards', wholeNumberOption(1))
    .option('--replicas <count>', 'number of copies of each shard', wholeNumberOption(1))
    .option('--on-disk', 'keep vectors and payloads on disk instead of in memory')
    .addOption(
      new Option(
        '--quantization <kind>',
        'keep compressed copies of the vectors and search these first',
      ).choices(['scalar', 'product', 'binary', 'turbo4', 'turbo2', 'turbo1']),
    )
    .option('--hnsw-m <count>', 'edges per node of the HNSW graph', wholeNumberOption(1))
    .option(
      '--hnsw-ef-construct <count>',
      'neighbours to consider while building the graph',
      wholeNumberOption(4),
    )
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: ParsedOptions) => run(toIngestOptions(files, options)));
}

type ParsedOptions = Omit<IngestOptions, 'files' | 'collection'> & CollectionOptions;

function toIngestOptions(files: string[], parsed: ParsedOptions): IngestOptions {
  const { shards, replicas, onDisk, quantization, hnswM, hnswEfConstruct, ...options } = parsed;
  return {
    ...options,
    files,
    collection: {
      ...(shards !== undefined && { shards }),
      ...(replicas !== undefined && { replicas }),
      ...(onDisk !== undefined && { onDisk }),
      ...(quantization !== undefined && { quantization }),
      ...(hnswM !== undefined && { hnswM }),
      ...(hnswEfConstruct !== undefined && { hnswEfConstruct }),
    },
  };
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
