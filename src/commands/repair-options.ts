import { Command } from 'commander';
import { atLeast } from './ingest-options.js';

/** The command line of `paperql repair`. */
export interface RepairOptions {
  embeddingModel?: string;
  maxWait: number;
}

const NOTES = `
Killed or stopped, the same command goes on where it was. Embeddings are neither read nor written.

Exit codes:
  0    the collection is in shape
  1    not begun: no such collection, wrong configuration, no store, nobody says what its vectors are
  3    stopped by a failure of the store that waiting did not mend; the same command goes on
  130  stopped by SIGINT (143 by SIGTERM); the same command goes on`;

/** @param run is given the parsed options; nothing heavy is loaded before. */
export function createRepairCommand(run: (options: RepairOptions) => Promise<void>): Command {
  return new Command('repair')
    .description(
      'bring a collection into shape, in place: one that was made by other means, such as the Python course, or lacks indexes',
    )
    .option('--embedding-model <name>', 'the model of its vectors, where the collection does not say it')
    .option('--max-wait <seconds>', 'how long to wait for a store that fails', atLeast(0), 600)
    .addHelpText('after', NOTES)
    .action(run);
}
