import { Command } from 'commander';

/** The command line of each subcommand of `paperql backup`. */
export interface BackupOptions {
  json: boolean;
}

/** Implementations of the subcommands. */
export interface BackupCommands {
  save(folder: string, options: BackupOptions): Promise<void>;
  verify(folder: string, options: BackupOptions): Promise<void>;
  restore(folder: string, options: BackupOptions): Promise<void>;
}

const NOTES = `
Examples:
  $ paperql backup save /backups/2026-11-29
  $ paperql backup verify /backups/2026-11-29
  $ QDRANT_COLLECTION=arxiv_papers paperql backup restore /backups/2026-11-29

Servers and loads can keep running while a backup is saved. The backup contains everything that was stored before, and the sync
state. The folder to save to must not exist; it gets its name only when the backup is complete. A restore first compares the whole
backup with its manifest, and needs a store of the same kind. docs/operations.md has the details, including clusters.

Exit codes:
  0    done
  1    failed: the folder is damaged, exists already (save) or is not a backup; or the collection does not exist (save) or
       exists already (restore)
  130  stopped by SIGINT (143 by SIGTERM); unfinished files are removed`;

/** @param run executes a subcommand; nothing large is loaded before it is called. */
export function createBackupCommand(run: BackupCommands): Command {
  const command = new Command('backup')
    .description('save a collection to a folder, verify a backup, or restore it')
    .addHelpText('after', NOTES);
  command
    .command('save')
    .description('copy the configured collection to a new folder')
    .argument('<folder>', 'folder to create')
    .option('--json', 'print the result as JSON, on one line', false)
    .action((folder: string, options: BackupOptions) => run.save(folder, options));
  command
    .command('verify')
    .description('read a whole backup and compare it with its manifest')
    .argument('<folder>', 'folder that "save" created')
    .option('--json', 'print the result as JSON, on one line', false)
    .action((folder: string, options: BackupOptions) => run.verify(folder, options));
  command
    .command('restore')
    .description('create the configured collection, which must not exist yet, from a backup')
    .argument('<folder>', 'folder that "save" created')
    .option('--json', 'print the result as JSON, on one line', false)
    .action((folder: string, options: BackupOptions) => run.restore(folder, options));
  return command;
}
