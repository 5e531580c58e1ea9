import { Command, InvalidArgumentError, Option } from 'commander';
import type { SearchMode } from '../search/search-options.js';

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
A dataset is a folder in the layout of BEIR, unpacked: corpus.jsonl ({"_id", "title", "text"}), queries.jsonl ({"_id", "text"})
and qrels/SPLIT.tsv (query-id, corpus-id, score).

The documents are loaded into a scratch store of the configured kind, with the configured embedder, and every query that has a
relevant document is searched for as the server does it, by its defaults. The scratch store is deleted at the end, also when the
command is stopped. What the figures mean: docs/quality.md.

Examples:
  $ paperql eval datasets/scifact
  $ paperql eval --mode semantic --mode keyword --limit 100 --json datasets/nfcorpus`;

/** @param run is given the parsed options; nothing heavy is loaded before. */
export function createEvalCommand(run: (options: EvalOptions) => Promise<void>): Command {
  return new Command('eval')
    .description('measure the quality of search on a test collection: nDCG, MRR, recall and MAP of each mode')
    .argument('<dataset>', 'folder with corpus.jsonl, queries.jsonl and qrels/')
    .option('--split <name>', 'which judgements: qrels/<name>.tsv', 'test')
    .addOption(
      new Option('--mode <mode>', 'hybrid, semantic or keyword; repeatable; all of them when not given')
        .argParser(collectMode)
        .default([], 'all'),
    )
    .option('--limit <count>', 'only the first queries', parseCount)
    .option('--interpret', 'read authors, dates and the like from the queries, as the server does', false)
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

function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('expected a whole number of at least 1');
  return count;
}
