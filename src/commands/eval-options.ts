import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from './numbers.js';
import type { SearchMode } from '../search/ranked-hit.js';

/** The command line of `paperql eval`. */
export interface EvalOptions {
  dataset: string;
  split: string;
  modes: readonly SearchMode[];
  limit?: number;
  interpret: boolean;
  json: boolean;
}

const MODES: readonly SearchMode[] = ['HYBRID', 'SEMANTIC', 'KEYWORD'];

const HELP = `
A dataset is an unpacked folder in BEIR's layout: corpus.jsonl ({"_id", "title", "text"}), queries.jsonl ({"_id", "text"})
and qrels/SPLIT.tsv (query-id, corpus-id, score).

The command loads the documents into a scratch store with the configured embedder. It then runs every query that has a
relevant document, with the server's default settings. The scratch store is deleted at the end, even if the command is
stopped. docs/quality.md explains the figures.

Examples:
  $ paperql eval datasets/scifact
  $ paperql eval --mode semantic --mode keyword --limit 100 --json datasets/nfcorpus`;

/** @param run is given the parsed options; nothing heavy is loaded before. */
export function createEvalCommand(run: (options: EvalOptions) => Promise<void>): Command {
  return new Command('eval')
    .description('measure the quality of search on a test collection: nDCG, MRR, recall and MAP of each mode')
    .argument('<dataset>', 'folder with corpus.jsonl, queries.jsonl and qrels/')
    .option('--split <name>', 'relevance judgements to use: qrels/<name>.tsv', 'test')
    .addOption(
      new Option('--mode <mode>', 'hybrid, semantic or keyword; repeatable')
        .argParser(collectMode)
        .default([], 'all'),
    )
    .option('--limit <count>', 'run at most this many queries', wholeNumber(1))
    .option(
      '--interpret',
      'read authors, dates and other filters from the queries, as the server does',
      false,
    )
    .option('--json', 'print the figures as JSON', false)
    .addHelpText('after', HELP)
    .action(
      (
        dataset: string,
        { mode, ...options }: Omit<EvalOptions, 'dataset' | 'modes'> & { mode: SearchMode[] },
      ) =>
        run({ ...options, dataset, modes: MODES.filter((each) => mode.length === 0 || mode.includes(each)) }),
    );
}

function collectMode(text: string, before: readonly SearchMode[]): SearchMode[] {
  const mode = MODES.find((each) => each === text.toUpperCase());
  if (mode === undefined) throw new InvalidArgumentError('expected hybrid, semantic or keyword');
  return [...before, mode];
}
