import { describe, expect, test } from '@jest/globals';
import { cleanText } from '../../../src/ingest/clean-text.js';

describe('a mark belongs to the letter after its macro', () => {
  test.each([
    // Accents of mathematics, outside mathematics.
    ['p\\bar{p} annihilation at 2 GeV', 'pp̄ annihilation at 2 GeV'],
    ['K^0-\\bar{K}^0 and D^0\\bar{D}^{*0} states', 'K^0-K̄^0 and D^0D̄^{*0} states'],
    ['b \\bar b and \\bar\\nu, \\bar{\\nu}', 'b b̄ and ν̄, ν̄'],
    ['the [1\\bar{1}0] axis', 'the [11̄0] axis'],
    ['The Hamiltonian \\hat{H} or \\widehat H', 'The Hamiltonian Ĥ or Ĥ'],
    ['a \\tilde\\chi^0 and \\widetilde{G}', 'a χ̃^0 and G̃'],
    ['\\check{C}ech, \\breve{a}, \\acute{e}, \\grave{e}, \\mathring{A}', 'Čech, ă, é, è, Å'],
    ['\\dot{M}, \\ddot{x}, \\dddot{x}, \\ddddot{x}', 'Ṁ, ẍ, x⃛, x⃜'],
    ['\\vec{E}, \\overline{D}, \\underbar{x}', 'E⃗, D̅, x̱'],
    ['\\not{E}_T, a \\not= b, a \\not\\in B', 'E̸_T, a ≠ b, a ∉ B'],
    // Accents of text.
    ['\\`a \\\'a \\^a \\~a \\"a \\=a \\.z', 'à á â ã ä ā ż'],
    ['\\u{a} \\v{s} \\H{o} \\r{u} \\c{s} \\k{a} \\d{t} \\b{d}', 'ă š ő ů ş ą ṭ ḏ'],
    ['\\t{oo} and \\textcommabelow{T}urcanu', 'o͡o and Țurcanu'],
    ["\\'\\i, \\'{\\i}, \\v\\j, \\\" o", 'í, í, ǰ, ö'],
    // Two on one letter.
    ['Nguy\\~{\\^e}n, Nguy{\\~{\\^e}}n, Nguy{\\~\\^e}n, Nguy\\~{\\^{e}}n', 'Nguyễn, Nguyễn, Nguyễn, Nguyễn'],
    // In either order.
    [
      'Nguy\\^{\\~e}n, Tr{\\`{\\^a}}n, Tr\\^{\\`a}n, Vi\\d{\\^e}t, Vi\\^{\\d e}t',
      'Nguyễn, Trần, Trần, Việt, Việt',
    ],
    ["Th\\~{\\u{a}}ng, Th\\'{\\u a}ng, Ho\\`{a}ng", 'Thẵng, Thắng, Hoàng'],
    ['Mart\\\'{\\i}nez, {\\bf\\"U}bung', 'Martínez, Übung'],
  ])('%s', (written, expected) => {
    expect(cleanText(written)).toBe(expected.normalize('NFC'));
  });
});

describe('is kept byte for byte:', () => {
  test.each([
    ['a macro with several arguments', 'A \\frac{1}{2} and a \\SU{2}{3} and \\binom {n}{k}.'],
    ['one with an optional argument', 'The root \\sqrt[3]{x} and \\cite[p. 5]{x}.'],
    ['a link', 'At \\href{https://example.org/a--b}{this place}, \\url{https://example.org/~a}.'],
    ['a coloured text', 'A \\textcolor{blue}{new} result'],
    ['the content of an unknown macro', "\\note{\\'{e}, ``x'', {\\bf b}~c}"],
    ['an accent over more than a letter', 'The \\overline{MS} scheme, \\hat{xy}, \\c{opyright}'],
    ['a root of more than a word', 'At \\sqrt{a + b}'],
    ['an environment of matrices', 'Let \\begin{pmatrix}1&2\\\\3&4\\end{pmatrix} be it.'],
    ['one that is not known', 'So \\begin{zork}[x]\\emph{a}--``b``\\end{zork} it is.'],
    ['one in another of its name', '\\begin{list}\\begin{list}\\emph{a}\\end{list}\\emph{b}\\end{list}'],
    ['mathematics of every kind', "$p\\bar{p}$ $$\\hat{H}$$ \\(\\emph{a}\\) \\[\\'e\\] $\\$\\emph{a}$"],
    ['a beginning without an end', 'The \\begin{equation} alone'],
    ['escaped braces', 'For x in \\{x\\} and \\{0,1\\}'],
    ['a set', 'Values in {0,1} and {a, b}'],
    ['an exponent or an index', 'At 10^{-5} and AP_{50} and x^{2}y'],
    ['a brace over a word', 'So \\underbrace{x}_{y} and \\overbrace{ab}^{2}'],
    ['an option', 'Run it with --flag or --other=1'],
    ['primes', "Where f''(x) is and y'' + y = 0"],
    ['"about"', 'At ~10 km, z~2.5, N~100 and x ~ y'],
    ['an arrow', 'D0 --> K- e+ and ----'],
  ])('%s', (_what, text) => {
    expect(cleanText(text)).toBe(text);
  });
});

describe('an escaped dollar does not begin mathematics', () => {
  test.each([
    ['For \\$7 and $\\frac{1}{2}$ a day', 'For $7 and $\\frac{1}{2}$ a day'],
    ['\\$1 \\emph{or} \\$2', '$1 or $2'],
    ['A \\\\$\\emph{x}$', 'A $\\emph{x}$'],
    ['between $5 {B}ills and $6 {B}ills', 'between $5 Bills and $6 Bills'],
  ])('%s', (written, expected) => {
    expect(cleanText(written)).toBe(expected);
  });
});

describe('an address is not prose', () => {
  test.each([
    [
      'https://example.org/\\~{}me, https://example.org/{\\~}me',
      'https://example.org/~me, https://example.org/~me',
    ],
    ['https://example.org/\\~me/a\\_b\\#c', 'https://example.org/~me/a_b#c'],
    ['(www.example.org/a--b~c)', '(www.example.org/a--b~c)'],
    ["example.org/~me/it''s", "example.org/~me/it''s"],
    ['{\\tt https://example.org/~ann/a--b}', 'https://example.org/~ann/a--b'],
    ['/home/ann~bo/a--b or ~/ann--bo', '/home/ann~bo/a--b or ~/ann--bo'],
    ['ann--bo~x@example.org', 'ann--bo~x@example.org'],
    ['10.1234/ab--cd', '10.1234/ab--cd'],
    ['Fig.~1 of https://example.org/~me in Fig.~2', 'Fig. 1 of https://example.org/~me in Fig. 2'],
  ])('%s', (written, expected) => {
    expect(cleanText(written)).toBe(expected);
  });
});

describe('styles are removed, and their content is read', () => {
  test.each([
    ['\\underline{\\textbf{C}}ausal \\emph{f\\"ur}', 'Causal für'],
    ['\\textbf{gains of $\\frac{1}{2}$, \\cite{x}}', 'gains of $\\frac{1}{2}$, \\cite{x}'],
    ['{\\large\\bf One, two} {\\it $x$} {$\\beta$}-decay', 'One, two $x$ $\\beta$-decay'],
    ["``one'' and ''two'', f''", "“one” and “two”, f''"],
    ['At $4$~dB, 5~\\AA, and the map~$f$', 'At $4$ dB, 5 Å, and the map $f$'],
    ["$3$--$9$ and Poincar\\'e--Hopf", '$3$–$9$ and Poincaré–Hopf'],
    ['\\mu m, \\nabla, \\sqrt{s}, \\alpha-decay', 'μ m, ∇, √s, α-decay'],
  ])('%s', (written, expected) => {
    expect(cleanText(written)).toBe(expected);
  });
});

test('deep nesting does not overflow the stack', () => {
  for (const piece of ['{', '\\textbf{', "\\'{", '\\hat{', '\\a{']) {
    const depth = 50_000;
    expect(cleanText(`${piece.repeat(depth)}x${'}'.repeat(depth)}`)).toContain('x');
  }
  expect(cleanText(`{${'\\it '.repeat(50_000)}x}`)).toBe('x');
});

test('a hundred thousand addresses, environments or accents take linear time', () => {
  for (const piece of [
    '/a~b ',
    '\\begin{a}',
    '\\end{a}',
    '\\begin{a}\\end{b}',
    "\\'",
    '\\}',
    '\\hat{',
    'a@b.c~d',
    '[',
    '\\x[',
    "\\'{a\u0301\u0323}",
  ]) {
    const text = piece.repeat(Math.ceil(200_000 / piece.length));
    expect(cleanText(text).length).toBeLessThanOrEqual(text.length);
  }
});
