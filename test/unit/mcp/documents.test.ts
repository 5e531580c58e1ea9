import { describe, expect, test } from '@jest/globals';
import { buildSchema, Kind, parse, validate } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { packagePath } from '../../../src/package-root.js';
import { commentAbove, onlyOperation } from '../../../src/mcp/input-schema.js';
import { readSchemaFiles } from '../../../src/package-root.js';

/** Apollo's MCP server reads each of our documents separately, with the comment before it. */

const schema = buildSchema(readSchemaFiles().join('\n'));
const read = (file: string) => parse(readFileSync(packagePath(file), 'utf8'));
const listFiles = (folder: string) =>
  readdirSync(packagePath(...folder.split('/'))).map((file) => `${folder}/${file}`);
const isOperation = (file: string) =>
  read(file).definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);

test.each([...listFiles('client/operations').filter(isOperation), ...listFiles('mcp')])(
  '%s has one operation, with a comment that describes it',
  (file) => {
    expect(commentAbove(onlyOperation(read(file).definitions))).toMatch(/^[A-Z\d].{20,}\.$/);
  },
);

describe('the files that docs/agents.md names for it', () => {
  const page = readFileSync(packagePath('docs', 'agents.md'), 'utf8');
  const paths = Array.from(page.matchAll(/^ {4}- \.\/(\S+)$/gm), ([, file = '']) => file);
  const files = paths.flatMap((file) => (file.endsWith('.graphql') ? file : listFiles(file)));

  test('are more than the tools', () => {
    expect(files.length).toBeGreaterThan(listFiles('mcp').length);
  });

  test.each(files)('%s uses no fragments of other files', (file) => {
    expect(validate(schema, read(file))).toEqual([]);
  });

  test('are all operations of the client without such fragments, except those of single pages', () => {
    const alone = listFiles('client/operations').filter(
      (file) => isOperation(file) && validate(schema, read(file)).length === 0,
    );
    const left = alone.filter((file) => !files.includes(file));
    expect(left.map((file) => file.replace(/.*\//, ''))).toEqual([
      'author-page.graphql',
      'category-page.graphql',
      'corpus-front.graphql',
      'count-papers.graphql',
      'did-you-mean.graphql',
      'paper-page.graphql',
      'search-facets.graphql',
    ]);
  });
});
