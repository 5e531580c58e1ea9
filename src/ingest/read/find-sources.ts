import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { StartupError } from '../../errors/errors.js';
import { systemCodeOf } from '../../system-error.js';

/** One input: a file, or standard input. */
export interface InputSource {
  /** The name for messages; `-` is standard input. */
  name: string;
  /** Absolute; null for standard input. */
  path: string | null;
  /** Size on disk; null for standard input. */
  bytes: number | null;
  modifiedMs: number | null;
}

const STANDARD_INPUT: InputSource = { name: '-', path: null, bytes: null, modifiedMs: null };

/**
 * The files of names and globs, in the order given (those of a glob by name), without duplicates.
 *
 * @throws StartupError that names what matches nothing or cannot be read.
 */
export async function findSources(patterns: readonly string[]): Promise<InputSource[]> {
  const found = new Map<string, InputSource>();
  for (const pattern of patterns) {
    for (const source of await expand(pattern)) found.set(source.path ?? source.name, source);
  }
  return [...found.values()];
}

async function expand(pattern: string): Promise<InputSource[]> {
  if (pattern === '-') return [STANDARD_INPUT];
  // An existing file whose name looks like a glob is taken literally.
  const exists = await access(pattern).then(
    () => true,
    () => false,
  );
  if (exists || !isDynamicPattern(pattern)) return [await statSource(pattern)];
  const names = await glob([pattern], { onlyFiles: true, expandDirectories: false });
  if (names.length === 0) throw new StartupError(`No file matches ${pattern}`);
  return Promise.all(names.sort().map(statSource));
}

async function statSource(name: string): Promise<InputSource> {
  try {
    const found = await stat(name);
    if (found.isDirectory()) {
      throw new StartupError(`${name} is a folder; name files, or a glob such as "${name}/*.json"`);
    }
    await access(name, constants.R_OK);
    return { name, path: path.resolve(name), bytes: found.size, modifiedMs: found.mtimeMs };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `${name} cannot be read (${systemCodeOf(error) ?? 'unknown error'}); expected a file to load, or -`,
      {
        cause: error,
      },
    );
  }
}
