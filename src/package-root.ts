import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder of PaperQL's own package.json, with `schema/`, `models/` and `sample/`, whatever the build folder is.
 */
export const PACKAGE_ROOT = findPackageRoot(import.meta.dirname);

/** An absolute path below the package root. */
export function packagePath(...parts: string[]): string {
  return path.join(PACKAGE_ROOT, ...parts);
}

/** PaperQL's version, from package.json. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return version;
}

/** The SDL of the whole schema, one string for each file of `schema/`. */
export function readSchemaFiles(): string[] {
  const folder = packagePath('schema');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
}

function findPackageRoot(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`No package.json above ${import.meta.dirname}`);
  return findPackageRoot(parent);
}
