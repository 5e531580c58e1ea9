import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { globSync } from 'tinyglobby';
import { PACKAGE_ROOT, packagePath } from '../../src/package-root.js';

/** What readers meet, except generated files and files that list words as data. */
const TEXTS = globSync(
  [
    '*.{md,js}',
    '.dependency-cruiser.js',
    '.env.example',
    '.ci/run',
    'codegen.ts',
    'docker-compose.yml',
    'docs/**/*.md',
    '{client,models,sample}/README.md',
    '{schema,mcp,client/operations}/*.graphql',
    'client/src/*.ts',
    '{web,explorer}/src/**/*.{ts,tsx,css}',
    '{src,test,bench,scripts}/**/*.{ts,js}',
    'deploy/**/*',
    '!src/generated/**',
    '!src/**/*-words.ts',
    '!src/search/parse-query/words.ts',
    '!test/unit/prose.test.ts',
  ],
  { cwd: PACKAGE_ROOT, dot: true },
);

test.each([
  ['behind', 'after', /\bbehind\b(?! UTC)/gi],
  ['in front of', 'before', /\bin front of\b/gi],
  ['whoever', 'the person or part that acts', /\bwhoever\b/gi],
  ['anew', 'again', /\banew\b/gi],
  ['mend', 'fix, correct or retry', /\bmend(?:s|ed|ing)?\b/gi],
  ['so many', 'at most this many, or the number', /(?<!not )\bso many\b(?! (?:that|as)\b)/gi],
  ['bears', 'has', /\bbears?\b/gi],
  ['do not compare', 'are not comparable', /\bdo(?:es)? not compare\b/gi],
  ['in order, of a stop', 'gracefully', /\b(?:stop\w*|end\w*)(?: the \w+)? in order\b(?! to\b)/gi],
  [
    'the same command goes on',
    'run the same command again to resume',
    /\bsame command (?:then )?goes on\b/gi,
  ],
  ['a comment that begins with "Of"', 'a noun', /(?:\/\*\*?|\/\/)[\s*]*Of\b/g],
])('no text contains "%s" (write "%s")', (_habit, _better, pattern) => {
  const found = TEXTS.flatMap((file) => {
    const text = readFileSync(packagePath(file), 'utf8');
    return Array.from(text.matchAll(pattern), ({ index }) => {
      const before = text.slice(0, index).split('\n');
      return `${file}:${before.length}: ${text.split('\n')[before.length - 1]?.trim() ?? ''}`;
    });
  });
  expect(TEXTS).toContain('README.md');
  expect(found).toEqual([]);
});
