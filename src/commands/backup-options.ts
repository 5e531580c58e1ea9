import { Command } from 'commander';

/** The command line of each subcommand of `paperql backup`. */
export interface BackupOptions {
  json: boolean;
}

/** What the subcommands do. */
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

Servers and loads may go on while a backup is saved: it holds all that was stored before, and how far it was synced. The folder to
save to must not exist; it has its name once it is whole. A backup is read to its end and compared with its manifest before
anything is restored from it, into a store of the same kind. docs/operations.md tells more, also of clusters.

Exit codes:
  0    done
  1    not done: the folder is no backup, is damaged or exists already; the collection does not exist, or exists already
  130  stopped by SIGINT (143 by SIGTERM); nothing is left`;

/** @param run does what a subcommand was asked for; nothing heavy is loaded before. */
export function createBackupCommand(run: BackupCommands): Command {
  const command = new Command('backup')
    .description('save a collection to a folder, verify such a folder, restore it')
    .addHelpText('after', NOTES);
  command
    .command('save')
    .description('copy the configured collection to a new folder')
    .argument('<folder>', 'folder to make')
    .option('--json', 'print what was saved as JSON, on one line', false)
    .action((folder: string, options: BackupOptions) => run.save(folder, options));
  command
    .command('verify')
    .description('read a backup to its end and compare it with its manifest')
    .argument('<folder>', 'folder that "save" made')
    .option('--json', 'print what it holds as JSON, on one line', false)
    .action((folder: string, options: BackupOptions) => run.verify(folder, options));
  command
    .command('restore')
    .description('make the configured collection, which must not exist, from a backup')
    .argument('<folder>', 'folder that "save" made')
    .option('--json', 'print what was restored as JSON, on one line', false)
    .action((folder: string, options: BackupOptions) => run.restore(folder, options));
  return command;
}
