import { describe, expect, test } from '@jest/globals';
import { toAuthorNames } from '../../../src/ingest/author-names.js';
import { toCategories } from '../../../src/ingest/normalise.js';
import { cleanText } from '../../../src/ingest/clean-text.js';
import { toDay, toInstant, toVersions } from '../../../src/ingest/dates.js';

describe('text', () => {
  test.each([
    ["C. Bal\\'azs", 'C. Balázs'],
    ['Gr\\"obner', 'Gröbner'],
    ['{\\"o}', 'ö'],
    ["\\'{\\i}", 'í'],
    ["Garc\\'\\i a", 'García'],
    ['\\v{s} \\v s', 'š š'],
    ['S\\o ren', 'Søren'],
    ['I. M. Gel\\cprime fand', 'I. M. Gelʹfand'],
    ['V. I. Arnol{\\cprime}d, Gel\\cprime{}fand', 'V. I. Arnolʹd, Gelʹfand'],
    ['Ob\\cdprime yasnenie', 'Obʺyasnenie'],
    ['Stra{\\ss}e', 'Straße'],
    ['\\L{}ukasz', 'Łukasz'],
    ['Erd\\H{o}s', 'Erdős'],
    ['\\c{C}a\\u{g}lar', 'Çağlar'],
    ["Ji\\v{r}\\'{\\i}", 'Jiří'],
    ['AT\\&T, 50\\%, a\\_b', 'AT&T, 50%, a_b'],
    ['Prop.~5', 'Prop. 5'],
    ['Bose--Einstein', 'Bose–Einstein'],
    ["``quoted''", '“quoted”'],
    ['\\emph{very} {\\it in vivo}', 'very in vivo'],
    ['\\textbf{\\emph{nested}}', 'nested'],
    ['{B}ayesian', 'Bayesian'],
    ['an \\alpha decay', 'an α decay'],
    ['white \t\n space ', 'white space'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['\u202eturned\u202c half\ud800 \u{1f999}', 'turned half \u{1f999}'],
    ['A &amp; B &lt; C &#39;d&#39;', "A & B < C 'd'"],
    ['twice &amp;amp; encoded', 'twice & encoded'],
    ['e\u0301', 'é'],
  ])('%j becomes %j', (written, expected) => {
    expect(cleanText(written)).toBe(expected);
    expect(cleanText(expected)).toBe(expected);
  });

  test.each([
    '$\\alpha_{\\rm s}$',
    "mathematics $\\'a\\,{x}--y~z$ inside",
    '\\(a--b\\) and \\[c~d\\]',
    '$$\\{0,1\\}$$',
    '\\begin{equation} a~b \\end{equation}',
    'about ~5 GeV',
    'a QSO at z~2.56',
    'https://example.org/~me',
    'costs $5 million',
    'values {0,1}',
    '\\unknown{x} and \\c{opyright}',
    'a lone \\',
    'R&D; AT&T',
    '',
  ])('%j does not change', (text) => {
    expect(cleanText(text)).toBe(text);
  });

  test('malformed text never causes a crash', () => {
    const pieces = [
      '\\',
      '{',
      '}',
      '$',
      '~',
      "'",
      '"',
      '&',
      '#',
      ';',
      'a',
      'é',
      '\ud800',
      ' ',
      '--',
      '\\v',
      '\\begin{math}',
    ];
    let state = 7;
    const next = () => (state = (state * 48_271) % 2_147_483_647);
    for (let round = 0; round < 3_000; round++) {
      const text = Array.from({ length: next() % 14 }, () => pieces[next() % pieces.length]).join('');
      expect(typeof cleanText(text)).toBe('string');
    }
  });

  test('takes time in proportion to the length, whatever the content', () => {
    for (const piece of [
      '$',
      '{',
      '\\',
      "\\'",
      '&',
      '{\\it ',
      '\\(',
      '\\begin{math}',
      '(',
      '--',
      '\u0301\u0323',
    ]) {
      const text = piece.repeat(Math.ceil(200_000 / piece.length));
      expect(cleanText(text).length).toBeLessThanOrEqual(text.length);
    }
  });
});

describe('authors', () => {
  const names = (authors: string | null, parsed: string[][] | null = null) =>
    toAuthorNames({ authors, authors_parsed: parsed });

  test.each([
    [[['Balázs', 'C.', '']], ['C. Balázs']],
    [[['Berger', 'E. L.', 'Jr.', 'Argonne']], ['E. L. Berger Jr.']],
    [[['Erd\\H{o}s', 'P.', '']], ['P. Erdős']],
    [[['fand', 'I. M. Gel\\cprime', '']], ['I. M. Gelʹfand']],
    [[['ATLAS Collaboration', 'The', '']], ['The ATLAS Collaboration']],
    [[['for the CMS Collaboration', '', '']], ['CMS Collaboration']],
    [
      [
        ['', '', ''],
        ['Borne--Pons', 'Paul', ''],
      ],
      ['Paul Borne-Pons'],
    ],
  ])('in the parsed list %j are %j', (parsed, expected) => {
    expect(names('Somebody Else', parsed)).toEqual(expected);
  });

  test.each([
    ["C. Bal\\'azs, E. L. Berger", ['C. Balázs', 'E. L. Berger']],
    ['A. One and B. Two', ['A. One', 'B. Two']],
    ['A. One, B. Two, and C. Three', ['A. One', 'B. Two', 'C. Three']],
    ['A. One (1), B. Two (2) ((1) Univ. of X, (2) Y)', ['A. One', 'B. Two']],
    ['A. One (Inst. Z', ['A. One Inst. Z']],
    ['John Smith, Jr., Ann Bell, III', ['John Smith Jr.', 'Ann Bell III']],
    ['X. Young on behalf of the CMS Collaboration', ['X. Young', 'CMS Collaboration']],
    ['The ATLAS Collaboration: G. Aad, et al.', ['The ATLAS Collaboration', 'G. Aad']],
    ['Nikin~Matharaarachchi;Bo Li', ['Nikin Matharaarachchi', 'Bo Li']],
    ['Andy Sand', ['Andy Sand']],
    ['', []],
  ])('in the string %j are %j', (authors, expected) => {
    expect(names(authors)).toEqual(expected);
  });

  test('ten thousand of them, or of brackets, take linear time', () => {
    expect(names(Array.from({ length: 10_000 }, (_, at) => `A. B${at}`).join(', '))).toHaveLength(10_000);
    expect(names(`A. One ${'('.repeat(20_000)}`)).toEqual(['A. One']);
  });

  test.each(['x', '†', 'a@', 'for the ', '(for group ', 'x ', "\\'", '\u0301\u0323', 'a\u200b\u0301\u0323'])(
    'a hundred thousand times %j takes linear time',
    (piece) => {
      const authors = piece.repeat(100_000);
      expect(names(authors)).toBeInstanceOf(Array);
      expect(names(null, [[authors, 'A. One', '']])).toBeInstanceOf(Array);
    },
  );

  test('an address after a name is removed', () => {
    expect(names('A. One <a@b.org>, B. Two<b.two@c.edu>, c@d.com')).toEqual(['A. One', 'B. Two']);
  });
});

test.each([
  ['cs.CV 68T45, 62H30 I.2.10', ['cs.CV']],
  ['cs.LG stat.ML cs.LG', ['cs.LG', 'stat.ML']],
  ['CS.lg,Physics.FLU-DYN', ['cs.LG', 'physics.flu-dyn']],
  ['hep-th alg-geom cmp-lg', ['hep-th', 'alg-geom', 'cmp-lg']],
  ['cond-mat.mes-hall', ['cond-mat.mes-hall']],
  ['', []],
])('the categories of %j are %j', (codes, expected) => {
  expect(toCategories(codes)).toEqual(expected);
});

describe('dates', () => {
  test.each([
    ['Mon, 2 Apr 2007 19:18:42 GMT', '2007-04-02T19:18:42Z'],
    ['Mon, 2 Apr 2007 19:18:42 +0200', '2007-04-02T17:18:42Z'],
    ['2 Apr 2007 19:18:42', '2007-04-02T19:18:42Z'],
    ['2007-04-02', '2007-04-02T00:00:00Z'],
    ['2007-04-02T19:18:42+00:00', '2007-04-02T19:18:42Z'],
    ['2007-04-02T19:18:42.123+02:00', '2007-04-02T17:18:42Z'],
    ['2007-04-02 19:18:42', '2007-04-02T19:18:42Z'],
    ['2007-04-02 19:18:42-0400', '2007-04-02T23:18:42Z'],
    ['2007/04/02', '2007-04-02T00:00:00Z'],
    ['20070402', '2007-04-02T00:00:00Z'],
    ['20070402191842', '2007-04-02T19:18:42Z'],
    ['202301010600', '2023-01-01T06:00:00Z'],
    ['20070402T191842Z', '2007-04-02T19:18:42Z'],
    ['20070402T1918+0200', '2007-04-02T17:18:00Z'],
    ['April 2, 2007', '2007-04-02T00:00:00Z'],
    ['Mon Apr  2 19:18:42 2007', '2007-04-02T19:18:42Z'],
    ['2 Apr 2007 19:18:42 EST', '2007-04-03T00:18:42Z'],
    ['1175541522', '2007-04-02T19:18:42Z'],
    ['1175541522000', '2007-04-02T19:18:42Z'],
    ['2007-02-30', undefined],
    ['2007-04-02T25:00:00Z', undefined],
    ['20070230191842', undefined],
    ['200704022500', undefined],
    ['some day', undefined],
    [null, undefined],
  ])('%j is the instant %j', (date, expected) => {
    expect(toInstant(date)).toBe(expected);
  });

  test.each([
    ['2008-11-26', '2008-11-26'],
    ['Wed, 26 Nov 2008 10:00:00 GMT', '2008-11-26'],
    ['2008-11-26T00:00:00', '2008-11-26'],
    ['1227657600000', '2008-11-26'],
    ['2008-13-45', ''],
    [null, ''],
  ])('%j is the day %j', (date, expected) => {
    expect(toDay(date)).toBe(expected);
  });

  test('versions are sorted by number, without those that have no date', () => {
    const versions = toVersions([
      { version: 'v10', created: 'Tue, 10 Apr 2007 00:00:00 GMT' },
      { version: 'v2', created: 'Tue, 3 Apr 2007 00:00:00 GMT' },
      { version: 'v1', created: 'never' },
    ]);
    expect(versions.map(({ version }) => version)).toEqual(['v2', 'v10']);
  });
});
