import { describe, expect, test } from '@jest/globals';
import { toCsl, toRis, type CitedPaper } from '../../../web/src/citations.js';
import { readList } from '../../../web/src/read-list.js';

const PAPER: CitedPaper = {
  id: '0704.0054',
  title: 'The Hardy-Lorentz Spaces $H^{p,q}(R^n)$: à la\n Müller',
  abstract: 'Improves on arXiv:1234.56789.',
  authors: [{ name: 'Wael Abu-Shammala' }],
  authorCount: 1,
  submittedAt: '2007-04-01T10:20:30Z',
  journalRef: 'Studia Math. 182 (2007), 283-294',
  doi: '10.4064/sm182-3-7 10.1000/other',
  url: 'https://arxiv.org/abs/0704.0054',
};

test('a RIS record has the fields that reference managers read', () => {
  expect(toRis(PAPER).split('\r\n')).toEqual([
    'TY  - UNPB',
    'ID  - 0704.0054',
    'TI  - The Hardy-Lorentz Spaces $H^{p,q}(R^n)$: à la Müller',
    'AU  - Abu-Shammala, Wael',
    'PY  - 2007',
    'DA  - 2007/04/01',
    'AB  - Improves on arXiv:1234.56789.',
    'DO  - 10.4064/sm182-3-7',
    'DB  - arXiv',
    'AN  - arXiv:0704.0054',
    'UR  - https://arxiv.org/abs/0704.0054',
    'N1  - Published in: Studia Math. 182 (2007), 283-294',
    'ER  - ',
    '',
  ]);
});

test('a CSL-JSON item has the fields that reference managers read', () => {
  expect(toCsl({ ...PAPER, authorCount: 3_000 })).toEqual({
    id: 'arXiv:0704.0054',
    type: 'article',
    title: PAPER.title,
    author: [{ family: 'Abu-Shammala', given: 'Wael' }],
    issued: { 'date-parts': [[2007, 4, 1]] },
    abstract: PAPER.abstract,
    publisher: 'arXiv',
    number: 'arXiv:0704.0054',
    note: 'Published in: Studia Math. 182 (2007), 283-294\nOnly the first 1 of 3,000 authors',
    DOI: '10.4064/sm182-3-7',
    URL: PAPER.url,
  });
});

describe('names', () => {
  test.each<[name: string, ris: string, csl: Record<string, string>]>([
    ['Ashish Vaswani', 'Vaswani, Ashish', { family: 'Vaswani', given: 'Ashish' }],
    ['Floris van der Tak', 'van der Tak, Floris', { family: 'van der Tak', given: 'Floris' }],
    ['M. De Napoli', 'De Napoli, M.', { family: 'De Napoli', given: 'M.' }],
    ["Gerard 't Hooft", "'t Hooft, Gerard", { family: "'t Hooft", given: 'Gerard' }],
    ['Van Tran', 'Tran, Van', { family: 'Tran', given: 'Van' }],
    ['John A. Smith Jr.', 'Smith, John A., Jr.', { family: 'Smith', given: 'John A.', suffix: 'Jr.' }],
    ['John Smith, Jr.', 'Smith, John, Jr.', { family: 'Smith', given: 'John', suffix: 'Jr.' }],
    ['Cole Miller III', 'Miller, Cole, III', { family: 'Miller', given: 'Cole', suffix: 'III' }],
    ['Jean-Luc Bouchaud', 'Bouchaud, Jean-Luc', { family: 'Bouchaud', given: 'Jean-Luc' }],
    ['Csaba Balázs', 'Balázs, Csaba', { family: 'Balázs', given: 'Csaba' }],
    ['W. E', 'E, W.', { family: 'E', given: 'W.' }],
    ['Plato', 'Plato', { literal: 'Plato' }],
    ['The BABAR Collaboration', 'The BABAR Collaboration', { literal: 'The BABAR Collaboration' }],
    ['the H1, ZEUS Collaborations', 'the H1 ZEUS Collaborations', { literal: 'the H1, ZEUS Collaborations' }],
  ])('%s', (name, ris, csl) => {
    const paper = { ...PAPER, authors: [{ name }] };
    expect(toRis(paper)).toContain(`\r\nAU  - ${ris}\r\n`);
    expect(toCsl(paper)['author']).toEqual([csl]);
  });
});

describe('a list of references is read', () => {
  const list = [PAPER, { ...PAPER, id: 'hep-th/9901001', url: 'https://arxiv.org/abs/hep-th/9901001' }];
  const ids = ['0704.0054', 'hep-th/9901001'];

  test.each<[name: string, text: string, read: ReturnType<typeof readList>]>([
    ['from RIS as exported', list.map(toRis).join(''), { ids, others: 0 }],
    ['from CSL-JSON as exported', JSON.stringify(list.map(toCsl)), { ids, others: 0 }],
    ['once for each paper', [...list, ...list].map(toRis).join(''), { ids, others: 0 }],
    [
      'from BibTeX, without other numbers and without what an abstract mentions',
      `@misc{a2007, title={{N}eural (and other things}, eprint={0704.0054v2},
         archivePrefix={arXiv}, abstract = {See arXiv:1234.56789}}
       @article{b, doi = "10.1103/2345.67890", pages={1--2}}
       @article{c,
         url = {https://arxiv.org/pdf/hep-th/9901001v3},
       }`,
      { ids, others: 1 },
    ],
    [
      'from RIS of others, by its DOI',
      'TY  - JOUR\nTI  - X\nDO  - 10.48550/arXiv.2101.00001\nER  - \n',
      { ids: ['2101.00001'], others: 0 },
    ],
    ['from an empty list', '[]', { ids: [], others: 0 }],
  ])('%s', (_name, text, read) => {
    expect(readList(text)).toEqual(read);
  });

  test.each([
    ['an empty file', ' \n', 'The file is empty.'],
    ['another kind of file', 'arXiv:0704.0054', 'The file is not BibTeX, RIS or CSL-JSON.'],
    ['a page', '<html>arXiv:0704.0054</html>', 'The file is not BibTeX, RIS or CSL-JSON.'],
    [
      'cut JSON',
      JSON.stringify(list.map(toCsl)).slice(0, -9),
      'The file is not valid JSON; it may be incomplete.',
    ],
    ['other JSON', '["0704.0054"]', 'The file is JSON, but not CSL-JSON: a list of references.'],
    ['cut RIS', toRis(PAPER).slice(0, -9), 'The file ends within a reference; it may be incomplete.'],
    ['cut BibTeX', '@misc{a, eprint={0704.0054}', 'The file ends within a reference; it may be incomplete.'],
  ])('but not %s', (_name, text, reason) => {
    expect(readList(text)).toBe(reason);
  });
});
