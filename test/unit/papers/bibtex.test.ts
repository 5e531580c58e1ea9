import { describe, expect, test } from '@jest/globals';
import { toBibtex, type CitedPaper } from '../../../src/papers/bibtex.js';

const ATTENTION: CitedPaper = {
  id: '1706.03762',
  title: 'Attention Is All You Need',
  authors: ['Ashish Vaswani', 'Noam Shazeer', 'Aidan N. Gomez', 'Lukasz Kaiser'],
  versions: [
    { version: 'v1', created: '2017-06-12T17:57:34.000Z' },
    { version: 'v7', created: '2023-08-02T00:41:18.000Z' },
  ],
  submitted_at: '2017-06-12T17:57:34.000Z',
  primary_category: 'cs.CL',
};

/** One field of the entry, without its braces. */
function fieldOf(name: string, changes: Partial<CitedPaper>): string | undefined {
  return new RegExp(`^      ${name}=\\{(.*)\\}, ?$`, 'm').exec(toBibtex({ ...ATTENTION, ...changes }))?.[1];
}

function keyOf(changes: Partial<CitedPaper>): string | undefined {
  return /^@misc\{([^,]*),\n/.exec(toBibtex({ ...ATTENTION, ...changes }))?.[1];
}

test('an entry is arXiv’s own, to the spaces', () => {
  expect(toBibtex(ATTENTION)).toBe(
    '@misc{vaswani2023attentionneed,\n' +
      '      title={Attention Is All You Need}, \n' +
      '      author={Ashish Vaswani and Noam Shazeer and Aidan N. Gomez and Lukasz Kaiser},\n' +
      '      year={2023},\n' +
      '      eprint={1706.03762},\n' +
      '      archivePrefix={arXiv},\n' +
      '      primaryClass={cs.CL},\n' +
      '      url={https://arxiv.org/abs/1706.03762}, \n' +
      '}',
  );
});

test('a DOI is given as arXiv gives it, and what a paper lacks is left out', () => {
  expect(fieldOf('doi', { doi: '10.1103/PhysRevD.76.013009' })).toBe(
    'https://doi.org/10.1103/PhysRevD.76.013009',
  );
  expect(toBibtex({ id: 'hep-th/9901001' })).toBe(
    '@misc{unknown,\n      title={}, \n      author={},\n      eprint={hep-th/9901001},\n' +
      '      archivePrefix={arXiv},\n      url={https://arxiv.org/abs/hep-th/9901001}, \n}',
  );
});

describe('the key', () => {
  test.each<[string, Partial<CitedPaper>, string]>([
    [
      'takes four words that are no stop words, in letters and digits',
      {
        title: 'BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding',
        authors: ['Jacob Devlin'],
      },
      'devlin2023bertpretrainingdeepbidirectional',
    ],
    ['keeps particles with the family name', { authors: ['Laurens van der Maaten'] }, 'vandermaaten2023'],
    ['leaves suffixes out', { authors: ['Martin Luther King Jr.'] }, 'king2023'],
    ['has no accents', { authors: ['Csaba Balázs'] }, 'balazs2023'],
    ['is a key without Latin letters too', { authors: ['张伟'] }, 'unknown2023'],
  ])('%s', (_name, changes, key) => {
    expect(keyOf({ title: '', ...changes })).toBe(key);
  });
});

describe('a title is escaped', () => {
  test.each([
    ['Profit & loss: 100% of #1_2', String.raw`Profit \& loss: 100\% of \#1\_2`],
    ['A $5 note', String.raw`A \$5 note`],
    ['x^2 ~ y', String.raw`x\textasciicircum{}2 \textasciitilde{} y`],
    ['Bounds on $x_1^2 \\& y$ & more', String.raw`Bounds on $x_1^2 \& y$ \& more`],
    ['Für Größe', String.raw`F{\"u}r Gr{\"o}{\ss}e`],
    ['Łukasz’ naïve “proof” — no', String.raw`{\L}ukasz' na{\"i}ve ${'``'}proof'' --- no`],
    ['A {\\bf bold} claim', String.raw`A {\bf bold} claim`],
    ['Open { brace', String.raw`Open \lbrace{} brace`],
    ['Close } brace $\\}$', String.raw`Close \rbrace{} brace $\rbrace{}$`],
    ['Ends with \\', String.raw`Ends with \textbackslash{}`],
    ['50\\% done', String.raw`50\% done`],
    ['Of $α$-stable laws', String.raw`Of ${'${\\alpha}$'}-stable laws`],
    ['深度学习', '深度学习'],
  ])('%s', (title, written) => {
    expect(fieldOf('title', { title })).toBe(written);
  });

  test('so that braces are always balanced', () => {
    for (const title of ['}{', '{{}', '}}}', '\\{', '$\\{$ }', '{$}$']) {
      const entry = toBibtex({ ...ATTENTION, title });
      let depth = 0;
      for (const [brace] of entry.slice(0, -1).matchAll(/[{}]/g)) {
        depth += brace === '{' ? 1 : -1;
        expect(depth).toBeGreaterThan(0);
      }
      expect(depth).toBe(1);
    }
  });
});

test('names that hold "and" or commas stay one name', () => {
  expect(
    fieldOf('author', { authors: ['Ada Lovelace', 'Theory and Practice Group', 'A. B, C. Balázs'] }),
  ).toBe(String.raw`Ada Lovelace and {Theory and Practice Group} and {A. B, C. Bal{\'a}zs}`);
});
