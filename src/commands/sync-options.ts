import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumberOption } from './numbers.js';
import { utcDay, isDay } from '../day.js';
import { EXPECTED_INTERVAL, parseInterval } from '../duration.js';

/** The command line of `paperql sync`. */
export interface SyncCommandOptions {
  /** Empty for the configured sets. */
  set: string[];
  from?: string;
  /** Milliseconds. */
  every?: number;
  dryRun: boolean;
  json: boolean;
  strict: boolean;
  rejects: string;
  maxWait: number;
  /** Whether the first sync waits until `every` has passed since the last one. */
  whenDue: boolean;
}

const EXAMPLES = `
Examples:
  $ paperql sync --set cs:cs:CL --from 2026-11-01
      start an empty corpus with the papers of cs.CL that changed since then, or bring it up to date
  $ paperql sync --set cs --set stat:stat:ML --every 24h
      keep running, and sync every day
  $ paperql sync --set physics:hep-th --dry-run
      receive the pages and count what would be loaded, but store nothing

Without --set, the sets in SYNC_SETS are synced, or all of arXiv if it is unset: more than a thousand pages, at most one every
three seconds. The first sync of a set receives all of it, or what changed since --from; later ones receive what
changed since the last. Run the same command again to resume.

Exit codes are those of paperql ingest:
  0    synced, even if there was nothing new
  1    not started: invalid options, sets or configuration, or no store; or, with --strict, a record was rejected
  3    stopped: arXiv, the store or the embedder could not be reached; run the same command again to resume
  130  stopped by SIGINT (143 by SIGTERM)`;

/** @param run is called with the parsed options; nothing large is loaded before. */
export function createSyncCommand(run: (options: SyncCommandOptions) => Promise<void>): Command {
  return new Command('sync')
    .description('receive new and changed papers from arXiv (OAI-PMH), and load them into the collection')
    .option(
      '--set <name>',
      "a set as arXiv's ListSets names it: cs, cs:cs:LG, physics:hep-th; repeatable",
      (name: string, before: string[]) => [...before, name.trim()],
      [],
    )
    .option('--from <day>', 'receive what changed on this day or later, such as 2026-01-01', toDay)
    .option('--every <time>', 'keep running, and sync again after this time: 24h, 7d', toInterval)
    .option('--dry-run', 'receive and count, store nothing', false)
    .option('--json', 'print the summary as JSON, on one line', false)
    .option('--strict', 'exit with 1 if any record was rejected', false)
    .option(
      '--rejects <file>',
      'file for records that cannot be stored; each sync replaces it',
      'rejects.jsonl',
    )
    .option(
      '--max-wait <seconds>',
      'how long to retry when the store or the embedder fails',
      wholeNumberOption(0),
      300,
    )
    .addOption(new Option('--when-due').default(false).hideHelp())
    .addHelpText('after', EXAMPLES)
    .action((options: SyncCommandOptions) => run(options));
}

function toDay(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('expected a day such as 2026-01-01');
  if (text > utcDay(Date.now())) throw new InvalidArgumentError('expected a day that has begun (UTC)');
  return text;
}

function toInterval(text: string): number {
  const ms = parseInterval(text);
  if (ms === null) throw new InvalidArgumentError(EXPECTED_INTERVAL);
  return ms;
}
