/**
 * Writes `docs/schema.md`, the reference for readers, from the SDL: `npm run schema:docs`. With `--check` it only compares,
 * and fails when they differ.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { buildSchema } from 'graphql';
import markdown from 'graphql-markdown';
import { packagePath } from '../src/package-root.js';
import { readSchemaFiles } from '../src/server/schema.js';

const file = packagePath('docs', 'schema.md');
const lines: string[] = [];
markdown.renderSchema(await markdown.schemaToJSON(buildSchema(readSchemaFiles().join('\n'))), {
  title: 'Schema reference',
  prologue:
    'Made from `schema/` by `npm run schema:docs`. What a type is made of, and every argument of its fields.',
  tocFieldTypes: ['Query'],
  printer: (line) => lines.push(line),
});
const text = `${lines.join('\n').trimEnd()}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('docs/schema.md does not fit the schema; run: npm run schema:docs');
  process.exitCode = 1;
}
