import { expect, test } from '@jest/globals';
import { archiveName, CATEGORIES, findCategory } from '../../../src/papers/taxonomy.js';

test('the taxonomy has all of arXiv’s categories, 155 of them current', () => {
  expect(CATEGORIES).toHaveLength(176);
  expect(CATEGORIES.filter(({ isCurrent }) => isCurrent)).toHaveLength(155);
  expect(new Set(CATEGORIES.map(({ code }) => code)).size).toBe(176);
  expect([...new Set(CATEGORIES.map(({ group }) => group))]).toEqual([
    'Computer Science',
    'Economics',
    'Electrical Engineering and Systems Science',
    'Mathematics',
    'Physics',
    'Quantitative Biology',
    'Quantitative Finance',
    'Statistics',
  ]);
});

test('a category is found in any letter case', () => {
  expect(findCategory('CS.cv')).toEqual({
    code: 'cs.CV',
    name: 'Computer Vision and Pattern Recognition',
    group: 'Computer Science',
    archive: 'cs',
    archiveName: 'Computer Science',
    isCurrent: true,
    mergedInto: null,
  });
  expect(findCategory('cs.ZZ')).toBeNull();
});

test.each([
  ['alg-geom', false, 'math.AG'],
  ['cmp-lg', false, 'cs.CL'],
  ['cs.NA', true, 'math.NA'],
  ['math.MP', true, 'math-ph'],
  ['astro-ph', false, null],
  ['q-bio', false, null],
  ['hep-th', true, null],
])('%s: current %s, merged into %s', (code, isCurrent, mergedInto) => {
  expect(findCategory(code)).toMatchObject({ isCurrent, mergedInto });
});

test('the target of a merged category is a category', () => {
  const others = CATEGORIES.flatMap(({ mergedInto }) => mergedInto ?? []);
  expect(others).toHaveLength(24);
  expect(others.filter((code) => findCategory(code)?.code !== code)).toEqual([]);
});

test('archives have their own names', () => {
  expect(archiveName('q-bio')).toBe('Quantitative Biology');
  expect(archiveName('chao-dyn')).toBe('Chaotic Dynamics');
  expect(archiveName('none')).toBeNull();
});
