import { expect, test } from '@jest/globals';
import { arxivIdOfDoi, isDoi, splitDois, toDoiKey } from '../../../src/papers/doi.js';

test.each([
  '10.1103/PhysRevD.76.013009',
  'doi: 10.1103/physrevd.76.013009',
  'https://doi.org/10.1103/PhysRevD.76.013009',
  'http://dx.doi.org/10.1103/PhysRevD.76.013009',
  'https://www.doi.org/10.1103%2FPhysRevD.76.013009',
  'doi.org/10.1103/PHYSREVD.76.013009',
  'DOI 10.1103/PhysRevD.76.013009.',
  '<https://doi.org/10.1103/PhysRevD.76.013009>',
  '(10.1103/PhysRevD.76.013009),',
  'info:doi/10.1103/PhysRevD.76.013009',
  'urn:doi:10.1103/PhysRevD.76.013009',
  'https://doi.org/doi:10.1103/PhysRevD.76.013009',
  'https://hdl.handle.net/10.1103/PhysRevD.76.013009',
  'https://doi.org/10.1103/PhysRevD.76.013009?nosfx=y',
])('%s is read as the same DOI', (doi) => {
  expect(toDoiKey(doi)).toBe('10.1103/physrevd.76.013009');
  expect(isDoi(doi)).toBe(true);
  expect(arxivIdOfDoi(doi)).toBeNull();
});

test.each(['10', '10.1/x', 'PhysRevD.76.013009', '10.1103/a b', ''])('"%s" is not a DOI', (text) => {
  expect(isDoi(text)).toBe(false);
});

test.each([
  ['10.48550/arXiv.1706.03762', '1706.03762'],
  ['https://doi.org/10.48550/ARXIV.1706.03762', '1706.03762'],
  ['10.48550/arXiv.hep-th/9711200', 'hep-th/9711200'],
  ['info:doi/10.48550/arXiv.1706.03762', '1706.03762'],
  ['DOI 10.48550/arXiv.1706.03762v7.', '1706.03762'],
])("arXiv's own %s names the paper %s", (doi, id) => {
  expect(arxivIdOfDoi(doi)).toBe(id);
});

test.each([
  ['10.1000/a, 10.1000/b', ['10.1000/a', '10.1000/b']],
  ['10.1000/a,10.1000/b;doi:10.1000/c', ['10.1000/a', '10.1000/b', '10.1000/c']],
  ['10.1000/a , ; https://doi.org/10.1000/b', ['10.1000/a', '10.1000/b']],
  ['10.1000/a and 10.1000/b', ['10.1000/a', '10.1000/b']],
  ['10.1000/a, and doi:10.1000.10/b.', ['10.1000/a', '10.1000.10/b']],
  ['10.1000/a,b;c', ['10.1000/a,b;c']],
  ['10.1000/a (erratum)', ['10.1000/a']],
  [',;', []],
])('the field "%s" has these DOIs', (field, dois) => {
  expect(splitDois(field)).toEqual(dois);
});

test('a hundred thousand separators, prefixes or resolvers take linear time', () => {
  for (const piece of [',', '.', ' ', ', ', ' ,;', ', and ', '10.1000.', '10.1000.1', 'doi:', 'doi.org/']) {
    const text = piece.repeat(Math.ceil(200_000 / piece.length));
    expect(splitDois(`10.1000/a${text}`)[0]).toMatch(/^10\.1000\/a/);
    expect(isDoi(`10.1000/a${text}a`)).toBe(!text.includes(' '));
    expect(toDoiKey(`${text}10.1000/a`)).toMatch(/10\.1000\/a$/);
  }
});
