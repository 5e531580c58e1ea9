import { Command } from 'commander';
import { wholeNumber } from './numbers.js';

/** The command line of `paperql repair`. */
export interface RepairOptions {
  embeddingModel?: string;
  maxWait: number;
}

const NOTES = `
If a repair is killed or stopped, run the same command again to resume it. Embeddings are neither read nor written.

Exit codes:
  0    the collection is repaired
  1    not started: no such collection, invalid configuration, no store, or unknown model of the vectors
  3    stopped after retries failed; run the same command again to resume
  130  stopped by SIGINT (143 by SIGTERM); run the same command again to resume`;

/** @param run is given the parsed options; nothing heavy is loaded before. */
export function createRepairCommand(run: (options: RepairOptions) => Promise<void>): Command {
  return new Command('repair')
    .description(
      'repair a collection in place: one that another program made, such as the Python course, or that lacks indexes',
    )
    .option('--embedding-model <name>', 'model of the vectors, if the collection does not record it')
    .option('--max-wait <seconds>', 'how long to retry when the store fails', wholeNumber(0), 600)
    .addHelpText('after', NOTES)
    .action(run);
}
