import { pathToFileURL } from 'node:url';
import { packagePath } from '../../src/package-root.js';

/** One run of `paperql`: what a separate process would receive. */
export interface HostedCommand {
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
  directory: string;
  /** Written to both streams after the command's output. */
  endOfOutput: string;
}

/*
 * Runs as a child process. It executes the commands that its parent sends, one at a time, and evaluates `dist/main.js` again for
 * each. Modules, whose loading takes most of a short command's time, are loaded only once. A command that calls `process.exit`
 * ends this process only if it leaves something open.
 */
const main = packagePath('dist', 'main.js');
let commands = 0;
let endOfOutput = '';

/** Work that remains after `process.exit` takes less time than this, unless something is left open. */
const GRACE_MS = 100;
const exit = process.exit.bind(process);
let forcedExit: NodeJS.Timeout | undefined;
// Code that calls `process.exit` does nothing afterwards.
process.exit = ((code) => {
  process.exitCode = code ?? undefined;
  forcedExit = setTimeout(exit, GRACE_MS).unref();
}) as typeof process.exit;

process.on('message', ({ args, environment, directory, ...command }: HostedCommand) => {
  endOfOutput = command.endOfOutput;
  process.argv = [process.execPath, main, ...args];
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  // src/config/environment.ts sets ORT_DISABLE_TELEMETRY, but is evaluated only for the first command.
  Object.assign(process.env, { ORT_DISABLE_TELEMETRY: '1' }, environment);
  process.chdir(directory);
  // From here on, only the command keeps the process alive.
  process.channel?.unref();
  void import(`${pathToFileURL(main).href}?command=${commands++}`);
});

// The parent process has ended, so nothing waits for a command.
process.once('disconnect', () => exit());

process.on('beforeExit', () => {
  clearTimeout(forcedExit);
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  process.stdout.write(endOfOutput);
  process.stderr.write(endOfOutput);
  process.channel?.ref();
  process.send?.(code);
});
