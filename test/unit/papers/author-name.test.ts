import { describe, expect, test } from '@jest/globals';
import { authorKeyAlternatives, authorKeys } from '../../../src/papers/author-name.js';

/** Evaluates the alternatives as a store does: keyword equality on the paper's keys. */
function matches(name: string, authors: string[], options?: { isLastFull: boolean }): boolean {
  const keys = new Set(authorKeys(authors));
  return authorKeyAlternatives(name, options).some((lists) =>
    lists.every((list) => list.some((key) => keys.has(key))),
  );
}

describe('a name matches one author', () => {
  test.each([
    ['as written', 'Tian-Xing Xu', ['Tian-Xing Xu']],
    ['in any case', 'TIAN-XING XU', ['Tian-Xing Xu']],
    ['family name first', 'Xu, Tian-Xing', ['Tian-Xing Xu']],
    ['in any order', 'Xing Xu Tian', ['Tian-Xing Xu']],
    ['without hyphen', 'Tian Xing Xu', ['Tian-Xing Xu']],
    ['with the hyphen closed up', 'Tianxing Xu', ['Tian-Xing Xu']],
    ['with a hyphen the author does not have', 'Tian-Xing Xu', ['Tianxing Xu']],
    ['by family name alone', 'Xu', ['Tian-Xing Xu']],
    ['by an initial', 'T. Xu', ['Tian-Xing Xu']],
    ['by all initials', 'T.-X. Xu', ['Tian-Xing Xu']],
    ['by initials without full stops', 'T X Xu', ['Tian-Xing Xu']],
    ['by an abbreviated family name', 'Tian X.', ['Tian-Xing Xu']],
    ['by the full name where the paper has an initial', 'Csaba Balázs', ['C. Balázs']],
    ['by some of several initials', 'E. Berger', ['E. L. Berger']],
    ['by full names for several initials', 'Edmond Lee Berger', ['E. L. Berger']],
    ['by one full name and one initial', 'Edmond L. Berger', ['E. L. Berger']],
    ['without accents', 'Alvaro Martinez-Perez', ['Álvaro Martínez-Pérez']],
    ['with accents that the paper does not have', 'Álvaro Martínez', ['Alvaro Martinez']],
    ['with letters that do not decompose', 'Soren Orsted Lodz', ['Søren Ørsted Łódź']],
    ['without the middle name', 'Yoshua Bengio', ['Yoshua Samuel Bengio']],
    ['with particles', 'van der Maaten', ['Laurens van der Maaten']],
    ['with four words', 'Juan Carlos de Borbon', ['Juan Carlos de Borbón']],
    ['with an apostrophe', "J. O'Neill", ['James O’Neill']],
    ['without a soft sign', 'Gelfand', ['I. M. Gelʹfand']],
    ['with an apostrophe for a soft sign', "Israel Gel'fand", ['I. M. Gelʹfand']],
    ['in Chinese', '张伟', ['张伟', 'Zhang Wei']],
    ['with a family name of one letter', 'Weinan E', ['Weinan E']],
    ['made of initials only, in full', 'W. E', ['W. E']],
    ['in Cyrillic', 'И. Иванов', ['Иван Иванов']],
    ['among others', 'Wenbo Hu', ['Tian-Xing Xu', 'Xiangjun Gao', 'Wenbo Hu']],
    ['of a collaboration', 'ATLAS Collaboration', ['The ATLAS Collaboration']],
  ])('%s', (_how, name, authors) => {
    expect(matches(name, authors)).toBe(true);
  });
});

describe('a name does not match', () => {
  test.each([
    ['words of two authors', 'Jing Li', ['Jing Wang', 'Li Chen']],
    ['three words shared out among three authors', 'Jing Li Wang', ['Jing Li', 'Li Wang', 'Jing Wang']],
    ['another initial', 'S. Xu', ['Tian-Xing Xu']],
    ['another given name with the same initial', 'Christian Balázs', ['Csaba Balázs']],
    ['part of a word', 'Tia Xu', ['Tian-Xing Xu']],
    ['an author with only initials', 'Csaba Balázs', ['C. B.']],
    ['one author of several words more than the author has', 'Tian-Xing Wei Xu', ['Tian-Xing Xu']],
    ['nothing', '', ['Tian-Xing Xu']],
    ['punctuation', '--', ['Tian-Xing Xu']],
    ['initials for full names', 'T. X.', ['Tian-Xing Xu']],
  ])('%s', (_what, name, authors) => {
    expect(matches(name, authors)).toBe(false);
  });
});

test('a name of two words has five keys', () => {
  expect(authorKeys(['Ada Lovelace'])).toEqual(['ada', 'ada lovelace', 'ada l.', 'a. lovelace', 'lovelace']);
});

test('keys that authors share are not repeated', () => {
  const keys = authorKeys(['Wei Li', 'Li Wei']);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a name of forty words has a limited number of keys', () => {
  const name = Array.from({ length: 40 }, (_, at) => `word${at}`).join(' ');
  expect(authorKeys([name]).length).toBeLessThan(1_000);
  expect(matches(name, [name])).toBe(true);
});

describe('with its last word in full', () => {
  test.each([
    ['adam optimizers', 'Adam O. Smith', false],
    ['adam smith', 'Adam O. Smith', true],
    ['a. smith', 'Adam O. Smith', true],
    ['adam smith', 'A. Smith', true],
    ['adam optimizers with momentum', 'Adam O. Momentum', false],
    ['smith', 'A. Smith', true],
  ])('%s and %s: %p', (name, author, isSame) => {
    expect(matches(name, [author], { isLastFull: true })).toBe(isSame);
  });
});
