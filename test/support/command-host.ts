import { pathToFileURL } from 'node:url';
import { packagePath } from '../../src/package-root.js';

/** One run of `paperql`, as a process of its own would be given it. */
export interface HostedCommand {
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
  directory: string;
  /** Is written to both streams after the command's own output. */
  endOfOutput: string;
}

/*
 * Run as a child process: it carries out the commands that its parent sends, one after the other, each by evaluating
 * `dist/main.js` again. What takes most of a short command's time, loading its modules, is done once. A command that calls
 * `process.exit` ends this process only when it leaves something open.
 */
const main = packagePath('dist', 'main.js');
let commands = 0;
let endOfOutput = '';

/** What is left to do after `process.exit` takes less when it ends by itself. */
const GRACE_MS = 100;
const exit = process.exit.bind(process);
let forcedExit: NodeJS.Timeout | undefined;
// Its callers have nothing to do after it.
process.exit = ((code) => {
  process.exitCode = code ?? undefined;
  forcedExit = setTimeout(exit, GRACE_MS).unref();
}) as typeof process.exit;

process.on('message', ({ args, environment, directory, ...command }: HostedCommand) => {
  endOfOutput = command.endOfOutput;
  process.argv = [process.execPath, main, ...args];
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  // src/config/environment.ts sets the first, but is evaluated for one command only.
  Object.assign(process.env, { ORT_DISABLE_TELEMETRY: '1' }, environment);
  process.chdir(directory);
  // From here on only the command keeps the process from reaching its end.
  process.channel?.unref();
  void import(`${pathToFileURL(main).href}?command=${commands++}`);
});

// Nobody is left who would wait for a command.
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
