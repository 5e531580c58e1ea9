import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { isInputObjectType, isInterfaceType, isNonNullType, isObjectType, buildSchema } from 'graphql';
import ts from 'typescript';
import { packagePath, readSchemaFiles } from '../../src/package-root.js';

/** Arguments and input fields with a default. */
const DEFAULTED = Object.values(buildSchema(readSchemaFiles().join('\n')).getTypeMap())
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) => {
    if (isInputObjectType(type)) return Object.values(type.getFields());
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap(({ args }) => args);
  })
  .filter(({ defaultValue }) => defaultValue !== undefined);

const NAMES = new Set(DEFAULTED.map(({ name }) => name));

/** Folders whose functions get the arguments of an operation; `search/parse-query/` only gets text. */
const FOLDERS = ['resolvers', 'search', 'directory', 'cost'];

/**
 * Places where code gives an argument a value of its own: `{ first = 10 }`, `first ?? 10`, `args.first ?? 10` and
 * `first || 10`.
 */
function findReinvented(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = nameWithDefault(node);
    if (name !== undefined && NAMES.has(name)) found.push(`${file}: ${node.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameWithDefault(node: ts.Node): string | undefined {
  if (ts.isBindingElement(node) && node.initializer) return (node.propertyName ?? node.name).getText();
  if (ts.isParameter(node) && node.initializer) return node.name.getText();
  if (!ts.isBinaryExpression(node)) return undefined;
  const { QuestionQuestionToken, BarBarToken } = ts.SyntaxKind;
  if (![QuestionQuestionToken, BarBarToken].some((kind) => kind === node.operatorToken.kind))
    return undefined;
  return ts.isPropertyAccessExpression(node.left) ? node.left.name.text : node.left.getText();
}

test('an argument with a default cannot be null', () => {
  expect(DEFAULTED.length).toBeGreaterThan(15);
  expect(DEFAULTED.filter(({ type }) => !isNonNullType(type))).toEqual([]);
});

test('the code does not repeat a default of the schema', () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(packagePath('src', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('parse-query'))
      .map((file) => path.posix.join('src', folder, file)),
  );
  const found = files.flatMap((file) => findReinvented(file, readFileSync(packagePath(file), 'utf8')));
  expect(files.length).toBeGreaterThan(30);
  // `search` has no default for `first`, which excludes `last`.
  expect(found.sort()).toEqual([
    'src/cost/prices.ts: first ?? last',
    'src/search/paging.ts: first ?? DEFAULT_PAGE_SIZE',
  ]);
});

test.each([
  ['({ first = 10 }) => first', 'first = 10'],
  ['(mode = "HYBRID") => mode', 'mode = "HYBRID"'],
  ['(args) => args.first ?? 10', 'args.first ?? 10'],
  ['({ diversity }) => diversity || 0', 'diversity || 0'],
])('a default in %s would be found', (code, place) => {
  expect(findReinvented('example.ts', code)).toEqual([`example.ts: ${place}`]);
});
