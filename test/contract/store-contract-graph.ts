import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';

import { paper } from './paper-points.js';
import type { UseCollection } from './store-contract.js';
import { completeDirectory } from '../../src/directory/complete-directory.js';
import { packagePath } from '../../src/package-root.js';
import { serveStore, type ServedStore } from '../support/served-store.js';

const BY = 'http://creativecommons.org/licenses/by/4.0/';
const PAPERS = [
  paper('2501.00001', [1, 0, 0, 0], {
    title: 'Attention in graphs',
    ...writtenBy('Tian Xu', 'Csaba Balázs'),
    ...filedUnder('cs.LG', 'cs.CV'),
    ...submittedOn('2023-05-01'),
    license: BY,
  }),
  paper('2501.00002', [0.9, 0.1, 0, 0], {
    title: 'Attention in images',
    ...writtenBy('T. Xu', 'Łukasz Kaiser'),
    ...filedUnder('cs.CV'),
    ...submittedOn('2022-05-01'),
    license: BY,
  }),
  paper('2501.00003', [0.8, 0.3, 0, 0], {
    title: 'Graphs of knots',
    ...writtenBy('Tian Xu', 'C. Balázs'),
    ...filedUnder('math.GT'),
    ...submittedOn('2021-05-01'),
  }),
  paper('2501.00004', [0, 1, 0, 0], {
    title: 'Knots and links',
    ...writtenBy('Łukasz Kaiser'),
    ...filedUnder('math.GT'),
    ...submittedOn('2021-06-01'),
  }),
  paper('2501.00005', [0, 0.9, 0.3, 0], {
    title: 'Links of surfaces',
    ...writtenBy('Łukasz Kaiser', '张伟'),
    ...filedUnder('math.GT', 'math.AG'),
    ...submittedOn('2020-05-01'),
  }),
  paper('2501.00006', [0, 0, 1, 0], {
    title: 'Stars in clusters',
    ...writtenBy('张伟', "Conan O'Brien"),
    ...filedUnder('astro-ph.GA'),
    ...submittedOn('2019-05-01'),
  }),
  paper('2501.00007', [0, 0, 0.9, 0.4], {
    title: 'Clusters of galaxies',
    ...writtenBy("Conan O'Brien"),
    ...filedUnder('astro-ph.CO'),
    ...submittedOn('2019-06-01'),
  }),
];

function writtenBy(...authors: string[]) {
  return { authors, author_names: authors };
}

function filedUnder(...categories: [string, ...string[]]) {
  const archives = [...new Set(categories.map((code) => code.replace(/\..*/, '')))];
  return { categories, primary_category: categories[0], archives };
}

function submittedOn(day: string) {
  return { submitted_at: `${day}T00:00:00Z`, year: Number(day.slice(0, 'YYYY'.length)) };
}

/** Answers that were checked by hand; the same for every store. */
const OPERATIONS = z
  .array(z.object({ name: z.string(), operation: z.string(), data: z.unknown() }))
  .parse(JSON.parse(readFileSync(packagePath('test', 'fixtures', 'around-papers.json'), 'utf8')));

const REFUSALS: [name: string, operation: string, message: string][] = [
  [
    'unknown papers of a recommendation are named',
    '{ recommend(like: ["2501.00001", "2501.99999", "hep-th/9901001"]) { totalCount } }',
    'The corpus does not have 2501.99999, hep-th/9901001',
  ],
  [
    'a paper is liked or unliked, not both',
    '{ recommend(like: ["2501.00001"], unlike: ["arXiv:2501.00001v2"]) { totalCount } }',
    '2501.00001 is in both "like" and "unlike"; remove it from one of them',
  ],
  [
    'a recommendation starts from some paper',
    '{ recommend(like: []) { totalCount } }',
    '"like" must name at least one paper to recommend from',
  ],
];

/** Tests the code that all stores share, through the whole server. */
export function registerGraphContract(useCollection: UseCollection): void {
  describe('around a paper', () => {
    const store = useCollection('contract_graph', PAPERS);
    let served: ServedStore;
    beforeAll(async () => {
      await completeDirectory(store(), { isChanged: true });
      served = await serveStore(store());
    });
    afterAll(() => served.close());

    test.each(OPERATIONS)('$name', async ({ operation, data }) => {
      expect(rounded(await served.ask(operation))).toEqual({ data });
    });

    test.each(REFUSALS)('%s', async (_name, operation, expected) => {
      const { errors } = await served.ask(operation);
      expect(errors).toMatchObject([{ message: expected, extensions: { code: 'BAD_USER_INPUT' } }]);
    });
  });
}

/** Scores are single-precision numbers whose last digits differ between engines. */
function rounded(answer: unknown): unknown {
  const text = JSON.stringify(answer, (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(4)) : value,
  );
  return JSON.parse(text);
}
