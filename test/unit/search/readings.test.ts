import { describe, expect, test } from '@jest/globals';
import { authorKeyAlternatives, authorKeys } from '../../../src/papers/author-name.js';
import { toDescription } from '../../../src/search/expression.js';
import { interpretQuery, type AuthorSource } from '../../../src/search/interpret.js';

const CLOCK = new Date('2026-03-31T22:15:00Z');

const AUTHORS = ['Yann LeCun', 'Yoshua Bengio', 'Ashish Vaswani', 'Noam Shazeer', 'Dzmitry Bahdanau'].map(
  (author) => new Set(authorKeys([author])),
);

/** Finds authors as a store does: by the keys of their papers. */
const corpus: AuthorSource = {
  knownAuthors: async (names) =>
    new Set(
      names.filter((name) =>
        authorKeyAlternatives(name, { isLastFull: true }).some((lists) =>
          AUTHORS.some((keys) => lists.every((list) => list.some((key) => keys.has(key)))),
        ),
      ),
    ),
};

/** A query, its remaining text, and its conditions in words; null if all of it is text. */
type Reading = [query: string, text: string, description: string | null];

async function expectReading(...[query, text, description]: Reading): Promise<void> {
  const { interpretation } = await interpretQuery(corpus, { query, interpret: true }, CLOCK);
  const { expression } = interpretation;
  expect([interpretation.text, expression && toDescription(expression)]).toEqual([text, description]);
}

const IN_2017 = 'submitted from 2017-01-01 until 2017-12-31';

describe('operators', () => {
  test.each<Reading>([
    [
      'attention -("graph" OR "translation")',
      'attention',
      'not title or abstract has the phrase "graph" and not title or abstract has the phrase "translation"',
    ],
    [
      'NOT ("attention" OR "translation")',
      '',
      'not title or abstract has the phrase "attention" and not title or abstract has the phrase "translation"',
    ],
    ['cat:cs.CL, cs.LG', '', 'category cs.CL and category cs.LG'],
    ['in (cs.CL or cs.LG)', '', 'category cs.CL or category cs.LG'],
    ['in the category math', '', 'archive math'],
    ['in arXiv category cs.CL', '', 'category cs.CL'],
    ['graphs from cs.CL', 'graphs', 'category cs.CL'],
    [
      'either in 2014 or 2017',
      '',
      'submitted from 2014-01-01 until 2014-12-31 or submitted from 2017-01-01 until 2017-12-31',
    ],
    ['attention after 2016 but before 2019', 'attention', 'submitted from 2017-01-01 before 2019-01-01'],
    ['ti:attention,translation', '', 'title has the words "attention,translation"'],
    ['au:(NOT vaswani)', '', 'not author "vaswani"'],
    ['cat:"no such category" OR by Xu', 'cat:"no such category" OR by Xu', null],
    ['category:"machine learning"', 'category:"machine learning"', null],
  ])('%s', expectReading);
});

describe('lists of names', () => {
  test.each<Reading>([
    ['by Vaswani but not Shazeer', '', 'author "Vaswani" and not author "Shazeer"'],
    ['by Vaswani and not by Shazeer', '', 'author "Vaswani" and not author "Shazeer"'],
    ['by Vaswani NOT Shazeer', '', 'author "Vaswani" and not author "Shazeer"'],
    [
      'by Vaswani NOT translation',
      '',
      'author "Vaswani" and not title or abstract has the phrase "translation"',
    ],
    ['by Vaswani without Shazeer', '', 'author "Vaswani" and not author "Shazeer"'],
    ['by Vaswani without supervision', 'without supervision', 'author "Vaswani"'],
    [
      'by Vaswani or Bahdanau but not Shazeer or Parmar in cs.CL',
      '',
      '(author "Vaswani" or author "Bahdanau") and not author "Shazeer" and not author "Parmar" and category cs.CL',
    ],
    ['by Vaswani not in cs.CV', '', 'author "Vaswani" and not category cs.CV'],
    ['papers by either Hinton or Vinyals', 'papers', 'author "Hinton" or author "Vinyals"'],
    ['papers by both Hinton and Vinyals', 'papers', 'author "Hinton" and author "Vinyals"'],
    ['papers by neither Hinton nor Vinyals', 'papers', 'not author "Hinton" and not author "Vinyals"'],
    ['papers neither by Hinton nor Vinyals', 'papers', 'not author "Hinton" and not author "Vinyals"'],
    ['by Vaswani as well as Shazeer', '', 'author "Vaswani" and author "Shazeer"'],
    ['by Vaswani together with Shazeer', '', 'author "Vaswani" and author "Shazeer"'],
    [
      'by X. Young on behalf of the CMS Collaboration',
      '',
      'author "X. Young" and author "CMS Collaboration"',
    ],
    ['by (Vaswani OR Bahdanau)', '', 'author "Vaswani" or author "Bahdanau"'],
    ['by (deep learning)', 'by (deep learning)', null],
    ['by the authors Vaswani and Shazeer', '', 'author "Vaswani" and author "Shazeer"'],
    ['attention by Vaswani and his collaborators', 'attention', 'author "Vaswani"'],
    ['au:vaswani,shazeer', '', 'author "vaswani" and author "shazeer"'],
    ['author:vaswani, shazeer', '', 'author "vaswani" and author "shazeer"'],
    ['author:vaswani, attention', 'attention', 'author "vaswani"'],
    ['author: yann lecun and Hinton', '', 'author "yann lecun" and author "Hinton"'],
    [
      'by:vaswani, shazeer -by:bahdanau',
      '',
      'author "vaswani" and author "shazeer" and not author "bahdanau"',
    ],
    ['by Vaswani + Shazeer', '', 'author "Vaswani" and author "Shazeer"'],
    ['by Vaswani & al.', '', 'author "Vaswani"'],
    ['by Vaswani, co-authored with Shazeer', '', 'author "Vaswani" and author "Shazeer"'],
    ['author: notes', 'author: notes', null],
    ['au:LeCun, Y.', '', 'author "LeCun, Y."'],
    ['au:Yu. V. Makeenko', '', 'author "Yu. V. Makeenko"'],
    ['author:Zs. Tuza graphs', 'graphs', 'author "Zs. Tuza"'],
    ['au:Vaswani OR Bahdanau', '', 'author "Vaswani" or author "Bahdanau"'],
    ['au:vaswani AND ti:(attention is)', '', 'author "vaswani" and title has the words "attention is"'],
  ])('%s', expectReading);
});

describe('names in brackets, joined to others', () => {
  test.each<Reading>([
    ['by (Xu OR Gao) AND Li', '', '(author "Xu" or author "Gao") and author "Li"'],
    ['by Xu and (Gao or Li)', '', 'author "Xu" and (author "Gao" or author "Li")'],
    ['by Xu, Gao or (Li and Hu)', '', 'author "Xu" or author "Gao" or (author "Li" and author "Hu")'],
    ['by (Xu or Gao) and Li or Hu', '', '((author "Xu" or author "Gao") and author "Li") or author "Hu"'],
    [
      'written by ((Xu or Gao) and Li) or Hu in 2017',
      '',
      `(((author "Xu" or author "Gao") and author "Li") or author "Hu") and ${IN_2017}`,
    ],
    [
      'maps by (Xu or Gao) but not Li, Hu',
      'maps',
      '(author "Xu" or author "Gao") and not author "Li" and not author "Hu"',
    ],
    ['by neither (Xu and Gao) nor Li', '', 'not (author "Xu" and author "Gao") and not author "Li"'],
    ['by (Xu or Gao) and yann lecun', '', '(author "Xu" or author "Gao") and author "yann lecun"'],
    ['by (Xu or Gao) and john zorn', 'by (Xu or Gao) and john zorn', null],
    [
      'by (Xu or Gao) NOT maps',
      '',
      '(author "Xu" or author "Gao") and not title or abstract has the phrase "maps"',
    ],
    ['by (Xu or Gao), deep learning', 'deep learning', 'author "Xu" or author "Gao"'],
    ['by (Xu or Gao) not in cs.CV', '', '(author "Xu" or author "Gao") and not category cs.CV'],
    ['by Xu and (a survey)', '(a survey)', 'author "Xu"'],
  ])('%s', expectReading);
});

describe('names of a field, joined to others in brackets', () => {
  test.each<Reading>([
    ['author:Xu AND (Gao OR Li)', '', 'author "Xu" and (author "Gao" or author "Li")'],
    ['author: Xu and (Gao or Li)', '', 'author "Xu" and (author "Gao" or author "Li")'],
    ['author:(Xu OR Gao) AND Li', '', '(author "Xu" or author "Gao") and author "Li"'],
    ['author: (Xu OR Gao) AND Li', '', '(author "Xu" or author "Gao") and author "Li"'],
    ['maps au:(xu OR gao) NOT Li', 'maps', '(author "xu" or author "gao") and not author "Li"'],
    [
      'au:(Xu OR Gao) AND (Li OR Hu) in 2017',
      '',
      `(author "Xu" or author "Gao") and (author "Li" or author "Hu") and ${IN_2017}`,
    ],
    ['au:"Wei Xu" OR "Ann Gao"', '', 'author "Wei Xu" or author "Ann Gao"'],
    ['au:LeCun, Y. AND (Gao OR Li)', '', 'author "LeCun, Y." and (author "Gao" or author "Li")'],
    ['author:(Xu OR Gao) AND ti:graph', '', '(author "Xu" or author "Gao") and title has the words "graph"'],
    ['author:Xu AND (deep OR shallow)', '(deep OR shallow)', 'author "Xu"'],
    ['author:Xu AND (Transformers OR BERT)', '(Transformers OR BERT)', 'author "Xu"'],
    ['author:(Xu OR Gao), deep learning', 'deep learning', 'author "Xu" or author "Gao"'],
    ['author:Xu AND (Gao', '(Gao', 'author "Xu"'],
  ])('%s', expectReading);
});

describe('brackets within the brackets of a field', () => {
  test.each<Reading>([
    ['au:(xu AND (gao OR li))', '', 'author "xu" and (author "gao" or author "li")'],
    [
      'ti:(graph OR (neural NOT deep)) maps',
      'maps',
      'title has the words "graph" or (title has the words "neural" and not title has the words "deep")',
    ],
    ['cat:((cs.CV OR cs.LG) AND stat.ML)', '', '(category cs.CV or category cs.LG) and category stat.ML'],
    ['ti:((((((((((a))))))))))', 'ti:((((((((((a))))))))))', null],
    ['ti:(graph (neural)', 'ti:(graph (neural)', null],
  ])('%s', expectReading);
});

describe('names with titles and other additions', () => {
  test.each<Reading>([
    ['by LeCun, Yann', '', 'author "LeCun, Yann"'],
    [
      'by LeCun, Yann and Bengio, Yoshua in 2014',
      '',
      'author "LeCun, Yann" and author "Bengio, Yoshua" and submitted from 2014-01-01 until 2014-12-31',
    ],
    ['by LeCun, Y. and Bengio, Yoshua', '', 'author "LeCun, Y." and author "Bengio, Yoshua"'],
    ['by Vaswani, Shazeer', '', 'author "Vaswani" and author "Shazeer"'],
    ['by Xu, Gao and Hu', '', 'author "Xu" and author "Gao" and author "Hu"'],
    ['by Maaten, L. van der since 2010', '', 'author "Maaten, L. van der" and submitted from 2010-01-01'],
    ['by Drs. Vaswani and Shazeer', '', 'author "Vaswani" and author "Shazeer"'],
    ['by Assoc. Prof. Müller', '', 'author "Müller"'],
    ['by Professor Emeritus John Smith', '', 'author "John Smith"'],
    ['by Rev. John Smith', '', 'author "John Smith"'],
    ['by John Smith PhD', '', 'author "John Smith"'],
    ['by John Smith, M.D., Ph.D.', '', 'author "John Smith"'],
    ['by John Smith, Jr., PhD', '', 'author "John Smith, Jr."'],
    ["by Yann LeCun's group", "by Yann LeCun's group", null],
    ['by D0 Collaboration', '', 'author "D0 Collaboration"'],
    [
      'by NA62 Collaboration and the T2K collaboration',
      '',
      'author "NA62 Collaboration" and author "T2K collaboration"',
    ],
    ['learning by Human AI collaboration', 'learning by Human AI collaboration', null],
    ["by 'Yann LeCun' since 2010", '', 'author "Yann LeCun" and submitted from 2010-01-01'],
    ['by [Yann LeCun]', '', 'author "Yann LeCun"'],
    ['by "LeCun, Y." and "Y. Bengio"', '', 'author "LeCun, Y." and author "Y. Bengio"'],
    ['by "gradient descent"', 'by', 'title or abstract has the phrase "gradient descent"'],
    [
      'maps by Vaswani et al. (2017)',
      'maps',
      'author "Vaswani" and submitted from 2017-01-01 until 2017-12-31',
    ],
    ['maps by Vaswani, 2017', 'maps', 'author "Vaswani" and submitted from 2017-01-01 until 2017-12-31'],
    ['maps by Vaswani 2017', 'maps', 'author "Vaswani" and submitted from 2017-01-01 until 2017-12-31'],
    ['maps by Vaswani 2017 novel', 'maps 2017 novel', 'author "Vaswani"'],
    ['maps by Gradient Descent (2017)', 'maps by Gradient Descent (2017)', null],
    ['which papers are by Xu?', 'which papers are', 'author "Xu"'],
  ])('%s', expectReading);
});

describe('citations without "by"', () => {
  test.each<Reading>([
    ['Vaswani et al. 2017', '', `author "Vaswani" and ${IN_2017}`],
    ['vaswani et al 2017', '', `author "vaswani" and ${IN_2017}`],
    ['attention (Vaswani et al., 2017)', 'attention', `author "Vaswani" and ${IN_2017}`],
    ['[Vaswani et al. 2017]', '', `author "Vaswani" and ${IN_2017}`],
    ['Vaswani et. al. (2017)', '', `author "Vaswani" and ${IN_2017}`],
    ['Vaswani et.al., 2017', '', `author "Vaswani" and ${IN_2017}`],
    ['Zorn et al. 2017b lattices', 'lattices', `author "Zorn" and ${IN_2017}`],
    ['Vaswani et al.', '', 'author "Vaswani"'],
    ['Vaswani et al. since 2015', '', 'author "Vaswani" and submitted from 2015-01-01'],
    ['Vaswani et al. 2000 images', '2000 images', 'author "Vaswani"'],
    ['deep learning lecun et al. 2017', 'deep learning', `author "lecun" and ${IN_2017}`],
    ['ResNet LeCun et al.', 'ResNet', 'author "LeCun"'],
    ['Yann LeCun et al.', '', 'author "Yann LeCun"'],
    ['van der Zorn et al. 2017', '', `author "van der Zorn" and ${IN_2017}`],
    ['Zorn, D. P. et al.', '', 'author "Zorn, D. P."'],
    ['A. Yu. Zorn et al.', '', 'author "A. Yu. Zorn"'],
    ['Zorn, Yu. M., Shazeer, N., et al.', '', 'author "Zorn, Yu. M." and author "Shazeer, N."'],
    [
      'Vaswani, A., Shazeer, N., et al. 2017',
      '',
      `author "Vaswani, A." and author "Shazeer, N." and ${IN_2017}`,
    ],
    ['attention NOT Vaswani et al.', 'attention', 'not author "Vaswani"'],
    ['(Vaswani et al. 2017) OR cat:cs.CL', '', `(author "Vaswani" and ${IN_2017}) or category cs.CL`],
    ['attention (nets lecun et al. 2017)', 'attention (nets )', `author "lecun" and ${IN_2017}`],
    ['maps by Vaswani et al. 2017 novel', 'maps novel', `author "Vaswani" and ${IN_2017}`],
    ['author:Vaswani et al. attention', 'attention', 'author "Vaswani"'],
    ['au:"Vaswani et al."', '', 'author "Vaswani"'],
    ['papers citing Vaswani et al.', 'papers citing Vaswani et al.', null],
    ['the model of Vaswani et al.', 'the model of Vaswani et al.', null],
    ["Vaswani et al.'s model", "Vaswani et al.'s model", null],
    ['zorn et al. 2017', 'zorn et al. 2017', null],
    ['Machine Learning et al.', 'Machine Learning et al.', null],
    ['NOT deep learning lecun et al.', 'NOT deep learning lecun et al.', null],
    ['Vaswani et al. against Bahdanau et al.', 'Vaswani et al. against Bahdanau et al.', null],
    ['et al. 2017', 'et al. 2017', null],
  ])('%s', expectReading);
});

describe('years after names', () => {
  test.each<Reading>([
    ['maps by yann lecun 2017', 'maps', `author "yann lecun" and ${IN_2017}`],
    ['maps by lecun (2017), nets', 'maps, nets', `author "lecun" and ${IN_2017}`],
    ['maps by gradient descent 2017', 'maps by gradient descent 2017', null],
    ['maps by yann lecun networks 2017', 'maps networks 2017', 'author "yann lecun"'],
  ])('%s', expectReading);
});

describe('"by" without an author', () => {
  test.each([
    'learning by doing',
    'Learning by Doing',
    'by the way',
    'sorted by relevance',
    'Stand by Me',
    'divided by 1000',
    'finished by Christmas',
    'written by Women',
    'works cited by Vaswani',
    'nets inspired by Vaswani',
    'losses caused by El Nino',
    'founded by Ann Bell',
  ])('%s', async (query) => {
    await expectReading(query, query, null);
  });
});

describe('affiliations after names', () => {
  test.each<Reading>([
    ['maps by Jane Doe (MIT)', 'maps', 'author "Jane Doe"'],
    [
      'by Jane Doe (Univ. of Oxford, UK), Ann Bell (ETH Zürich) in 2017',
      '',
      `author "Jane Doe" and author "Ann Bell" and ${IN_2017}`,
    ],
    ['by Jane Doe (1) or Ann Bell (2,3)', '', 'author "Jane Doe" or author "Ann Bell"'],
    ['by Vaswani et al. (Google Brain)', '', 'author "Vaswani"'],
    ['by Xu (Meta)', '', 'author "Xu"'],
    ['by Jane Doe (U. of Toronto)', '', 'author "Jane Doe"'],
    ['by Jane Doe (Eds.)', '', 'author "Jane Doe"'],
    ['by Vaswani (Google) et al.', '', 'author "Vaswani"'],
    ['by Jane Doe, MIT', 'MIT', 'author "Jane Doe"'],
    ['by Robert (Bob) Smith', 'by Robert (Bob) Smith', null],
    ['by Xu (Meta Learning)', '(Meta Learning)', 'author "Xu"'],
    ['by Hinton (GLOM)', '(GLOM)', 'author "Hinton"'],
    ['by Hinton (lab notes)', '(lab notes)', 'author "Hinton"'],
  ])('%s', expectReading);
});

describe('names as papers and pages write them', () => {
  test.each<Reading>([
    ['by Ashish Vaswani∗, Noam Shazeer∗', '', 'author "Ashish Vaswani" and author "Noam Shazeer"'],
    ['by Ann Bell¹ and Jane Doe†‡ in 2017', '', `author "Ann Bell" and author "Jane Doe" and ${IN_2017}`],
    ['by Hans Müller und Karl Schmidt', '', 'author "Hans Müller" and author "Karl Schmidt"'],
    ['by Jean Dupont et Marie Curie', '', 'author "Jean Dupont" and author "Marie Curie"'],
    ['by Иван Петров и Анна Смирнова', '', 'author "Иван Петров" and author "Анна Смирнова"'],
    ['by \u202aYann LeCun\u202c since 2015', '', 'author "Yann LeCun" and submitted from 2015-01-01'],
    ['by Yann\u200b LeCun', '', 'author "Yann LeCun"'],
    ['by Yann LeCun/Yoshua Bengio', 'by Yann LeCun/Yoshua Bengio', null],
    ['C*-algebras by Yann LeCun', 'C*-algebras', 'author "Yann LeCun"'],
    ['by A* search', 'by A* search', null],
  ])('%s', expectReading);
});

describe('initials joined by hyphens, and small ones', () => {
  test.each<Reading>([
    ['constants by J-P. Zorn', 'constants', 'author "J-P. Zorn"'],
    [
      'by D-A. Zorn, J-P. Uzan and M-C. Chang',
      '',
      'author "D-A. Zorn" and author "J-P. Uzan" and author "M-C. Chang"',
    ],
    ['by Zorn, J-P. in 2017', '', `author "Zorn, J-P." and ${IN_2017}`],
    ['J-P. Zorn et al. 2017', '', `author "J-P. Zorn" and ${IN_2017}`],
    ['maps by R. M. May since 2017', 'maps', 'author "R. M. May" and submitted from 2017-01-01'],
    ['maps by J. May 2017', 'maps', `author "J. May" and ${IN_2017}`],
    ['maps by A. Winter 2019/20', 'maps 2019/20', 'author "A. Winter"'],
    ['nets by y lecun', 'nets', 'author "y lecun"'],
    ['nets by lecun y in 2017', 'nets', `author "lecun y" and ${IN_2017}`],
    ['by k nearest neighbours', 'by k nearest neighbours', null],
    ['by K-L divergence', 'by K-L divergence', null],
    ['by T-S fuzzy models', 'by T-S fuzzy models', null],
  ])('%s', expectReading);
});

describe('a name ends before another part of the query', () => {
  test.each<Reading>([
    ['nets by Yann LeCun cs.LG', 'nets', 'author "Yann LeCun" and category cs.LG'],
    ['nets by lecun hep-th', 'nets', 'author "lecun" and category hep-th'],
    [
      'nets by Yann LeCun Q1 2017',
      'nets',
      'author "Yann LeCun" and submitted from 2017-01-01 until 2017-03-31',
    ],
    ['nets by lecun june 2017', 'nets', 'author "lecun" and submitted from 2017-06-01 until 2017-06-30'],
  ])('%s', expectReading);
});

describe('categories and operators in a query in capitals', () => {
  test.each<Reading>([
    ['ATTENTION BY VASWANI IN CS.CL', 'ATTENTION', 'author "VASWANI" and category cs.CL'],
    [
      'BY ASHISH VASWANI FROM CS.CL SINCE 2017',
      '',
      'author "ASHISH VASWANI" and category cs.CL and submitted from 2017-01-01',
    ],
    ['DIFFUSION CS.CV', 'DIFFUSION', 'category cs.CV'],
    ['BLACK HOLES HEP-TH', 'BLACK HOLES', 'category hep-th'],
    ['BY VASWANI OR SHAZEER', '', 'author "VASWANI" or author "SHAZEER"'],
    ['BY VASWANI BUT NOT SHAZEER', '', 'author "VASWANI" and not author "SHAZEER"'],
    ['AU:HINTON ANDNOT TI:NET', '', 'author "HINTON" and not title has the words "NET"'],
    ['AU:HINTON OR TI:NET', '', 'author "HINTON" or title has the words "NET"'],
    ['AN IN-VITRO STUDY', 'AN IN-VITRO STUDY', null],
    ['LEARNING BY DOING OR DREAMING', 'LEARNING BY DOING OR DREAMING', null],
  ])('%s', expectReading);
});

describe('times after names in a query in capitals', () => {
  test.each<Reading>([
    ['ATTENTION BY VASWANI IN 2017', 'ATTENTION', `author "VASWANI" and ${IN_2017}`],
    ['MAPS BY ASHISH VASWANI SINCE 2015', 'MAPS', 'author "ASHISH VASWANI" and submitted from 2015-01-01'],
    [
      'BY VASWANI BETWEEN MAY AND JUNE 2017',
      '',
      'author "VASWANI" and submitted from 2017-05-01 until 2017-06-30',
    ],
    ['BY VASWANI IN THE LAST 2 YEARS', '', 'author "VASWANI" and submitted from 2024-03-31'],
    ['BY VASWANI PUBLISHED IN 2017', '', `author "VASWANI" and ${IN_2017}`],
    ['BY VASWANI PUBLISHED 2017', '', `author "VASWANI" and ${IN_2017}`],
    ['BY J. SMITH UNTIL 2015', '', 'author "J. SMITH" and submitted until 2015-12-31'],
    ['BY JOHN ZORN IN 3D', 'BY JOHN ZORN IN 3D', null],
    ['LEARNING BY DOING IN 2017 DIMENSIONS', 'LEARNING BY DOING IN 2017 DIMENSIONS', null],
  ])('%s', expectReading);
});

describe("full-width signs and addresses of arXiv's API", () => {
  test.each<Reading>([
    ['ｃａｔ：cs.CL', '', 'category cs.CL'],
    ['ｔｉ：＂ricci flow＂ 流れ', '流れ', 'title has the phrase "ricci flow"'],
    ['（au：hinton OR au：vaswani）', '', 'author "hinton" or author "vaswani"'],
    ['ｄｅｅｐ ｎｅｔｓ in ２０１７', 'ｄｅｅｐ ｎｅｔｓ', IN_2017],
    [
      'au:del_maestro+ANDNOT+%28ti:checkerboard+OR+ti:%22spin+ice%22%29',
      '',
      'author "del maestro" and not title has the words "checkerboard" and not title has the phrase "spin ice"',
    ],
    ['ti:%22graph+neural%22', '', 'title has the phrase "graph neural"'],
    ['deep %22nets%22 in 2017', 'deep %22nets%22', IN_2017],
    ['ti:quantum+AND+au:preskill', '', 'title has the words "quantum" and author "preskill"'],
    [
      '(cat:cs.CL+OR+cat:cs.LG)+ANDNOT+ti:survey',
      '',
      '(category cs.CL or category cs.LG) and not title has the words "survey"',
    ],
    ['C++ AND cat:cs.PL', 'C++', 'category cs.PL'],
    ['https://doi.org/10.1103/PhysRevD.76.013009', '', 'DOI 10.1103/PhysRevD.76.013009'],
  ])('%s', expectReading);
});

describe('category codes without a word before them', () => {
  test.each<Reading>([
    ['attention cs.CL', 'attention', 'category cs.CL'],
    ['attention [cs.CL]', 'attention', 'category cs.CL'],
    ['(cs.CL)', '', 'category cs.CL'],
    ['cs.CL or cs.LG', '', 'category cs.CL or category cs.LG'],
    ['cs.CL and cs.LG', '', 'category cs.CL and category cs.LG'],
    ['cs.CL, cs.LG', '', 'category cs.CL and category cs.LG'],
    ['category cs.CL', '', 'category cs.CL'],
    ['math.AG papers since 2020', 'papers', 'category math.AG and submitted from 2020-01-01'],
    ['cs.LG by Vaswani', '', 'category cs.LG and author "Vaswani"'],
    ['black holes gr-qc', 'black holes', 'category gr-qc'],
    ['attention -cs.CV', 'attention', 'not category cs.CV'],
    ['cat:cs.LG -cs.CV -hep-th', '', 'category cs.LG and not category cs.CV and not category hep-th'],
    ['attention -cs.cv', 'attention', 'not category cs.CV'],
    ['attention -cs.*', 'attention', 'not archive cs'],
    ['attention -math', 'attention', 'not title or abstract has the phrase "math"'],
    ['attention -self-attention', 'attention', 'not title or abstract has the phrase "self-attention"'],
    ['attention -node.js', 'attention', 'not title or abstract has the phrase "node.js"'],
    ['hep-th string landscape', 'hep-th string landscape', null],
    ['the cs.LG crowd', 'the cs.LG crowd', null],
    ['history of cs.LG', 'history of cs.LG', null],
    ['stat.ML vs cs.LG', 'stat.ML vs cs.LG', null],
    ['attention cs.cl', 'attention cs.cl', null],
    ['attention math', 'attention math', null],
  ])('%s', expectReading);
});

describe('lists and ranges of times', () => {
  test.each<Reading>([
    [
      'in 2014/2017',
      '',
      'submitted from 2014-01-01 until 2014-12-31 or submitted from 2017-01-01 until 2017-12-31',
    ],
    ['in 2014/15', '', 'submitted from 2014-01-01 until 2015-12-31'],
    ['in 2014-15', '', 'submitted from 2014-01-01 until 2015-12-31'],
    ['in 2014-12', '', 'submitted from 2014-12-01 until 2014-12-31'],
    ['papers by May 2020', 'papers', 'submitted until 2020-05-31'],
    ['papers by 2020', 'papers by 2020', null],
    ['in 2009/10', '', 'submitted from 2009-10-01 until 2009-10-31'],
    [
      'in either 2014 or 2017',
      '',
      'submitted from 2014-01-01 until 2014-12-31 or submitted from 2017-01-01 until 2017-12-31',
    ],
    [
      'in the years 2014 and 2017',
      '',
      'submitted from 2014-01-01 until 2014-12-31 or submitted from 2017-01-01 until 2017-12-31',
    ],
    ['in the years 2014 to 2017', '', 'submitted from 2014-01-01 until 2017-12-31'],
    [
      'in March and April 2014',
      '',
      'submitted from 2014-03-01 until 2014-03-31 or submitted from 2014-04-01 until 2014-04-30',
    ],
    [
      'in March or April 2014',
      '',
      'submitted from 2014-03-01 until 2014-03-31 or submitted from 2014-04-01 until 2014-04-30',
    ],
    ['in March–April 2014', '', 'submitted from 2014-03-01 until 2014-04-30'],
    ['from March to May 2020', '', 'submitted from 2020-03-01 until 2020-05-31'],
    ['from November to February 2020', '', 'submitted from 2019-11-01 until 2020-02-29'],
    ['between March 3 and May 5, 2020', '', 'submitted from 2020-03-03 until 2020-05-05'],
    ['from 3 to 5 May 2020', '', 'submitted from 2020-05-03 until 2020-05-05'],
    ['early 2021 to late 2022', '', 'submitted from 2021-01-01 until 2022-12-31'],
    ['2024-01-01 to 2024-02-01', '', 'submitted from 2024-01-01 until 2024-02-01'],
    ['between 2021 to 2023', '', 'submitted from 2021-01-01 until 2023-12-31'],
    ['between 2021 & 2023', '', 'submitted from 2021-01-01 until 2023-12-31'],
    ['2018..2020', '', 'submitted from 2018-01-01 until 2020-12-31'],
    ['diffusion 2021+', 'diffusion', 'submitted from 2021-01-01'],
    ['in or after 2021', '', 'submitted from 2021-01-01'],
    ['on or before 2021-05-01', '', 'submitted until 2021-05-01'],
  ])('%s', expectReading);
});

describe('years before words that a number could count', () => {
  test.each<Reading>([
    ['since 2016 point clouds', 'point clouds', 'submitted from 2016-01-01'],
    ['since 2016 point clouds by Vaswani', 'point clouds', 'author "Vaswani" and submitted from 2016-01-01'],
    ['before 2010 word embeddings', 'word embeddings', 'submitted before 2010-01-01'],
    ['since 2016 points', 'since 2016 points', null],
    ['2021 papers on attention', 'papers on attention', 'submitted from 2021-01-01 until 2021-12-31'],
    [
      '2019 or 2020 papers by Vaswani',
      'papers',
      '(submitted from 2019-01-01 until 2019-12-31 or submitted from 2020-01-01 until 2020-12-31) and author "Vaswani"',
    ],
    ['over 2021 papers on attention', 'over 2021 papers on attention', null],
  ])('%s', expectReading);
});

describe('dates without a word before them', () => {
  test.each<Reading>([
    ['01/2020', '', 'submitted from 2020-01-01 until 2020-01-31'],
    ['attention 01/2020', 'attention', 'submitted from 2020-01-01 until 2020-01-31'],
    ['01/2020 papers on attention', 'papers on attention', 'submitted from 2020-01-01 until 2020-01-31'],
    ['2020-03', '', 'submitted from 2020-03-01 until 2020-03-31'],
    ['2020-03-15', '', 'submitted from 2020-03-15 until 2020-03-15'],
    ['networks pre-2015', 'networks', 'submitted before 2015-01-01'],
    ['networks pre 2015 in cs.CL', 'networks', 'category cs.CL and submitted before 2015-01-01'],
    ['post-2018 papers on maps', 'papers on maps', 'submitted from 2019-01-01'],
    ['networks pre–2015', 'networks', 'submitted before 2015-01-01'],
    ['papers from post‑2018', 'papers', 'submitted from 2019-01-01'],
    [
      'pre-2018, post-2014 -survey',
      '',
      'not title or abstract has the phrase "survey" and submitted from 2015-01-01 before 2018-01-01',
    ],
    ['01/2020 dump', '01/2020 dump', null],
    ['a ratio of 1/2020', 'a ratio of 1/2020', null],
    ['GPT-4o 2024-08-06', 'GPT-4o 2024-08-06', null],
    ['the pre-2008 boom', 'the pre-2008 boom', null],
    ['post-2000 iterations', 'post-2000 iterations', null],
    ['a blog post 2018', 'a blog post 2018', null],
    ['pre-3000', 'pre-3000', null],
  ])('%s', expectReading);
});

describe('categories with their nouns, and several', () => {
  test.each<Reading>([
    ['maps in the cs.CV category', 'maps', 'category cs.CV'],
    ['maps in the cs.CV and cs.LG categories', 'maps', 'category cs.CV and category cs.LG'],
    ['maps cs.CV category', 'maps', 'category cs.CV'],
    ['maps [cs.CV, cs.LG]', 'maps', 'category cs.CV and category cs.LG'],
    ['gravity in hep-th/gr-qc', 'gravity', 'category hep-th or category gr-qc'],
    ['cs.* not cs.CL', '', 'archive cs and not category cs.CL'],
    ['q-bio papers', 'papers', 'archive q-bio'],
    ['maps in the cs.CV crowd', 'maps in the cs.CV crowd', null],
    ['in and/or', 'in and/or', null],
  ])('%s', expectReading);
});

describe('categories that end with a star', () => {
  test.each<Reading>([
    ['cat:math*', '', 'archive math'],
    ['cat:cond*', '', 'archive cond-mat'],
    ['cat:gr-qc*', '', 'category gr-qc'],
    ['cat:hep-*', '', 'category hep-ex or category hep-lat or category hep-ph or category hep-th'],
    ['cat:cs.L*', '', 'category cs.LG or category cs.LO'],
    ['-cat:cs*', '', 'not archive cs'],
    ['cat:c*', 'cat:c*', null],
    ['cat:*', 'cat:*', null],
    ['in self-*', 'in self-*', null],
  ])('%s', expectReading);
});

describe('date fields', () => {
  test.each<Reading>([
    ['year:2020', '', 'submitted from 2020-01-01 until 2020-12-31'],
    ['year: 2020', '', 'submitted from 2020-01-01 until 2020-12-31'],
    ['year:2018-2020', '', 'submitted from 2018-01-01 until 2020-12-31'],
    ['year:2018..2020', '', 'submitted from 2018-01-01 until 2020-12-31'],
    [
      'year:2018,2020',
      '',
      'submitted from 2018-01-01 until 2018-12-31 or submitted from 2020-01-01 until 2020-12-31',
    ],
    ['year:>2018', '', 'submitted from 2019-01-01'],
    ['year>=2018', '', 'submitted from 2018-01-01'],
    ['year:<=2018', '', 'submitted until 2018-12-31'],
    ['year:[2018 TO 2020]', '', 'submitted from 2018-01-01 until 2020-12-31'],
    ['since:2018', '', 'submitted from 2018-01-01'],
    ['after:2018-05-01 before:2019-01-01', '', 'submitted from 2018-05-02 before 2019-01-01'],
    ['from:2018 to:2020', '', 'submitted from 2018-01-01 until 2020-12-31'],
    ['published:2020-05', '', 'submitted from 2020-05-01 until 2020-05-31'],
    ['updated:2020', '', 'updated from 2020-01-01 until 2020-12-31'],
    ['NOT year:2020', '', 'not submitted from 2020-01-01 until 2020-12-31'],
    ['year:3000', 'year:3000', null],
    ['submittedDate:[2017 TO 9999]', '', 'submitted from 2017-01-01 until 9999-12-31'],
    ['submittedDate:{2017 TO 9999}', '', 'submitted from 2018-01-01 before 9999-01-01'],
    ['submittedDate:{1000 TO *]', '', 'submitted from 1001-01-01'],
    ['submittedDate:[0000 TO 2020]', 'submittedDate:[0000 TO 2020]', null],
    ['submittedDate:[0001 TO 2020]', 'submittedDate:[0001 TO 2020]', null],
    ['submittedDate:[* TO 0000]', 'submittedDate:[* TO 0000]', null],
    ['submittedDate:[000001010000 TO 202001010000]', 'submittedDate:[000001010000 TO 202001010000]', null],
    ['date:[0999-01-01 TO 2020-01-01]', 'date:[0999-01-01 TO 2020-01-01]', null],
    ['submittedDate:{00000101 TO *]', 'submittedDate:{00000101 TO *]', null],
    ['submittedDate:{9999 TO *]', 'submittedDate:{9999 TO *]', null],
    ['lastUpdatedDate:{99991231 TO *]', 'lastUpdatedDate:{99991231 TO *]', null],
    ['year:light', 'year:light', null],
    ['published 2021', '', 'submitted from 2021-01-01 until 2021-12-31'],
    ['papers updated since 2021', 'papers', 'updated from 2021-01-01'],
    [
      'revised in 2019 or 2021',
      '',
      'updated from 2019-01-01 until 2019-12-31 or updated from 2021-01-01 until 2021-12-31',
    ],
  ])('%s', expectReading);
});

describe('relative times, on 31 March 2026', () => {
  test.each<Reading>([
    ['more than 2 years ago', '', 'submitted before 2024-03-31'],
    ['less than 2 years ago', '', 'submitted from 2024-03-31'],
    ['older than 5 years', '', 'submitted before 2021-03-31'],
    ['no older than 2 years', '', 'submitted from 2024-03-31'],
    ['not older than 2 years', '', 'not submitted before 2024-03-31'],
    ['since two years', '', 'submitted from 2024-03-31'],
    ['in the last 5 yrs', '', 'submitted from 2021-03-31'],
    ['in the previous 3 years', '', 'submitted from 2023-03-31'],
    ['previous year', '', 'submitted from 2025-01-01 until 2025-12-31'],
    ['last quarter', '', 'submitted from 2025-10-01 until 2025-12-31'],
    ['in the last fortnight', '', 'submitted from 2026-03-17'],
    ['since the start of the year', '', 'submitted from 2026-01-01'],
  ])('%s', expectReading);
});

describe('parts of years, and days in other forms', () => {
  test.each<Reading>([
    ['since the end of 2019', '', 'submitted from 2019-12-31'],
    ['before the end of 2015', '', 'submitted before 2015-12-31'],
    ['until the beginning of 2020', '', 'submitted until 2020-01-01'],
    ['at the end of 2021', '', 'submitted from 2021-09-01 until 2021-12-31'],
    ['in 3Q 2021', '', 'submitted from 2021-07-01 until 2021-09-30'],
    ['1H 2021', '', 'submitted from 2021-01-01 until 2021-06-30'],
    ['in H2 2021', '', 'submitted from 2021-07-01 until 2021-12-31'],
    ["in the '90s", '', 'submitted from 1990-01-01 until 1999-12-31'],
    ['since the 90s', '', 'submitted from 1990-01-01'],
    ['on 15-Jun-2020', '', 'submitted from 2020-06-15 until 2020-06-15'],
  ])('%s', expectReading);
});

describe('parts of months, and parts of years by their number', () => {
  test.each<Reading>([
    ['in early March 2020', '', 'submitted from 2020-03-01 until 2020-03-10'],
    ['mid-February 2020', '', 'submitted from 2020-02-11 until 2020-02-20'],
    ['since late February 2020', '', 'submitted from 2020-02-21'],
    ['until the end of February 2020', '', 'submitted until 2020-02-29'],
    ['in the first week of March 2020', '', 'submitted from 2020-03-01 until 2020-03-07'],
    ['in the last week of February 2020', '', 'submitted from 2020-02-23 until 2020-02-29'],
    ['in the 3rd quarter of 2020', '', 'submitted from 2020-07-01 until 2020-09-30'],
    ['in the final quarter of 2020', '', 'submitted from 2020-10-01 until 2020-12-31'],
    ['in the latter half of 2020', '', 'submitted from 2020-07-01 until 2020-12-31'],
    ['in the first six months of 2020', '', 'submitted from 2020-01-01 until 2020-06-30'],
    ['in the last 3 months of 2020', '', 'submitted from 2020-10-01 until 2020-12-31'],
    ['in the last month of 2020', '', 'submitted from 2020-12-01 until 2020-12-31'],
    ['in 2020 H1', '', 'submitted from 2020-01-01 until 2020-06-30'],
    ['graphs 2020H2', 'graphs', 'submitted from 2020-07-01 until 2020-12-31'],
    ['in winter 2019/20', '', 'submitted from 2019-12-01 until 2020-02-29'],
    ["in the late '90s", '', 'submitted from 1997-01-01 until 1999-12-31'],
    ['in the early 90s', '', 'submitted from 1990-01-01 until 1993-12-31'],
    ["in the 2010's", '', 'submitted from 2010-01-01 until 2019-12-31'],
    ['in the nineties', '', 'submitted from 1990-01-01 until 1999-12-31'],
    ['in the first days of March 2020', 'in the first days of March 2020', null],
    ['in the fifth quarter of 2020', 'in the fifth quarter of 2020', null],
    ['in winter 2019/21', 'in winter 2019/21', null],
    ['early 2000 stars', 'early 2000 stars', null],
    ['mid-air collisions', 'mid-air collisions', null],
    ['late 90s', 'late 90s', null],
    ['the twenties', 'the twenties', null],
  ])('%s', expectReading);
});

describe('months, days and quarters that share a year', () => {
  test.each<Reading>([
    ['graphs 1-15 March 2021', 'graphs', 'submitted from 2021-03-01 until 2021-03-15'],
    ['graphs March 1–15, 2021', 'graphs', 'submitted from 2021-03-01 until 2021-03-15'],
    ['from the 1st to the 15th of March 2021', '', 'submitted from 2021-03-01 until 2021-03-15'],
    ['from Q1 to Q3 2020', '', 'submitted from 2020-01-01 until 2020-09-30'],
    ['graphs Q1-Q3 2020', 'graphs', 'submitted from 2020-01-01 until 2020-09-30'],
    [
      'in Q1 and Q3 2020',
      '',
      'submitted from 2020-01-01 until 2020-03-31 or submitted from 2020-07-01 until 2020-09-30',
    ],
    [
      'in December, January and March 2021',
      '',
      'submitted from 2020-12-01 until 2020-12-31 or submitted from 2021-01-01 until 2021-01-31 or submitted from 2021-03-01 until 2021-03-31',
    ],
    ['march to june 2021', '', 'submitted from 2021-03-01 until 2021-06-30'],
    ['1-31 June 2021', '1-31 June 2021', null],
    ['15-1 March 2021', '15-1 March 2021', null],
    ['graphs March and April 2021', 'graphs March and April 2021', null],
    ['graphs Q1 and Q3 2020', 'graphs Q1 and Q3 2020', null],
    ['from Q3 to Q1 2020', 'from Q3 to Q1 2020', null],
  ])('%s', expectReading);
});

describe('ends of ranges, and dates in other forms', () => {
  test.each<Reading>([
    ['from 2015 up to 2018', '', 'submitted from 2015-01-01 until 2018-12-31'],
    ['from 2015 up to now', '', 'submitted from 2015-01-01'],
    ['2015 until the present', '', 'submitted from 2015-01-01'],
    ['from 2015 and on', '', 'submitted from 2015-01-01'],
    ['from 2015 forward', '', 'submitted from 2015-01-01'],
    ['no older than 2015', '', 'submitted from 2015-01-01'],
    ['no newer than 2015', '', 'submitted until 2015-12-31'],
    ['graphs in the years 2015-2018', 'graphs', 'submitted from 2015-01-01 until 2018-12-31'],
    ['graphs 2015−2018', 'graphs', 'submitted from 2015-01-01 until 2018-12-31'],
    ['graphs 2021-03..2021-06', 'graphs', 'submitted from 2021-03-01 until 2021-06-30'],
    ['graphs 2021-03-01/2021-06-30', 'graphs', 'submitted from 2021-03-01 until 2021-06-30'],
    ['graphs 03/2021-06/2021', 'graphs', 'submitted from 2021-03-01 until 2021-06-30'],
    ['since 2021-03-01T09:30:00Z', '', 'submitted from 2021-03-01'],
    ['from 20210301 to 20210630', '', 'submitted from 2021-03-01 until 2021-06-30'],
    ['on Monday, March 15, 2021', '', 'submitted from 2021-03-15 until 2021-03-15'],
    ['graphs 2021-06/2021-03', 'graphs 2021-06/2021-03', null],
    ['since 20211301', 'since 20211301', null],
    ['sample 20210301', 'sample 20210301', null],
    ['from 2015 and on diffusion', 'on diffusion', 'submitted from 2015-01-01 until 2015-12-31'],
  ])('%s', expectReading);
});

describe('times that belong to papers, and those of other things', () => {
  test.each<Reading>([
    ['papers of 2017 on maps', 'papers on maps', IN_2017],
    ['maps of the last 3 years', 'maps', 'submitted from 2023-03-31'],
    ["today's papers", 'papers', 'submitted from 2026-03-31 until 2026-03-31'],
    ["this week's papers on maps", 'papers on maps', 'submitted from 2026-03-30 until 2026-04-05'],
    ['maps that were first published in 2017', 'maps', IN_2017],
    ['maps last updated in 2017', 'maps', 'updated from 2017-01-01 until 2017-12-31'],
    ['papers that appeared in 2017', 'papers', IN_2017],
    ['papers from the day before yesterday', 'papers', 'submitted from 2026-03-29 until 2026-03-29'],
    ['graphs in the last year and a half', 'graphs', 'submitted from 2024-09-30'],
    ['graphs in the last 2.5 years', 'graphs', 'submitted from 2023-09-30'],
    ['graphs in the last half year', 'graphs', 'submitted from 2025-09-30'],
    ['graphs this decade', 'graphs', 'submitted from 2020-01-01 until 2029-12-31'],
    ['march 2020', '', 'submitted from 2020-03-01 until 2020-03-31'],
    ['the events of May 1968', 'the events of May 1968', null],
    ['cooling 10 years after 2008', 'cooling 10 years after 2008', null],
    ['the year before 2015', 'the year before 2015', null],
    ["today's transformers", "today's transformers", null],
    ['graphs since Covid', 'graphs since Covid', null],
    ['the last 3D model', 'the last 3D model', null],
  ])('%s', expectReading);
});

describe('a day that does not exist remains text, with what is joined to it', () => {
  test.each([
    'attention since 31 June 2020',
    'attention before 31 June 2020',
    'since the 31st of June 2020',
    'since April 31, 2021',
    'since 29 February 2021',
    'attention between 31 June 2020 and 5 July 2020',
    'attention between 1 June 2020 and 31 June 2020',
    'from 31 June 2020 to 5 July 2020',
    'from 31 June to 5 July 2020',
    'from 3 to 31 June 2020',
    'from 2020-02-01 to 2020-02-30',
    'in 2014 and 31 June 2020',
    'in 2014 or 31 June 2020',
    'updated since 31 June 2020',
    'the 5 July 2020 release',
  ])('%s', async (query) => {
    await expectReading(query, query, null);
  });

  test.each<Reading>([
    ['by Vaswani 31 April 2021', '31 April 2021', 'author "Vaswani"'],
    ['since 1 May 2020 and before 31 June 2020', 'before 31 June 2020', 'submitted from 2020-05-01'],
    ['since 29 February 2020', '', 'submitted from 2020-02-29'],
    ['from 30 May to 30 June 2020', '', 'submitted from 2020-05-30 until 2020-06-30'],
  ])('%s', expectReading);
});

describe('identifiers', () => {
  test.each<Reading>([
    ['arXiv preprint arXiv:1706.03762', '', 'arXiv identifier 1706.03762'],
    ['arXiv preprint arXiv:1706.03762 (2017).', '', 'arXiv identifier 1706.03762'],
    [
      'Attention Is All You Need. CoRR, abs/1706.03762, 2017',
      'Attention Is All You Need.',
      'arXiv identifier 1706.03762',
    ],
    ['[1706.03762](https://arxiv.org/abs/1706.03762v2)', '', 'arXiv identifier 1706.03762'],
    ['[Attention](https://arxiv.org/abs/1706.03762)', '[Attention]', 'arXiv identifier 1706.03762'],
    ['maps (see https://arxiv.org/html/1706.03762v7).', 'maps (see ).', 'arXiv identifier 1706.03762'],
    [
      'alphaxiv.org/abs/1706.03762 arxiv.org/pdf/1512.03385',
      '',
      'arXiv identifier 1706.03762 or arXiv identifier 1512.03385',
    ],
    ['1706.03762 v2', '', 'arXiv identifier 1706.03762'],
    ['1706.03762 (version 2), attention', 'attention', 'arXiv identifier 1706.03762'],
    ['eprint: 1706.03762', '', 'arXiv identifier 1706.03762'],
    ['"1706.03762"', '', 'arXiv identifier 1706.03762'],
    ['id_list:1706.03762,1512.03385', '', 'arXiv identifier 1706.03762 or arXiv identifier 1512.03385'],
    ['id:1706.03762, 1512.03385', '', 'arXiv identifier 1706.03762 or arXiv identifier 1512.03385'],
  ])('%s', expectReading);
});

describe('what remains text', () => {
  test.each<Reading>([
    ['graphs in 20s', 'graphs in 20s', null],
    ['winter of 2019', 'winter of 2019', null],
    ['since last spring', 'since last spring', null],
    ['rn:CERN-PH-TH/2007-001', 'rn:CERN-PH-TH/2007-001', null],
    ['over 2000 images', 'over 2000 images', null],
    ['more than 2020 papers', 'more than 2020 papers', null],
    ['older than dirt', 'older than dirt', null],
    ['march to may', 'march to may', null],
    ['either attention or translation', 'either attention or translation', null],
  ])('%s', expectReading);
});
