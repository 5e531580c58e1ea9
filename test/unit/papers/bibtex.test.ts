import { describe, expect, test } from '@jest/globals';
import { parse } from '@retorquere/bibtex-parser';
import { toKaggleRecord } from '../../../src/ingest/kaggle-record.js';
import { toPayload } from '../../../src/ingest/normalise.js';
import { readSample } from '../../../src/ingest/sample.js';
import { MAX_BIBTEX_AUTHORS, toBibtex, type CitedPaper } from '../../../src/papers/bibtex.js';
import type { PaperPayload } from '../../../src/papers/payload.js';

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

test('an entry equals arXiv’s own, including spaces', () => {
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

test('a DOI is written as arXiv writes it, and missing fields are omitted', () => {
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
      'has four words that are not stop words, in letters and digits',
      {
        title: 'BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding',
        authors: ['Jacob Devlin'],
      },
      'devlin2023bertpretrainingdeepbidirectional',
    ],
    ['is the one kept with the paper', { citation_key: 'divaswani2023attention' }, 'divaswani2023attention'],
    ['keeps two particles that arXiv knows', { authors: ['Laurens van der Maaten'] }, 'vandermaaten2023'],
    ['keeps them in capitals too', { authors: ['Paolo Di Vecchia'] }, 'divecchia2023'],
    ['keeps no others', { authors: ['E. P. J. van den Heuvel'] }, 'heuvel2023'],
    ['splits a name of two words', { authors: ['de Vries'] }, 'vries2023'],
    ['has all of a collaboration', { authors: ['The BABAR Collaboration'] }, 'thebabarcollaboration2023'],
    ['has all of a team', { authors: ['Qwen Team'] }, 'qwenteam2023'],
    ['sees initials without spaces', { authors: ['J.-P.Serre'] }, 'serre2023'],
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

test('collaborations and names with a suffix are kept together', () => {
  const written = (...authors: string[]) => fieldOf('author', { authors });
  expect(written('Ada Lovelace', 'Theory and Practice Group', 'A. B, C. Balázs')).toBe(
    String.raw`Ada Lovelace and {Theory and Practice Group} and {A. B, C. Bal{\'a}zs}`,
  );
  expect(written('ATLAS Collaboration', 'G. Aad')).toBe('{ATLAS Collaboration} and G. Aad');
  expect(written('E. L. Berger Jr.', 'John Ingram V')).toBe('{E. L. Berger Jr.} and {John Ingram V}');
  expect(written('Laurens van der Maaten', 'Marie Curie')).toBe('Laurens van der Maaten and Marie Curie');
});

test('only the first of many authors are named', () => {
  const authors = Array.from({ length: MAX_BIBTEX_AUTHORS }, (_, at) => `A. B${at}`);
  expect(fieldOf('author', { authors })).toBe(authors.join(' and '));
  expect(fieldOf('author', { authors: [...authors, 'One More'] })).toBe(
    `${authors.join(' and ')} and others`,
  );
});

describe('the DOI is a single valid one', () => {
  test.each([
    ['10.1103/PhysRevD.76.013009 10.1016/j.nuclphysb.2007.01.001', '10.1103/PhysRevD.76.013009'],
    ['10.1103/PhysRevD.76.013009, 10.1016/j.nuclphysb.2007.01.001', '10.1103/PhysRevD.76.013009'],
    ['10.1103/a;https://doi.org/10.1016/b', '10.1103/a'],
    ['https://doi.org/10.1103/a', '10.1103/a'],
    ['http://dx.doi.org/10.1103/a.', '10.1103/a'],
    ['DOI: 10.1103/a', '10.1103/a'],
    ['10.1007/978-3-030-01388-2_6', '10.1007/978-3-030-01388-2_6'],
    [
      '10.1002/(SICI)1099-0526(199705/06)2:5<31::AID>3.0.CO;2-J',
      '10.1002/(SICI)1099-0526(199705/06)2:5<31::AID>3.0.CO;2-J',
    ],
  ])('%s', (doi, first) => {
    expect(fieldOf('doi', { doi })).toBe(`https://doi.org/${first}`);
  });

  test('and is omitted if there is none', () => {
    expect(fieldOf('doi', { doi: 'to appear' })).toBeUndefined();
  });
});

describe('only known LaTeX macros are used', () => {
  test.each([
    ['yā́na ḗ Nguyễn ắ', String.raw`y{\'{\=a}}na {\'{\=e}} Nguy{\~{\^e}}n {\'{\u a}}`],
    [
      'Ștefan, × Ωθ ½',
      String.raw`{\textcommabelow S}tefan, ${'{$\\times$} {$\\Omega$}{$\\theta$} {$\\frac{1}{2}$}'}`,
    ],
    ['ə ж ŧ', 'ə ж ŧ'],
    ['\\ours and \\emph{it}', String.raw`\textbackslash{}ours and \emph{it}`],
  ])('%s', (title, written) => {
    expect(fieldOf('title', { title })).toBe(written);
  });
});

describe('of a record', () => {
  const bibtexOf = (fields: Record<string, unknown>) => {
    const record = toKaggleRecord({
      id: '2404.02001',
      title: 'T',
      abstract: 'A',
      versions: [{ version: 'v1', created: 'Mon, 1 Jan 2007 00:00:00 GMT' }],
      ...fields,
    });
    if ('reason' in record) throw new Error(record.detail);
    return toBibtex(toPayload(record));
  };

  test.each<[string, Record<string, unknown>, string]>([
    [
      'arXiv’s key name',
      {
        authors: 'Nguyen Van Khue',
        authors_parsed: [['Van Khue', 'Nguyen', '']],
        title: 'Properties of an operator',
      },
      'vankhue2007propertiesoperator',
    ],
    [
      'the original title',
      { authors: 'Chen Yang', title: 'Business as \\textit{Rule}sual:\n  A Benchmark' },
      'yang2007businesstextitrulesualbenchmark',
    ],
    [
      'the letters of mathematics',
      { authors: 'A. One', title: 'The decay $\\bar{D}^0 \\to K\\pi$ revisited' },
      'one2007decaybard0tokpi',
    ],
    ['the string’s first name', { authors: "C. Bal\\'azs (1), B. Two ((1) X)" }, 'balazs2007t'],
    [
      'a collaboration that comes first',
      { authors: 'The H1 Collaboration: F. Aaron' },
      'theh1collaboration2007t',
    ],
  ])('the key has %s', (_what, fields, key) => {
    expect(bibtexOf(fields)).toContain(`@misc{${key}`);
  });
});

test('a parser reads every entry of the sample back unchanged', async () => {
  for (const record of await readSample()) {
    const payload: PaperPayload = toPayload(record);
    const { entries, errors } = parse(toBibtex(payload));
    // The parser does not know all macros of mathematics, which entries contain unchanged.
    expect(errors.filter(({ error }) => !error.startsWith('unhandled macro'))).toEqual([]);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.key).toBe(payload.citation_key);
    const shown = Math.min(payload.authors.length, MAX_BIBTEX_AUTHORS + 1);
    expect(entries[0]?.fields.author).toHaveLength(shown);
  }
}, 60_000);
