#!/usr/bin/env node
import cluster from 'node:cluster';
import { Command, CommanderError } from 'commander';
import { createBackupCommand } from './commands/backup-options.js';
import { createEmbeddingsCommand } from './commands/embeddings-options.js';
import { createEvalCommand } from './commands/eval-options.js';
import { createIngestCommand } from './commands/ingest-options.js';
import { createKeysCommand } from './commands/keys-options.js';
import { createRepairCommand } from './commands/repair-options.js';
import { createStatusCommand } from './commands/status-options.js';
import { createSyncCommand } from './commands/sync-options.js';
import { createTuneCommand } from './commands/tune-options.js';
import { parseConfig } from './config/config.js';
import { readEnvironment } from './config/environment.js';
import { PublicError, StartupError, toError, toOperatorMessage } from './errors/errors.js';
import { packageVersion } from './package-root.js';

const program = new Command('paperql')
  .description('Search arXiv papers by meaning, over GraphQL.')
  .version(packageVersion());

program
  .command('serve', { isDefault: true })
  .description('serve the GraphQL API; configured by environment variables and .env, see .env.example')
  .action(async () => {
    const { serve } = await import('./commands/serve.js');
    const config = parseConfig(readEnvironment());
    if (config.workers === 1) {
      const server = await serve(config);
      stopOnSignals(() => server.close());
      return;
    }
    const { obeyPrimary, serveByWorkers } = await import('./commands/serve-workers.js');
    if (cluster.isWorker) {
      obeyPrimary(await serve(config));
    } else {
      const server = await serveByWorkers(config);
      stopOnSignals(() => server.close());
    }
  });

program
  .command('mcp')
  .description(
    'serve tools for agents (MCP) on standard input and output; uses the same configuration as serve',
  )
  .action(async () => {
    const { serveAgents } = await import('./commands/mcp.js');
    stopOnSignals(await serveAgents(parseConfig(readEnvironment())));
  });

program.addCommand(
  createIngestCommand((options) =>
    untilStopped(async (signal) => {
      const { ingest } = await import('./commands/ingest.js');
      process.exitCode = await ingest(parseConfig(readEnvironment()), options, signal);
    }),
  ),
);

program.addCommand(
  createSyncCommand((options) =>
    untilStopped(async (signal) => {
      const { sync } = await import('./commands/sync.js');
      process.exitCode = await sync(parseConfig(readEnvironment()), options, signal);
    }),
  ),
);

program.addCommand(
  createStatusCommand(async (options) => {
    const { status } = await import('./commands/status.js');
    await status(parseConfig(readEnvironment()), options);
  }),
);

program.addCommand(
  createBackupCommand({
    save: (folder, options) =>
      untilStopped(async (signal) => {
        const { saveBackup } = await import('./commands/backup.js');
        await saveBackup(parseConfig(readEnvironment()), folder, options, signal);
      }),
    async verify(folder, options) {
      const { verifyFolder } = await import('./commands/backup.js');
      await verifyFolder(folder, options);
    },
    restore: (folder, options) =>
      untilStopped(async (signal) => {
        const { restoreBackup } = await import('./commands/backup.js');
        await restoreBackup(parseConfig(readEnvironment()), folder, options, signal);
      }),
  }),
);

program.addCommand(
  createEmbeddingsCommand({
    export: (file, options) =>
      untilStopped(async (signal) => {
        const { exportEmbeddings } = await import('./commands/embeddings.js');
        await exportEmbeddings(parseConfig(readEnvironment()), file, options, signal);
      }),
    import: (file, options) =>
      untilStopped(async (signal) => {
        const { importEmbeddings } = await import('./commands/embeddings.js');
        await importEmbeddings(parseConfig(readEnvironment()), file, options, signal);
      }),
  }),
);

program.addCommand(
  createRepairCommand((options) =>
    untilStopped(async (signal) => {
      const { repair } = await import('./commands/repair.js');
      process.exitCode = await repair(parseConfig(readEnvironment()), options, signal);
    }),
  ),
);

program.addCommand(
  createTuneCommand({
    run: (options) =>
      untilStopped(async (signal) => {
        const { tune } = await import('./commands/tune.js');
        await tune(parseConfig(readEnvironment()), options, signal);
      }),
    apply: (report, options) =>
      untilStopped(async (signal) => {
        const { applyReport } = await import('./commands/tune-apply.js');
        await applyReport(parseConfig(readEnvironment()), report, options, signal);
      }),
    async compare(a, b, options) {
      const { printComparison } = await import('./commands/tune-report.js');
      await printComparison(a, b, options);
    },
    async clean() {
      const { clean } = await import('./commands/tune.js');
      await clean(parseConfig(readEnvironment()));
    },
  }),
);

program.addCommand(
  createEvalCommand((options) =>
    untilStopped(async (signal) => {
      const { evaluate } = await import('./commands/eval.js');
      await evaluate(parseConfig(readEnvironment()), options, signal);
    }),
  ),
);

program.addCommand(
  createKeysCommand({
    async add(name, options) {
      const { addKey } = await import('./commands/keys.js');
      await addKey(parseConfig(readEnvironment()), name, options);
    },
    async list(options) {
      const { listKeys } = await import('./commands/keys.js');
      await listKeys(parseConfig(readEnvironment()), options);
    },
    async revoke(name) {
      const { revokeKey } = await import('./commands/keys.js');
      await revokeKey(parseConfig(readEnvironment()), name);
    },
  }),
);

throwOnExit(program);
program.parseAsync().catch((thrown: unknown) => process.exit(tellFailure(thrown)));

/** Makes commander throw instead of ending the process, so that the process ends in one place. */
function throwOnExit(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwOnExit);
}

/** @returns the exit code. */
function tellFailure(thrown: unknown): number {
  // Commander has already printed rejected arguments, help and the version.
  if (thrown instanceof CommanderError) return thrown.exitCode;
  const error = toError(thrown);
  const isExpected = error instanceof StartupError || error instanceof PublicError;
  console.error(
    isExpected
      ? toOperatorMessage(error)
      : `PaperQL stopped because of an unexpected error: ${error.message}`,
  );
  return 1;
}

/** Runs work that a signal may stop gracefully; an error that it throws after the signal is not a failure. */
async function untilStopped(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = stopGracefully();
  try {
    await run(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  if (stop.signal.aborted) process.exitCode = stop.exitCode();
}

/** The first signal asks to stop gracefully; a second one ends the process immediately. */
function stopGracefully(): { signal: AbortSignal; exitCode(): number } {
  const controller = new AbortController();
  let code = 0;
  const stop = (name: NodeJS.Signals, exitCode: number) => () => {
    if (controller.signal.aborted) endBy(name, exitCode);
    code = exitCode;
    // Listeners that draw on the terminal clear their output first.
    controller.abort();
    console.error('Finishing work in flight; press Ctrl-C again to stop immediately.');
  };
  process.on('SIGINT', stop('SIGINT', 130));
  process.on('SIGTERM', stop('SIGTERM', 143));
  return { signal: controller.signal, exitCode: () => code };
}

/** The first signal lets requests in flight finish; a second one ends the process immediately. */
function stopOnSignals(close: () => Promise<void>): void {
  let stopping = false;
  const stop = (name: NodeJS.Signals) => {
    if (stopping) endBy(name, 1);
    stopping = true;
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/**
 * Lets the signal end the process, which a shell reports as 130 or 143. `process.exit` would first end the threads of
 * the local model, and the ONNX runtime aborts a process that does this while it embeds a text.
 */
function endBy(name: NodeJS.Signals, exitCode: number): never {
  process.removeAllListeners(name);
  process.kill(process.pid, name);
  // The first process of a container ignores signals that it does not handle.
  process.exit(exitCode);
}
