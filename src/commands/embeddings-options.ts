import { Command } from 'commander';

/** The command line of each subcommand of `paperql embeddings`. */
export interface EmbeddingsOptions {
  dryRun: boolean;
  json: boolean;
}

/** What the subcommands do. */
export interface EmbeddingsCommands {
  export(file: string, options: EmbeddingsOptions): Promise<void>;
  import(file: string, options: EmbeddingsOptions): Promise<void>;
}

const NOTES = `
Examples:
  $ paperql embeddings export arxiv.safetensors
      on one machine, where the papers were embedded
  $ paperql embeddings import arxiv.safetensors
  $ paperql ingest arxiv-metadata-oai-snapshot.json.zip
      on another one: papers whose text is in the file are not embedded

A file holds embeddings in half precision with their model and a checksum, and no papers. Imported files are kept in DATA_DIR,
where every later ingest and sync with the same embedder looks before it embeds a text. docs/embeddings.md describes the format,
in which other programs can write such files, too.

Exit codes:
  0    done
  1    not done: the file is damaged, of another model or missing, exists already (export), or the collection is empty
  130  stopped by SIGINT (143 by SIGTERM); nothing is left; run the same command again`;

/** @param run does what a subcommand was asked for; nothing heavy is loaded before. */
export function createEmbeddingsCommand(run: EmbeddingsCommands): Command {
  const command = new Command('embeddings')
    .description('move embeddings between machines and stores in a file')
    .addHelpText('after', NOTES);
  command
    .command('export')
    .description("write the configured collection's embeddings to a new file")
    .argument('<file>', 'file to make, such as arxiv.safetensors')
    .option('--dry-run', 'tell number and size; write nothing', false)
    .option('--json', 'print what was exported as JSON, on one line', false)
    .action((file: string, options: EmbeddingsOptions) => run.export(file, options));
  command
    .command('import')
    .description('verify a file and keep it for loads')
    .argument('<file>', 'file that "export" wrote')
    .option('--dry-run', 'verify the file; keep nothing', false)
    .option('--json', 'print what was imported as JSON, on one line', false)
    .action((file: string, options: EmbeddingsOptions) => run.import(file, options));
  return command;
}
