/**
 * Generates `docs/schema.md`, the schema reference, from the SDL: `npm run schema:docs`. With `--check`, it only compares, and
 * fails if they differ.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { buildSchema } from 'graphql';
import markdown from 'graphql-markdown';
import { packagePath } from '../src/package-root.js';
import { readSchemaFiles } from '../src/package-root.js';

const file = packagePath('docs', 'schema.md');
const lines: string[] = [];
markdown.renderSchema(await markdown.schemaToJSON(buildSchema(readSchemaFiles().join('\n'))), {
  title: 'Schema reference',
  prologue:
    'Generated from `schema/` by `npm run schema:docs`. Lists the fields of each type, and the arguments of each field.',
  tocFieldTypes: ['Query'],
  printer: (line) => lines.push(line),
});
const text = `${lines.join('\n').trimEnd()}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('docs/schema.md is out of date; run: npm run schema:docs');
  process.exitCode = 1;
}
