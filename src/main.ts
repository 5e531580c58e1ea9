#!/usr/bin/env node
import { Command } from 'commander';
import { parseConfig } from './config/config.js';
import { readEnvironment } from './config/environment.js';
import { PublicError, StartupError, toError } from './errors/errors.js';
import { packageVersion } from './package-root.js';

const program = new Command('paperql')
  .description('Searches arXiv papers by meaning, over GraphQL.')
  .version(packageVersion());

program
  .command('serve', { isDefault: true })
  .description('serve the GraphQL API; configured by environment variables and .env, see .env.example')
  .action(async () => {
    const { serve } = await import('./commands/serve.js');
    const server = await serve(parseConfig(readEnvironment()));
    stopOnSignals(() => server.close());
  });

program.parseAsync().catch((thrown: unknown) => {
  const error = toError(thrown);
  const isExpected = error instanceof StartupError || error instanceof PublicError;
  console.error(isExpected ? error.message : `PaperQL stopped on an unexpected error: ${error.message}`);
  process.exit(1);
});

/** The first signal lets requests under way finish; a second one ends the process at once. */
function stopOnSignals(close: () => Promise<void>): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
