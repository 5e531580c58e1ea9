import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { StartupError, toError } from '../errors/errors.js';

/**
 * The lines of a JSON Lines file, checked; empty lines are passed over.
 *
 * @throws StartupError with file and line for what cannot be read or is not as the schema wants it.
 */
export async function* readJsonLines<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  let number = 0;
  for await (const line of readLines(file)) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = schema.safeParse(parseJson(line, file, number));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new StartupError(
        `${file}, line ${number}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`,
      );
    }
    yield parsed.data;
  }
}

/** @throws StartupError when the file cannot be read. */
export async function* readLines(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  } catch (thrown) {
    throw new StartupError(`${file}: ${toError(thrown).message}`, { cause: thrown });
  }
}

function parseJson(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(number === 1 ? line.replace(/^\ufeff/, '') : line);
  } catch {
    const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
    throw new StartupError(`${file}, line ${number}: expected a JSON object, not "${shown}"`);
  }
}
