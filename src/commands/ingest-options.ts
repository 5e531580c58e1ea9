import { Command, InvalidArgumentError, Option } from 'commander';
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
      Kaggle's download as it is; every abstract is embedded by the configured model
  $ paperql ingest --category 'cs.*' --since 2020-01-01 --dry-run arxiv-metadata-oai-snapshot.json
      how many papers that would be, how many tokens, what it would cost and how long it would take
  $ paperql ingest --embeddings require --embedding-model text-embedding-ada-002 ml-arxiv-embeddings.json
      only records that come with an embedding, as the course does
  $ zcat *.jsonl.gz | paperql ingest --limit 10000 -
      the first 10,000 records of standard input

Killed or stopped, the same command goes on where it was. Loading a file again is cheap: what has not changed is neither
embedded nor written again. Store and embedder are configured by environment variables and .env, see .env.example.

Exit codes:
  0    everything was loaded; lines that could not be are in the rejects file
  1    not begun: wrong input or configuration, no store; with --strict also when anything was rejected
  3    stopped by a failure that waiting did not mend (store, embedder, disk); the same command goes on
  130  stopped by SIGINT (143 by SIGTERM); the same command goes on`;

/** @param run is given the parsed options; nothing heavy is loaded before. */
export function createIngestCommand(run: (options: IngestOptions) => Promise<void>): Command {
  return new Command('ingest')
    .description("load arXiv's metadata, as Kaggle's dump has it, into the collection")
    .argument('<files...>', 'JSON Lines, plain, .gz or .zip, told by content; globs; - for standard input')
    .addOption(
      new Option(
        '--embeddings <mode>',
        'embeddings that come with the records: take them, or not, or no others',
      )
        .choices(EMBEDDINGS_MODES)
        .default('use'),
    )
    .option(
      '--embedding-model <name>',
      'the model of those embeddings: text-embedding-ada-002, all-MiniLM-L6-v2, …',
    )
    .option('--limit <count>', 'load so many papers at most', atLeast(1))
    .option(
      '--category <code>',
      "only papers of a category (cs.LG) or archive ('cs.*'); repeatable",
      collect,
      [],
    )
    .option('--since <day>', 'only papers first submitted on that day or later, such as 2020-01-01')
    .option(
      '--dry-run',
      'read and count only: papers, tokens, estimated cost and time; writes nothing',
      false,
    )
    .option('--json', 'print the summary as JSON', false)
    .option('--force', 'load a file although the authors of half of its records cannot be read', false)
    .option('--strict', 'exit with 1 if any line was rejected', false)
    .option(
      '--rejects <file>',
      'where lines go that cannot be stored; replaced by each load',
      'rejects.jsonl',
    )
    .option('--batch-size <count>', 'most papers in one write', atLeast(1), 1_000)
    .option('--max-wait <seconds>', 'how long to wait for a store or embedder that fails', atLeast(0), 300)
    .addOption(
      new Option('--index <when>', 'the vector index: built at the end, which is quicker, or while loading')
        .choices(['defer', 'live'])
        .default('defer'),
    )
    .optionsGroup('Of a new collection on a Qdrant server:')
    .option('--shards <count>', 'shards', atLeast(1))
    .option('--replicas <count>', 'copies of each shard', atLeast(1))
    .option('--on-disk', 'keep vectors and payloads on disk instead of in memory')
    .addOption(
      new Option(
        '--quantization <kind>',
        'compressed copies of the vectors, which are searched first',
      ).choices(['scalar', 'product', 'binary']),
    )
    .option('--hnsw-m <count>', 'edges of each node of the HNSW graph', atLeast(1))
    .option('--hnsw-ef-construct <count>', 'neighbours looked at while the graph is built', atLeast(4))
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

/** Parses a whole number. */
export function atLeast(least: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`expected a whole number of at least ${least}`);
  };
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
