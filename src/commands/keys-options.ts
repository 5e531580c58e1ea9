import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumberOption } from './numbers.js';
import { KEY_NAME, KEY_SCOPES, type ApiKey } from '../access/keys.js';

/** The command line of `paperql keys add`. */
export interface AddKeyOptions {
  scope: ApiKey['scope'];
  budget?: number;
}

export interface ListKeysOptions {
  json: boolean;
}

/** Implementations of the subcommands. */
export interface KeysCommands {
  add(name: string, options: AddKeyOptions): Promise<void>;
  list(options: ListKeysOptions): Promise<void>;
  revoke(name: string): Promise<void>;
}

const NOTES = `
Hashes of the keys are stored in keys.json in DATA_DIR, or in the file API_KEYS_FILE. Running servers notice changes within a
second. docs/access.md explains what keys are for.

Examples:
  $ paperql keys add newsletter --budget 100000
  $ paperql keys add prometheus --scope admin
  $ paperql keys revoke newsletter`;

/** @param run executes a subcommand; nothing large is loaded before it is called. */
export function createKeysCommand(run: KeysCommands): Command {
  const command = new Command('keys')
    .description('add, list and revoke the API keys of clients')
    .addHelpText('after', NOTES);
  command
    .command('add')
    .description('add a key and print it; it cannot be shown again')
    .argument('<name>', 'name of the key, which appears in the log', parseName)
    .addOption(
      new Option('--scope <scope>', 'read sends operations; admin also reads /metrics')
        .choices(KEY_SCOPES)
        .default('read'),
    )
    .option('--budget <units>', 'maximum cost per minute, see docs/limits.md', wholeNumberOption(1))
    .action((name: string, options: AddKeyOptions) => run.add(name, options));
  command
    .command('list')
    .description('list names, scopes and budgets of the keys')
    .option('--json', 'print them as JSON', false)
    .action((options: ListKeysOptions) => run.list(options));
  command
    .command('revoke')
    .description('revoke a key')
    .argument('<name>', 'name of the key')
    .action((name: string) => run.revoke(name));
  return command;
}

function parseName(text: string): string {
  if (KEY_NAME.test(text)) return text;
  throw new InvalidArgumentError(
    'expected at most 64 letters, digits, ".", "_" and "-", beginning with a letter or digit',
  );
}
