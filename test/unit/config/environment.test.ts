import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setVariables } from '../../../src/config/environment.js';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'paperql-dotenv-'));
  file = path.join(directory, '.env');
});
afterEach(() => rm(directory, { recursive: true }));

test('a missing file is created', async () => {
  await setVariables(file, { SEARCH_HNSW_EF: '64' });
  expect(await readFile(file, 'utf8')).toBe('SEARCH_HNSW_EF=64\n');
});

test('an existing variable is replaced in place, others are added, and nothing else changes', async () => {
  await writeFile(
    file,
    '# mine\nSEARCH_HNSW_EF = 10\nSEARCH_HNSW_EF_OTHER=1\n#SEARCH_RESCORE=false\n\nPORT=1',
  );
  await setVariables(file, { SEARCH_HNSW_EF: '64', SEARCH_RESCORE: 'true' });
  expect(await readFile(file, 'utf8')).toBe(
    '# mine\nSEARCH_HNSW_EF=64\nSEARCH_HNSW_EF_OTHER=1\n#SEARCH_RESCORE=false\n\nPORT=1\nSEARCH_RESCORE=true\n',
  );
});
