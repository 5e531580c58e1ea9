import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumberOption } from './numbers.js';
import { StartupError } from '../errors/errors.js';
import type { SearchMode } from '../search/ranked-hit.js';

/** The command line of `paperql eval`. */
export interface EvalOptions {
  judged: Judged;
  modes: readonly SearchMode[];
  limit?: number;
  interpret: boolean;
  json: boolean;
}

/** What rankings are measured with: a test collection, or questions about the user's own papers. */
export type Judged =
  | { kind: 'dataset'; folder: string; split: string }
  | { kind: 'questions'; collection: string | undefined; file: string };

const MODES: readonly SearchMode[] = ['HYBRID', 'SEMANTIC', 'KEYWORD'];

const HELP = `
A dataset is an unpacked folder in BEIR's layout: corpus.jsonl ({"_id", "title", "text"}), queries.jsonl ({"_id", "text"})
and qrels/SPLIT.tsv (query-id, corpus-id, score).

The command loads the documents into a scratch store with the configured embedder. It then runs every query that has a
relevant document, with the server's default settings. The scratch store is deleted at the end, even if the command is
stopped.

With --questions, the command searches an existing collection: the configured one, or --collection. Each line of the file is a
JSON object with a question and the arXiv ids of the papers that answer it: {"question": "…", "papers": ["1706.03762"]}. Papers can
have grades: {"papers": {"1706.03762": 2, "1810.04805": 1}}. docs/quality.md explains the figures.

Examples:
  $ paperql eval datasets/scifact
  $ paperql eval --collection arxiv_papers --questions questions.jsonl
  $ paperql eval --mode semantic --mode keyword --limit 100 --json datasets/nfcorpus`;

/** @param run is called with the parsed options; nothing large is loaded before. */
export function createEvalCommand(run: (options: EvalOptions) => Promise<void>): Command {
  return new Command('eval')
    .description('measure the quality of search on a test collection: nDCG, MRR, recall and MAP of each mode')
    .argument('[dataset]', 'folder with corpus.jsonl, queries.jsonl and qrels/')
    .option('--split <name>', 'relevance judgements of the dataset to use: qrels/<name>.tsv (default: test)')
    .option('--questions <file>', 'search a collection for these questions instead of using a dataset')
    .option('--collection <name>', 'collection to search (default: QDRANT_COLLECTION)')
    .addOption(
      new Option('--mode <mode>', 'hybrid, semantic or keyword; repeatable')
        .argParser(collectMode)
        .default([], 'all'),
    )
    .option('--limit <count>', 'run at most this many queries', wholeNumberOption(1))
    .option(
      '--interpret',
      'read authors, dates and other filters from the queries, as the server does',
      false,
    )
    .option('--json', 'print the figures as JSON', false)
    .addHelpText('after', HELP)
    .action(
      (dataset: string | undefined, { mode, split, questions, collection, ...options }: ParsedOptions) =>
        run({
          ...options,
          judged: toJudged(dataset, split, questions, collection),
          modes: MODES.filter((each) => mode.length === 0 || mode.includes(each)),
        }),
    );
}

interface ParsedOptions extends Omit<EvalOptions, 'judged' | 'modes'> {
  mode: SearchMode[];
  split?: string;
  questions?: string;
  collection?: string;
}

/** @throws StartupError for options that cannot be combined. */
function toJudged(
  folder: string | undefined,
  split: string | undefined,
  file: string | undefined,
  collection: string | undefined,
): Judged {
  if (folder !== undefined && file === undefined && collection === undefined) {
    return { kind: 'dataset', folder, split: split ?? 'test' };
  }
  if (folder === undefined && file !== undefined && split === undefined) {
    return { kind: 'questions', file, collection };
  }
  throw new StartupError(
    'Expected either the folder of a dataset, optionally with --split, or --questions FILE, optionally with ' +
      '--collection NAME',
  );
}

function collectMode(text: string, before: readonly SearchMode[]): SearchMode[] {
  const mode = MODES.find((each) => each === text.toUpperCase());
  if (mode === undefined) throw new InvalidArgumentError('expected hybrid, semantic or keyword');
  return [...before, mode];
}
