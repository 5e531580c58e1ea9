import { describe, expect, test } from '@jest/globals';
import { authorKeyAlternatives, authorKeys } from '../../../src/papers/author-name.js';
import { interpretQuery } from '../../../src/search/interpret.js';

const CLOCK = new Date('2026-03-31T22:15:00Z');

/** Finds authors as a store does: by the keys of their papers. */
function corpusOf(authors: readonly string[]) {
  const keys = authors.map((author) => new Set(authorKeys([author])));
  const isKnown = (name: string, options?: { isLastFull: boolean }) =>
    authorKeyAlternatives(name, options).some((lists) =>
      keys.some((known) => lists.every((list) => list.some((key) => known.has(key)))),
    );
  return {
    isKnown,
    knownAuthors: async (names: readonly string[]) =>
      new Set(names.filter((name) => isKnown(name, { isLastFull: true }))),
  };
}

async function readAuthors(names: string, authors: readonly string[]): Promise<string[]> {
  const query = `papers by ${names}`;
  const { interpretation } = await interpretQuery(corpusOf(authors), { query, interpret: true }, CLOCK);
  expect(interpretation.text).toBe(interpretation.authors.length === 0 ? query : 'papers');
  return interpretation.authors;
}

describe('a name is read completely and found', () => {
  test.each([
    ['an initial that looks like an article', 'John A. Wheeler'],
    ['an initial without a full stop', 'John A Wheeler'],
    ['an initial A before a particle', 'Thiago E. A. de Oliveira'],
    ['a family name that is a pronoun', 'Yang You'],
    ['a family name that is an article', 'Nguyễn Văn An'],
    ['a family name that is a verb', 'Minh Do'],
    ['a family name that is a particle', 'Tingting Du'],
    ['a family name that is a common word', 'H. Vincent Poor'],
    ['a family name that is a month', 'Jonathan May'],
    ['a given name that is a preposition', 'In So Kweon'],
    ['a given name that is a conjunction', 'Or Patashnik'],
    ['a middle name that is a verb', 'Emre Can Acikgoz'],
    ['an article as given name', 'An Le'],
    ['an abbreviated given name', 'Md. Mehedi Hassan'],
    ['an abbreviated given name of two letters', 'Yu. N. Kosovtsov'],
    ['an abbreviation in the middle', 'Bidyut Kr. Patra'],
    ['separated initials', 'P. -A. Duc'],
    ['a capital within a word', 'Seán Ó hÉigeartaigh'],
    ['a Catalan conjunction', 'Albert Guillén i Fàbregas'],
    ['an Arabic particle', 'Muhammad Atta ur Rahman'],
    ['an apostrophe for an accent', "Niccolo' Gentile"],
    ['an apostrophe at the end', "Valentina Orru'"],
    ['a Dutch apostrophe', "G. 't Hooft"],
    ['a family name in small letters', 'Hugo Van hamme'],
    ['a middle name in small letters', 'Hong kyu Lee'],
    ['a given name in small letters', 'taro Suzuki'],
    ['a family name that ends like a gerund', 'Zhang xiaoxing'],
    ['capitals throughout', 'JOHN SMITH'],
    ['a numeral', 'Walter M. Miller III'],
    ['a single letter', 'Weinan E'],
    ['a particle alone', 'Lo'],
    ['a title that is a name', 'Dame Samb'],
    ['a collaboration', 'ATLAS Collaboration'],
    ['seven words', 'H S V N S Kowndinya Renduchintala'],
    ['a nickname in quotes', 'Hai "Helen" Li'],
    ['a nickname in single quotes', "Ho Yin 'Sam' Ng"],
    ['a team with a digit', 'Team Hunyuan3D'],
    ['a team with a digit before its name', 'SAM 3D Team'],
    ['a model', 'GPT-5'],
    ['a collaboration that begins with a digit', '3D Imaging Collaboration'],
    ['Cyrillic', 'Иван Петров'],
    ['Japanese with a space', '山田 太郎'],
    ['Chinese', '张伟'],
  ])('%s: %s', async (_kind, name) => {
    expect(await readAuthors(name, [name])).toEqual([name]);
  });

  test.each([
    ['Ng, A. Y.', ['Ng, A. Y.'], ['Andrew Y. Ng']],
    ['Ng, AY', ['Ng, AY'], ['Andrew Y. Ng']],
    ['Ng AY', ['Ng AY'], ['Andrew Y. Ng']],
    ['AY Ng', ['AY Ng'], ['Andrew Y. Ng']],
    ['DW Latham', ['DW Latham'], ['D. W. Latham']],
    ['D. W. Fitzakerley', ['D. W. Fitzakerley'], ['DW Fitzakerley']],
    ['LeCun, Y', ['LeCun, Y'], ['Yann LeCun']],
    ['de Bruyn Kops, S. M.', ['de Bruyn Kops, S. M.'], ['S. M. de Bruyn Kops']],
    [
      'Berger, E. L., Nadolsky, P. M.',
      ['Berger, E. L.', 'Nadolsky, P. M.'],
      ['E. L. Berger', 'P. M. Nadolsky'],
    ],
    ['E. Berger, P. Nadolsky', ['E. Berger', 'P. Nadolsky'], ['E. L. Berger', 'P. M. Nadolsky']],
    ['LeCun, Yann; Hinton, Geoffrey', ['LeCun, Yann', 'Hinton, Geoffrey'], ['Yann LeCun', 'Geoffrey Hinton']],
    ['John Smith, Jr.', ['John Smith, Jr.'], ['John Smith Jr.']],
    ['John Smith III and Ann Bell', ['John Smith III', 'Ann Bell'], ['John Smith III', 'Ann Bell']],
    ['John Smith, PhD', ['John Smith'], ['John Smith']],
    ['Dr. John Smith', ['John Smith'], ['John Smith Jr.']],
    ['Prof. Dr. Klaus-Robert Müller', ['Klaus-Robert Müller'], ['Klaus-Robert Müller']],
    [
      'Professor Hawking and Sir Roger Penrose',
      ['Hawking', 'Roger Penrose'],
      ['S. Hawking', 'Roger Penrose'],
    ],
    ['the ATLAS Collaboration', ['ATLAS Collaboration'], ['The ATLAS Collaboration']],
    ['Kaʻai', ['Kaʻai'], ["Leilani Ka'ai"]],
    ['Zelʹdovich', ['Zelʹdovich'], ["Ya. B. Zel'dovich"]],
    ['Bo An and Yang You', ['Bo An', 'Yang You'], ['Bo An', 'Yang You']],
    ['Smith & Jones', ['Smith', 'Jones'], ['John Smith', 'Ann Jones']],
    ['Laurens van der Maaten et al.', ['Laurens van der Maaten'], ['Laurens van der Maaten']],
  ])('%s', async (typed, names, authors) => {
    expect(await readAuthors(typed, authors)).toEqual(names);
    expect(names.filter((name) => !corpusOf(authors).isKnown(name))).toEqual([]);
  });
});

describe('a name that need not be in the corpus', () => {
  test.each([
    "dell'Aquila",
    "d'Alembert",
    'John A. Wheeler',
    'Md. Mehedi Hassan',
    'Ng, A. Y.',
    'CMS Collaboration',
    'Walter M. Miller III',
    'John Smith IV',
    'Th. M. Nieuwenhuizen',
    'Yu. V. Makeenko',
    'Yu.M. Bunkov',
    'A. Yu. Kitaev',
    'N. Ya. Vilenkin',
    'Yu. Kitaev',
    'Alexei Yu. Kitaev',
    'Al. L. Efros',
    'J.-Ph. Bouchaud',
    'Ch.-J. de la Vallée Poussin',
    'Zhi-X. Chen',
    'Zs. Tuza',
    'Yu. A. Black',
    'Bunkov, Yu. M.',
    'Kitaev, A. Yu.',
    'Tuza, Zs.',
  ])('%s', async (name) => {
    expect(await readAuthors(name, [])).toEqual([name]);
  });
});

describe('not a name', () => {
  test.each([
    'Krylov methods',
    'Gradient Descent',
    'LSTM',
    'GPT-4',
    "Einstein's theory",
    'a Bayesian approach',
    'the Bayesian approach',
    'An Iterative Procedure',
    'deep learning',
    'Monte Carlo',
    'others',
  ])('%s', async (words) => {
    expect(await readAuthors(words, ['Yann LeCun'])).toEqual([]);
  });

  test.each([
    ['distillation by Hinton. A short review', ['Hinton']],
    ['distillation by Xu. A short review', ['Xu']],
    ['gravity by Scott A. Hughes since 2007', ['Scott A. Hughes']],
    ['weather by Smith March 2020', ['Smith']],
    ['clouds by Haiyang Yu. Graph networks', ['Haiyang Yu']],
    ['clouds by Haiyang Yu. Zhiyong Cui', ['Haiyang Yu']],
    ['clouds by Yu. A survey', ['Yu']],
    ['clouds by Xu, Yu. Graph networks', ['Xu', 'Yu']],
    ['clouds by Li Fei-Fei. Graph networks', ['Li Fei-Fei']],
  ])('words after a name: %s', async (query, authors) => {
    const source = corpusOf(['Andrew Xu', 'A. Hinton']);
    const { interpretation } = await interpretQuery(source, { query, interpret: true }, CLOCK);
    expect(interpretation.authors).toEqual(authors);
  });
});
