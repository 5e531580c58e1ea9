import { readFile, writeFile } from 'node:fs/promises';
import { config as loadDotenv } from 'dotenv';
import { unlessMissing } from '../system-error.js';

// The ONNX runtime of the local model sends usage reports unless this is set before it is loaded.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';

/**
 * The environment of the process, completed from `.env` in the working directory; variables that are already set take
 * precedence.
 */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  loadDotenv({ quiet: true });
  return process.env;
}

/**
 * Sets variables in a `.env` file: in place if they are there, otherwise at its end. All other lines stay unchanged.
 */
export async function setVariables(file: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const text = (await unlessMissing(readFile(file, 'utf8'))) ?? '';
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  for (const [name, value] of Object.entries(variables)) {
    const at = lines.findLastIndex((line) => new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(line));
    lines.splice(at < 0 ? lines.length : at, at < 0 ? 0 : 1, `${name}=${value}`);
  }
  await writeFile(file, `${lines.join('\n')}\n`);
}
