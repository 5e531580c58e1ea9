import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { print } from 'graphql';
import ts from 'typescript';
import {
  CorpusOverviewDocument,
  ExplainedSearchDocument,
  PaperWithSimilarDocument,
  SearchPapersDocument,
} from '@paperql/client';
import { packagePath } from '../../src/package-root.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test.each([
  [SearchPapersDocument, { query: 'Mentions of point clouds by Tian-Xing Xu' }],
  [PaperWithSimilarDocument, { id: '1706.03762' }],
  [CorpusOverviewDocument, {}],
  [ExplainedSearchDocument, { query: 'point clouds', ranking: { recency: {} } }],
])('the documents of client/operations are answered without errors', async (document, variables) => {
  expect(await server.ask(print(document), variables)).toEqual({ data: expect.any(Object) });
});

/** Compiles the text as a file of `docs/` with the project's own compiler options. */
function compile(text: string): string[] {
  const { config } = ts.readConfigFile(packagePath('tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, packagePath());
  const file = packagePath('docs', 'example.ts');
  const host = ts.createCompilerHost({ ...options, noEmit: true });
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, text, version) : readSource(name, version);
  const isFile = host.fileExists.bind(host);
  host.fileExists = (name) => name === file || isFile(name);
  const program = ts.createProgram([file], { ...options, noEmit: true, incremental: false }, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** The TypeScript below a mark in docs/clients.md. */
async function readExample(name: string): Promise<string> {
  const page = await readFile(packagePath('docs', 'clients.md'), 'utf8');
  const example = page.split(`<!-- test: ${name} -->`)[1]?.split('```ts\n')[1]?.split('```')[0];
  if (example === undefined) throw new Error(`docs/clients.md has no ${name}`);
  return example;
}

test('the client example of docs/clients.md compiles, and its types are those of the schema', async () => {
  const example = await readExample('client example');
  expect(compile(example)).toEqual([]);
  expect(compile(example.replace('paper.title', 'paper.nonesuch')).join()).toContain(
    "'nonesuch' does not exist",
  );
});

test('the codegen example of docs/clients.md is a configuration that codegen takes', async () => {
  const example = await readExample('codegen example');
  expect(compile(example)).toEqual([]);
  expect(compile(example.replace('schema:', 'shema:')).join()).toContain("'shema' does not exist");
});
