import { Command } from 'commander';

/** The command line of `paperql status`. */
export interface StatusOptions {
  json: boolean;
}

const NOTES = `
Exit codes:
  0    printed, even if the collection does not exist yet
  1    invalid configuration, or the store does not respond`;

/** @param run is called with the parsed options; nothing large is loaded before. */
export function createStatusCommand(run: (options: StatusOptions) => Promise<void>): Command {
  return new Command('status')
    .description('show what is stored, the progress of the index, and the last sync with arXiv')
    .option('--json', 'print the status as JSON', false)
    .addHelpText('after', NOTES)
    .action((options: StatusOptions) => run(options));
}
