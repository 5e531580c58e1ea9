import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from './numbers.js';
import { KEY_NAME, KEY_SCOPES, type ApiKey } from '../access/keys.js';

/** The command line of `paperql keys add`. */
export interface AddKeyOptions {
  scope: ApiKey['scope'];
  budget?: number;
}

export interface ListKeysOptions {
  json: boolean;
}

/** What the subcommands do. */
export interface KeysCommands {
  add(name: string, options: AddKeyOptions): Promise<void>;
  list(options: ListKeysOptions): Promise<void>;
  revoke(name: string): Promise<void>;
}

const NOTES = `
Keys are kept, hashed, in keys.json in DATA_DIR or in the file that API_KEYS_FILE names. Running servers follow the file
within a second. docs/access.md tells what keys are for.

Examples:
  $ paperql keys add newsletter --budget 100000
  $ paperql keys add prometheus --scope admin
  $ paperql keys revoke newsletter`;

/** @param run does what a subcommand was asked for; nothing heavy is loaded before. */
export function createKeysCommand(run: KeysCommands): Command {
  const command = new Command('keys')
    .description('add, list and revoke the API keys of clients')
    .addHelpText('after', NOTES);
  command
    .command('add')
    .description('add a key and print it, this once')
    .argument('<name>', 'name of the key, for you and the log', parseName)
    .addOption(
      new Option('--scope <scope>', 'read sends operations; admin also reads /metrics')
        .choices(KEY_SCOPES)
        .default('read'),
    )
    .option('--budget <units>', 'cost that it may ask for in a minute, see docs/limits.md', wholeNumber(1))
    .action((name: string, options: AddKeyOptions) => run.add(name, options));
  command
    .command('list')
    .description('list the keys, without the keys themselves')
    .option('--json', 'print them as JSON', false)
    .action((options: ListKeysOptions) => run.list(options));
  command
    .command('revoke')
    .description('make a key invalid')
    .argument('<name>', 'name of the key')
    .action((name: string) => run.revoke(name));
  return command;
}

function parseName(text: string): string {
  if (KEY_NAME.test(text)) return text;
  throw new InvalidArgumentError(
    'expected at most 64 letters, digits, ".", "_" and "-", first a letter or digit',
  );
}
