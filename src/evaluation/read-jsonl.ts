import { createReadStream } from 'node:fs';
import type { z } from 'zod';
import { StartupError, toError } from '../errors/errors.js';
import { readTextLines } from '../text-lines.js';

/**
 * Reads and checks the lines of a JSON Lines file; empty lines are skipped.
 *
 * @throws StartupError with file and line for text that cannot be read or does not match the schema.
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

/** @throws StartupError if the file cannot be read, or has a line that is too long. */
export async function* readLines(file: string): AsyncGenerator<string> {
  try {
    yield* readTextLines(createReadStream(file));
  } catch (thrown) {
    throw new StartupError(`${file}: ${toError(thrown).message}`, { cause: thrown });
  }
}

function parseJson(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
    throw new StartupError(`${file}, line ${number}: expected a JSON object, not "${shown}"`);
  }
}
