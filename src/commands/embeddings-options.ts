import { Command } from 'commander';

/** The command line of each subcommand of `paperql embeddings`. */
export interface EmbeddingsOptions {
  dryRun: boolean;
  json: boolean;
}

/** Implementations of the subcommands. */
export interface EmbeddingsCommands {
  export(file: string, options: EmbeddingsOptions): Promise<void>;
  import(file: string, options: EmbeddingsOptions): Promise<void>;
}

const NOTES = `
Examples:
  $ paperql embeddings export arxiv.safetensors
      on the machine where the papers were embedded
  $ paperql embeddings import arxiv.safetensors
  $ paperql ingest arxiv-metadata-oai-snapshot.json.zip
      on another machine: papers whose text is in the file are not embedded

A file contains embeddings in half precision, their model and a checksum, but no papers. Imported files are kept in DATA_DIR;
later runs of ingest and sync with the same embedder use them instead of embedding the same texts. docs/embeddings.md describes
the format, so other programs can write such files, too.

Exit codes:
  0    done
  1    failed: the file is missing, damaged, made by another model or exists already (export); or the collection is empty
  130  stopped by SIGINT (143 by SIGTERM); unfinished files are removed`;

/** @param run executes a subcommand; nothing large is loaded before it is called. */
export function createEmbeddingsCommand(run: EmbeddingsCommands): Command {
  const command = new Command('embeddings')
    .description('move embeddings between machines and stores in a file')
    .addHelpText('after', NOTES);
  command
    .command('export')
    .description("write the configured collection's embeddings to a new file")
    .argument('<file>', 'file to create, such as arxiv.safetensors')
    .option('--dry-run', 'print the number and size; write nothing', false)
    .option('--json', 'print the result as JSON, on one line', false)
    .action((file: string, options: EmbeddingsOptions) => run.export(file, options));
  command
    .command('import')
    .description('verify a file and keep it for loads')
    .argument('<file>', 'file that "export" wrote')
    .option('--dry-run', 'verify the file; keep nothing', false)
    .option('--json', 'print the result as JSON, on one line', false)
    .action((file: string, options: EmbeddingsOptions) => run.import(file, options));
  return command;
}
