import { Command } from 'commander';

/** The command line of `paperql status`. */
export interface StatusOptions {
  json: boolean;
}

const NOTES = `
Exit codes:
  0    told, also when the collection does not exist yet
  1    invalid configuration, or the store does not respond`;

/** @param run is given the parsed options; nothing heavy is loaded before. */
export function createStatusCommand(run: (options: StatusOptions) => Promise<void>): Command {
  return new Command('status')
    .description('tell what is stored, how far its index is, and when it was last synced with arXiv')
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', NOTES)
    .action((options: StatusOptions) => run(options));
}
