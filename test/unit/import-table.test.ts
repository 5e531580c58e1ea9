import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/package-root.js';

const { FOLDERS } = (await import(packagePath('.dependency-cruiser.js'))) as {
  FOLDERS: Record<string, string[]>;
};

test('CONTRIBUTING.md shows what each folder may import', () => {
  const rows = readFileSync(packagePath('CONTRIBUTING.md'), 'utf8').matchAll(
    /^\| `src\/(\S+)\/` +\|[^|]+\|([^|]*)\|$/gm,
  );
  const shown = [...rows].map(([, folder = '', allowed = '']) => [folder, toFolders(allowed)]);
  expect(Object.fromEntries(shown)).toEqual(FOLDERS);
});

/** The folders named in a cell; `everything but` names those that are excluded. */
function toFolders(cell: string): string[] {
  const named = [...cell.matchAll(/`([^`]+)`/g)].map(([, folder = '']) => folder);
  if (!cell.includes('everything but')) return named;
  const all = Object.keys(FOLDERS).filter((folder) => folder !== 'commands' && !named.includes(folder));
  return all.sort();
}
