import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packagePath } from '../package-root.js';

/** The SDL of the whole schema, one string for each file of `schema/`. */
export function readSchemaFiles(): string[] {
  const folder = packagePath('schema');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
}
