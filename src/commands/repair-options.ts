import { Command } from 'commander';
import { wholeNumberOption } from './numbers.js';

/** The command line of `paperql repair`. */
export interface RepairOptions {
  embeddingModel?: string;
  maxWait: number;
}

const NOTES = `
To resume a repair that was stopped or killed, run the same command again. Embeddings are neither read nor written.

Exit codes:
  0    finished
  1    not started: no such collection, invalid configuration, no store, or the model of the vectors is unknown
  3    stopped after retries failed; run the same command again to resume
  130  stopped by SIGINT (143 by SIGTERM); run the same command again to resume`;

/** @param run is called with the parsed options; nothing large is loaded before. */
export function createRepairCommand(run: (options: RepairOptions) => Promise<void>): Command {
  return new Command('repair')
    .description(
      'complete a collection in place, if another program (such as the Python course) made it or indexes are missing',
    )
    .option('--embedding-model <name>', 'model of the vectors, if the collection does not record it')
    .option('--max-wait <seconds>', 'how long to retry if the store fails', wholeNumberOption(0), 600)
    .addHelpText('after', NOTES)
    .action(run);
}
