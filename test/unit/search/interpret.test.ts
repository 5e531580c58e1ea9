import { describe, expect, test } from '@jest/globals';
import {
  interpretQuery,
  toInterpretation,
  type Interpretation,
  settle,
  type AuthorSource,
} from '../../../src/search/interpret.js';
import { parseQuery, readParts } from '../../../src/search/parse-query/parse-query.js';
import { tokenise } from '../../../src/search/parse-query/tokens.js';

const CLOCK = new Date('2026-03-31T22:15:00Z');

/** Authors in the corpus of these tests. */
const AUTHORS = new Set([
  'yann lecun',
  'lecun',
  'geoffrey hinton',
  'hinton',
  'van der maaten',
  'Mingsheng Long',
  'Ashish Vaswani',
  'Zernike',
  'Yann lecun',
]);

/** The corpus, and the names of each look-up. */
function corpus(): [AuthorSource, string[][]] {
  const calls: string[][] = [];
  const source: AuthorSource = {
    knownAuthors: async (names) => {
      calls.push([...names]);
      return new Set(names.filter((name) => AUTHORS.has(name)));
    },
  };
  return [source, calls];
}

/** The lists of an interpretation; other tests cover what no list contains. */
type Lists = Omit<Interpretation, 'expression' | 'read'>;

function toLists(interpretation: Interpretation): Lists {
  const { text, title, authors, categories, phrases, excluded, submitted, ids } = interpretation;
  return { text, title, authors, categories, phrases, excluded, submitted, ids };
}

async function read(query: string): Promise<Lists> {
  const [source] = corpus();
  const { interpretation } = await interpretQuery(source, { query, interpret: true }, CLOCK);
  return toLists(interpretation);
}

function expected(text: string, parts: Partial<Lists> = {}): Lists {
  return {
    text,
    title: null,
    authors: [],
    categories: [],
    phrases: [],
    excluded: [],
    submitted: null,
    ids: [],
    ...parts,
  };
}

function authored(text: string, ...authors: string[]): Lists {
  return expected(text, { authors });
}

function dated(text: string, submitted: Lists['submitted']): Lists {
  return expected(text, { submitted });
}

function year(text: string, first: number, last = first): Lists {
  return dated(text, { gte: `${first}-01-01`, lte: `${last}-12-31` });
}

describe('authors', () => {
  test.each<[string, Lists]>([
    ['Mentions of point clouds by Tian-Xing Xu', authored('Mentions of point clouds', 'Tian-Xing Xu')],
    ['point clouds by Xu and Gao', authored('point clouds', 'Xu', 'Gao')],
    [
      'point clouds by Tian-Xing Xu, Gao and Wenbo Hu',
      authored('point clouds', 'Tian-Xing Xu', 'Gao', 'Wenbo Hu'),
    ],
    ['point clouds by Xu, Gao, and Hu', authored('point clouds', 'Xu', 'Gao', 'Hu')],
    ['point clouds by Xu,Gao', authored('point clouds', 'Xu', 'Gao')],
    ['point clouds by Xu & by Gao', authored('point clouds', 'Xu', 'Gao')],
    ['by Yann LeCun', authored('', 'Yann LeCun')],
    ['By Yann LeCun: convolutional networks', authored('convolutional networks', 'Yann LeCun')],
    ['by Wei Wang, graph neural networks', authored('graph neural networks', 'Wei Wang')],
    ['embeddings by van der Maaten', authored('embeddings', 'van der Maaten')],
    [
      'embeddings by Laurens van der Maaten on maps',
      authored('embeddings on maps', 'Laurens van der Maaten'),
    ],
    ['fluids by Jean-Baptiste le Rond d’Alembert', authored('fluids', 'Jean-Baptiste le Rond d’Alembert')],
    ["instantons by G. 't Hooft and Polyakov", authored('instantons', "G. 't Hooft", 'Polyakov')],
    ["work by J. O'Neill", authored('work', "J. O'Neill")],
    ['photons by C. Balázs.', authored('photons', 'C. Balázs')],
    ['work by J.-P. Serre', authored('work', 'J.-P. Serre')],
    ['work by J.R.R. Tolkien', authored('work', 'J.R.R. Tolkien')],
    ['work by Y.LeCun', authored('work', 'Y.LeCun')],
    ['papers by Weinan E.', authored('papers', 'Weinan E.')],
    [
      'by LeCun, Y., Bengio, Y. and Hinton, G. deep learning',
      authored('deep learning', 'LeCun, Y.', 'Bengio, Y.', 'Hinton, G.'),
    ],
    ['work by Robert Downey Jr. on chaos', authored('work on chaos', 'Robert Downey Jr.')],
    ['by J. Smith Neural Networks', authored('Neural Networks', 'J. Smith')],
    [
      'stability by Álvaro Martínez-Pérez, of clusterings',
      authored('stability, of clusterings', 'Álvaro Martínez-Pérez'),
    ],
    ['学习 by 张伟', authored('学习', '张伟')],
    ['学习 by 张 伟、李娜', authored('学习', '张 伟', '李娜')],
    ['by محمد بن موسى', authored('', 'محمد بن موسى')],
    ['чёрные дыры by Иван Петров', authored('чёрные дыры', 'Иван Петров')],
    ['graphs by 김민수', authored('graphs', '김민수')],
    ['attention by Wang et al.', authored('attention', 'Wang')],
    ['attention by Wang and colleagues, with code', authored('attention, with code', 'Wang')],
    ['attention (by Wang) in vision', authored('attention in vision', 'Wang')],
    ['papers written by Wang', authored('papers', 'Wang')],
    ['  spaces \n everywhere   by  Xu ', authored('spaces everywhere', 'Xu')],
    ['twice by Xu and by Xu', authored('twice', 'Xu')],
    ['by Zaphod Beeblebrox, who nobody is', authored('who nobody is', 'Zaphod Beeblebrox')],
    ['author:"Y. LeCun" nets', authored('nets', 'Y. LeCun')],
    ['nets author:LeCun', authored('nets', 'LeCun')],
    ['nets author:lecun', authored('nets', 'lecun')],
    ['nets Author: "LeCun, Yann"', authored('nets', 'LeCun, Yann')],
    ['author:Y. LeCun nets', authored('nets', 'Y. LeCun')],
    ['author:van der Maaten maps', authored('maps', 'van der Maaten')],
    ['author:Xu author:Gao au:Hu', authored('', 'Xu', 'Gao', 'Hu')],
  ])('%s', async (query, interpretation) => {
    expect(await read(query)).toEqual(interpretation);
  });
});

describe('doubtful names count if an author has them', () => {
  test.each<[string, Lists, string[]]>([
    ['by yann lecun', authored('', 'yann lecun'), ['yann lecun']],
    ['by Yann lecun', authored('', 'Yann lecun'), ['Yann lecun', 'Yann']],
    [
      'nets by lecun in 2020',
      expected('nets', { authors: ['lecun'], submitted: { gte: '2020-01-01', lte: '2020-12-31' } }),
      ['lecun'],
    ],
    ['papers by yann lecun on vision', authored('papers on vision', 'yann lecun'), ['yann lecun']],
    [
      'by yann lecun and geoffrey hinton',
      authored('', 'yann lecun', 'geoffrey hinton'),
      ['yann lecun', 'geoffrey hinton'],
    ],
    [
      'by yann lecun convolutional networks',
      authored('convolutional networks', 'yann lecun'),
      ['yann lecun convolutional networks', 'yann lecun convolutional', 'yann lecun'],
    ],
    ['maps by van der maaten', authored('maps', 'van der maaten'), ['van der maaten']],
    ['by john doe', expected('by john doe'), ['john doe']],
    [
      'by john doe and geoffrey hinton',
      expected('by john doe and geoffrey hinton'),
      ['john doe', 'geoffrey hinton'],
    ],
    ['by Hinton and john doe', authored('john doe', 'Hinton'), ['john doe']],
    ['by Mingsheng Long', authored('', 'Mingsheng Long'), ['Mingsheng Long']],
    ['by Zernike polynomials', authored('polynomials', 'Zernike'), ['Zernike']],
    ['by Krylov methods', expected('by Krylov methods'), ['Krylov']],
    ['by Monte Carlo sampling', expected('by Monte Carlo sampling'), ['Monte Carlo']],
    ['by LLMs and GNNs', expected('by LLMs and GNNs'), ['LLMs', 'GNNs']],
    [
      'Learning to Learn by Gradient Descent',
      expected('Learning to Learn by Gradient Descent'),
      ['Gradient Descent'],
    ],
    [
      'Learning to learn by gradient descent by gradient descent',
      expected('Learning to learn by gradient descent by gradient descent'),
      [],
    ],
    [
      'Fast Convergence of Stochastic Solvers by Krylov Spaces',
      expected('Fast Convergence of Stochastic Solvers by Krylov Spaces'),
      [],
    ],
    ['Cricket Sorting By Species', expected('Cricket Sorting By Species'), []],
    ['by Yann LeCun', authored('', 'Yann LeCun'), []],
  ])('%s', async (query, interpretation, lookedUp) => {
    const [source, calls] = corpus();
    const read = await interpretQuery(source, { query, interpret: true }, CLOCK);
    expect(toLists(read.interpretation)).toEqual(interpretation);
    expect(calls).toEqual(lookedUp.length === 0 ? [] : [lookedUp]);
  });
});

describe('time', () => {
  test.each<[string, Lists]>([
    ['graphs in 2021', year('graphs', 2021)],
    ['graphs during 2021', year('graphs', 2021)],
    ['graphs in the year 2021', year('graphs', 2021)],
    ['in 2021 graphs', year('graphs', 2021)],
    ['graphs published in 2021.', year('graphs', 2021)],
    ['graphs in March 2020', dated('graphs', { gte: '2020-03-01', lte: '2020-03-31' })],
    ['graphs in Feb 2024', dated('graphs', { gte: '2024-02-01', lte: '2024-02-29' })],
    ['graphs in 2020-03', dated('graphs', { gte: '2020-03-01', lte: '2020-03-31' })],
    ['graphs on 2020-03-15', dated('graphs', { gte: '2020-03-15', lte: '2020-03-15' })],
    ['graphs on 15 March 2020', dated('graphs', { gte: '2020-03-15', lte: '2020-03-15' })],
    ['graphs in the 1990s', year('graphs', 1990, 1999)],
    ['graphs since 2019', dated('graphs', { gte: '2019-01-01' })],
    ['graphs since March 2022', dated('graphs', { gte: '2022-03-01' })],
    ['graphs since march 15th, 2022', dated('graphs', { gte: '2022-03-15' })],
    ['graphs from 2019 onwards', dated('graphs', { gte: '2019-01-01' })],
    ['graphs after 1998', dated('graphs', { gte: '1999-01-01' })],
    ['graphs after March 2020', dated('graphs', { gte: '2020-04-01' })],
    ['graphs after 2020-02-29', dated('graphs', { gte: '2020-03-01' })],
    ['graphs later than 2019', dated('graphs', { gte: '2020-01-01' })],
    ['graphs before March 2020', dated('graphs', { lt: '2020-03-01' })],
    ['graphs prior to 2020', dated('graphs', { lt: '2020-01-01' })],
    ['graphs until 2015', dated('graphs', { lte: '2015-12-31' })],
    ['graphs up to June 2015', dated('graphs', { lte: '2015-06-30' })],
    ['graphs between 2018 and 2020', year('graphs', 2018, 2020)],
    ['graphs between 2020 and 2018', year('graphs', 2018, 2020)],
    ['graphs between March 2018 and May 2020', dated('graphs', { gte: '2018-03-01', lte: '2020-05-31' })],
    ['graphs from 2018 to 2020', year('graphs', 2018, 2020)],
    ['graphs from March 2018 until 2020', dated('graphs', { gte: '2018-03-01', lte: '2020-12-31' })],
    ['graphs 2019-2021', year('graphs', 2019, 2021)],
    ['graphs 2019–2021', year('graphs', 2019, 2021)],
    ['graphs 2019 - 2021', year('graphs', 2019, 2021)],
    ['graphs in 2019 to 2021', year('graphs', 2019, 2021)],
    ['graphs (2019-2021)', year('graphs', 2019, 2021)],
    ['graphs last year', year('graphs', 2025)],
    ['graphs since last year', dated('graphs', { gte: '2025-01-01' })],
    ['graphs this year', year('graphs', 2026)],
    ['graphs last month', dated('graphs', { gte: '2026-02-01', lte: '2026-02-28' })],
    ['graphs last week', dated('graphs', { gte: '2026-03-23', lte: '2026-03-29' })],
    ['graphs in the last 6 months', dated('graphs', { gte: '2025-09-30' })],
    ['graphs in the last year', dated('graphs', { gte: '2025-03-31' })],
    ['graphs from the past two weeks', dated('graphs', { gte: '2026-03-17' })],
    ['graphs past 30 days', dated('graphs', { gte: '2026-03-01' })],
    ['graphs over the last decade', dated('graphs', { gte: '2016-03-31' })],
    ['graphs in 1985', year('graphs', 1985)],
    ['graphs before 1950', dated('graphs', { lt: '1950-01-01' })],
    ['graphs in the 1980s', year('graphs', 1980, 1989)],
    ['graphs in 1850', year('graphs', 1850)],
    ['graphs from 2021', year('graphs', 2021)],
    ['papers from 2021 on diffusion', year('papers on diffusion', 2021)],
    ['diffusion from 2021 on', dated('diffusion', { gte: '2021-01-01' })],
    ['graphs 2015 to present', dated('graphs', { gte: '2015-01-01' })],
    ['graphs from 2015 until now', dated('graphs', { gte: '2015-01-01' })],
    ['graphs 2015-present', dated('graphs', { gte: '2015-01-01' })],
    ['graphs 2015 onwards', dated('graphs', { gte: '2015-01-01' })],
    ['graphs in 2015 or later', dated('graphs', { gte: '2015-01-01' })],
    ['graphs 2015 and earlier', dated('graphs', { lte: '2015-12-31' })],
    ['graphs newer than 2015', dated('graphs', { gte: '2016-01-01' })],
    ['graphs no later than 2015', dated('graphs', { lte: '2015-12-31' })],
    ['graphs between 2015-2017', year('graphs', 2015, 2017)],
    ['graphs June 2004', dated('graphs', { gte: '2004-06-01', lte: '2004-06-30' })],
    ['graphs 15 June 2004', dated('graphs', { gte: '2004-06-15', lte: '2004-06-15' })],
    ['graphs since 06/2004', dated('graphs', { gte: '2004-06-01' })],
    ['graphs on 2020/06/15', dated('graphs', { gte: '2020-06-15', lte: '2020-06-15' })],
    ['graphs on 15/06/2020', dated('graphs', { gte: '2020-06-15', lte: '2020-06-15' })],
    ['graphs on 06/15/2020', dated('graphs', { gte: '2020-06-15', lte: '2020-06-15' })],
    ['graphs in Q1 2021', dated('graphs', { gte: '2021-01-01', lte: '2021-03-31' })],
    ['graphs 2021 Q4', dated('graphs', { gte: '2021-10-01', lte: '2021-12-31' })],
    ['graphs 2021-Q4', dated('graphs', { gte: '2021-10-01', lte: '2021-12-31' })],
    ['graphs in the second quarter of 2021', dated('graphs', { gte: '2021-04-01', lte: '2021-06-30' })],
    ['graphs in the first half of 2021', dated('graphs', { gte: '2021-01-01', lte: '2021-06-30' })],
    ['graphs summer 2021', dated('graphs', { gte: '2021-06-01', lte: '2021-08-31' })],
    ['graphs in the fall of 2021', dated('graphs', { gte: '2021-09-01', lte: '2021-11-30' })],
    ['graphs since spring 2021', dated('graphs', { gte: '2021-03-01' })],
    ['graphs in early 2020', dated('graphs', { gte: '2020-01-01', lte: '2020-04-30' })],
    ['graphs mid-2020', dated('graphs', { gte: '2020-05-01', lte: '2020-08-31' })],
    ['graphs since late 2020', dated('graphs', { gte: '2020-09-01' })],
    ['graphs in the late 1990s', year('graphs', 1997, 1999)],
    ['graphs from 2 years ago', year('graphs', 2024)],
    ['graphs since two years ago', dated('graphs', { gte: '2024-03-31' })],
    ['graphs since 3 months ago', dated('graphs', { gte: '2025-12-31' })],
    ['graphs before a year ago', dated('graphs', { lt: '2025-03-31' })],
    ['graphs in the last 24 hours', dated('graphs', { gte: '2026-03-30' })],
    ['graphs in the last 48 hours', dated('graphs', { gte: '2026-03-29' })],
    ['graphs in the last few months', dated('graphs', { gte: '2025-12-31' })],
    ['graphs from the past couple of weeks', dated('graphs', { gte: '2026-03-17' })],
    ['papers from today', dated('papers', { gte: '2026-03-31', lte: '2026-03-31' })],
    ['papers submitted today', dated('papers', { gte: '2026-03-31', lte: '2026-03-31' })],
    ['graphs since yesterday', dated('graphs', { gte: '2026-03-30' })],
    ['submittedDate:[202301010600 TO 202401010600]', dated('', { gte: '2023-01-01', lte: '2024-01-01' })],
    ['graphs submittedDate:[2023 TO *]', dated('graphs', { gte: '2023-01-01' })],
    ['graphs since 2019 and before 2021', dated('graphs', { gte: '2019-01-01', lt: '2021-01-01' })],
    [
      'graphs since 2018 since 2020 until 2023 until 2022',
      dated('graphs', { gte: '2020-01-01', lte: '2022-12-31' }),
    ],
  ])('%s', async (query, interpretation) => {
    expect(await read(query)).toEqual(interpretation);
  });

  test('"the last month" counts back to the last day of February in a leap year', () => {
    const { parts } = parseQuery('in the last month', new Date('2024-03-31T00:00:00Z'));
    const draft = { kind: 'date', field: 'submitted', range: { gte: '2024-02-29' } };
    expect(parts).toEqual([{ draft, start: 0, end: 17 }]);
  });
});

describe('categories, phrases, exclusions, titles and identifiers', () => {
  test.each<[string, Lists]>([
    ['cs.CL', expected('', { categories: ['cs.CL'] })],
    [' CS.lg ', expected('', { categories: ['cs.LG'] })],
    ['hep-th', expected('', { categories: ['hep-th'] })],
    ['cs.*', expected('', { categories: ['cs.*'] })],
    ['diffusion cat:cs.LG', expected('diffusion', { categories: ['cs.LG'] })],
    ['cat:cs.* diffusion', expected('diffusion', { categories: ['cs.*'] })],
    ['cat:cs diffusion', expected('diffusion', { categories: ['cs.*'] })],
    ['cat:CS.lg cat:hep-th', expected('', { categories: ['cs.LG', 'hep-th'] })],
    ['cat:cs.LG,stat.ML nets', expected('nets', { categories: ['cs.LG', 'stat.ML'] })],
    [
      'category:physics.optics cat:cond-mat.mes-hall',
      expected('', { categories: ['physics.optics', 'cond-mat.mes-hall'] }),
    ],
    ['segmentation in cs.CV', expected('segmentation', { categories: ['cs.CV'] })],
    ['segmentation in cs.CV.', expected('segmentation', { categories: ['cs.CV'] })],
    ['strings in hep-th and math.AG', expected('strings', { categories: ['hep-th', 'math.AG'] })],
    ['cat:astro-ph cat:gr-qc.*', expected('', { categories: ['astro-ph.*', 'gr-qc'] })],
    ['strings in cs.*', expected('strings', { categories: ['cs.*'] })],
    ['"graph neural networks" molecules', expected('molecules', { phrases: ['graph neural networks'] })],
    ['“exact phrase” and "another one"', expected('', { phrases: ['exact phrase', 'another one'] })],
    ['nets -survey', expected('nets', { excluded: ['survey'] })],
    ['-survey nets -GPT-4', expected('nets', { excluded: ['survey', 'GPT-4'] })],
    ['nets -"image classification"', expected('nets', { excluded: ['image classification'] })],
    ['title:transformers nets', expected('nets', { title: 'transformers' })],
    ['title:"attention is all you need"', expected('', { title: 'attention is all you need' })],
    ['ti:attention title:need', expected('', { title: 'attention need' })],
    ['id:1706.03762', expected('', { ids: ['1706.03762'] })],
    ['id:1706.03762v5', expected('', { ids: ['1706.03762'] })],
    ['id:arXiv:1706.03762', expected('', { ids: ['1706.03762'] })],
    ['id:hep-th/9901001, id:math.GT/0309136', expected('', { ids: ['hep-th/9901001', 'math/0309136'] })],
    ['id:https://arxiv.org/pdf/1706.03762v5', expected('', { ids: ['1706.03762'] })],
    ['id:10.48550/arXiv.1706.03762', expected('', { ids: ['1706.03762'] })],
    ['id:1706.03762,1512.03385', expected('', { ids: ['1706.03762', '1512.03385'] })],
    ['arXiv:1706.03762', expected('', { ids: ['1706.03762'] })],
    ['like https://arxiv.org/abs/1706.03762', expected('like', { ids: ['1706.03762'] })],
    ['1706.03762', expected('', { ids: ['1706.03762'] })],
    ['1706.03762v7', expected('', { ids: ['1706.03762'] })],
    ['hep-th/9711200', expected('', { ids: ['hep-th/9711200'] })],
    ['1706.03762, 1512.03385', expected('', { ids: ['1706.03762', '1512.03385'] })],
    ['id:1706.03762 OR id:1512.03385', expected('', { ids: ['1706.03762', '1512.03385'] })],
    ['arXiv: 1706.03762', expected('', { ids: ['1706.03762'] })],
    ['arXiv 1706.03762', expected('', { ids: ['1706.03762'] })],
    ['arXiv:1706.03762v7 [cs.CL]', expected('', { ids: ['1706.03762'] })],
    ['arXiv:1706.03762v7 [cs.CL; cs.LG] 2 Aug 2023', expected('', { ids: ['1706.03762'] })],
    ['1706.03762 (cs.CL), attention', expected('attention', { ids: ['1706.03762'] })],
    ['1706.03762 (attention)', expected('(attention)', { ids: ['1706.03762'] })],
    ['arXiv ID: 1706.03762', expected('', { ids: ['1706.03762'] })],
    ['arXiv:1512.03385v1 [cs.CV] 10 Dec 2015', expected('', { ids: ['1512.03385'] })],
    ['1706.03762 [cs.CL], attention', expected('attention', { ids: ['1706.03762'] })],
    ['see arXiv:1706.03762.', expected('see', { ids: ['1706.03762'] })],
    ['(arXiv:1706.03762)', expected('', { ids: ['1706.03762'] })],
    ['[arXiv:1706.03762]', expected('', { ids: ['1706.03762'] })],
    ['<https://arxiv.org/abs/1706.03762>', expected('', { ids: ['1706.03762'] })],
    ['https://arxiv.org/abs/1706.03762, attention', expected('attention', { ids: ['1706.03762'] })],
    ['https://www.alphaxiv.org/abs/1706.03762', expected('', { ids: ['1706.03762'] })],
    ['10.48550/arXiv.1706.03762', expected('', { ids: ['1706.03762'] })],
    ['https://doi.org/10.48550/arXiv.1706.03762', expected('', { ids: ['1706.03762'] })],
    ['title:(attention is)', expected('', { title: 'attention is' })],
    ["author:'Grisha Perelman'", expected('', { authors: ['Grisha Perelman'] })],
    ['au:del_maestro', expected('', { authors: ['del maestro'] })],
    ['cat:cs.CL AND cat:cs.LG', expected('', { categories: ['cs.CL', 'cs.LG'] })],
    ['cat: cs.LG nets', expected('nets', { categories: ['cs.LG'] })],
    ['ti:attention AND au:vaswani', expected('', { title: 'attention', authors: ['vaswani'] })],
    ['neural networks AND cat:cs.LG', expected('neural networks', { categories: ['cs.LG'] })],
    ['cat:cs.LG AND neural networks', expected('neural networks', { categories: ['cs.LG'] })],
    ['attention NOT translation', expected('attention', { excluded: ['translation'] })],
    ['attention ANDNOT "machine translation"', expected('attention', { excluded: ['machine translation'] })],
    ['attention NOT ("a b" OR "c d")', expected('attention', { excluded: ['a b', 'c d'] })],
  ])('%s', async (query, interpretation) => {
    expect(await read(query)).toEqual(interpretation);
  });
});

test('all conditions can be combined, in any order', async () => {
  const parts = {
    title: 'learning',
    authors: ['Y. LeCun', 'Hinton'],
    categories: ['cs.LG', 'stat.*'],
    phrases: ['neural network'],
    excluded: ['survey'],
    submitted: { gte: '2010-01-01', lt: '2016-01-01' },
    ids: ['1706.03762'],
  };
  expect(
    await read(
      'deep nets author:"Y. LeCun" -survey since 2010 cat:cs.LG title:learning "neural network" id:1706.03762 before 2016 by Hinton cat:stat.* vision',
    ),
  ).toEqual(expected('deep nets vision', parts));
  expect(
    await read(
      'by Y. LeCun and Hinton, before 2016, since 2010: deep nets in cs.LG, id:1706.03762 "neural network" cat:stat vision title:learning -survey',
    ),
  ).toEqual(expected('deep nets, vision', parts));
});

describe('what is not a condition remains text', () => {
  test.each([
    'nearby galaxies',
    'nearby Galaxies',
    'learning by example',
    'step by step reasoning',
    'stand-by power',
    'stand-by Power',
    'passer-by Xu',
    'inspired by nature',
    'by 2030',
    'by means of',
    'by Friday',
    'by March',
    'by hand',
    'by chance and by design',
    'sorted by year',
    'approximation by neural networks',
    'training by gradient descent',
    'infection by E. coli',
    "by Einstein's theory",
    'by GPT-4',
    'by A* search',
    'by, by and by',
    'by',
    'by:',
    'Bye Bye Birdie',
    "from Yann LeCun's group",
    'from Yann LeCun',
    'author: deep learning',
    'the author:',
    'in 3D',
    'in 2D and 3D',
    'from 2D to 3D',
    'since',
    'since when',
    'before and after',
    'in 2050',
    'in 1700',
    'in 1850 patients',
    'from 2021 data',
    'on 05/06/2020',
    'Planck 2018 results',
    'machine learning today',
    'results may 2020',
    'scaling exponent 0.7301',
    'precision at 1713.0376 MHz',
    'a line at 1012.1234 MHz',
    'version 2212.1',
    'the cs.LG crowd',
    'math',
    'cs.XX',
    'self-attention',
    'summer school 2021',
    'graphs in winter 2021',
    'graphs from spring to fall 2020',
    'black holes or wormholes',
    'whether to prune or not to prune',
    'attention OR translation',
    'cat:cs.CL OR neural networks',
    'neural networks OR cat:cs.CL',
    'by Hinton or deep learning',
    'deep learning or by Hinton',
    'au:hinton ANDNOT deep learning models',
    'attention NOT machine translation',
    'ti:(a (b)',
    'cat:(cs.CL dogs)',
    'BLACK HOLES OR WORMHOLES AND NOT STARS',
    'C++',
    '$e^+e^-$',
    '∇',
    'in 2048 dimensions',
    'after 2000 iterations',
    'between 2 and 5 layers',
    'between 2000 and 2020 samples',
    'from 2000 to',
    'in March',
    'on 2021 data',
    'in 2020-13',
    'since 2020-02-30',
    'the last layer',
    'in the last 6 layers',
    'the last year of Galileo',
    '2019 novel coronavirus',
    'COVID-19',
    '1984-style dystopia',
    'in math',
    'in nature',
    'in node.js',
    'cat:dogs',
    'cat:cs.QQ',
    'in stat.us',
    'in vitro and in-vivo',
    'cat: and dog',
    'cat',
    'id:x',
    'title:',
    'title: attention',
    'note: this',
    'https://example.org/abs/1706.03762',
    '-1 degrees',
    'x - y',
    'a -b c',
    'state-of-the-art',
    'non-negative matrix factorization',
    'pre- and post-training',
    'transformers -an overview',
    'transformer -based models',
    '--verbose',
    'unmatched "quote here',
    '5" and 7" wafers',
    '“unmatched',
    'and',
    '',
  ])('%s', async (query) => {
    expect(await read(query)).toEqual(expected(query));
  });
});

test.each(['?', '???', '""', '!!!', '- . ,', '<>', '( )', '=', '…'])(
  '%s is not text to search for',
  async (query) => {
    expect(await read(query)).toEqual(expected(''));
  },
);

test('without interpretation, only the white space of the text is cleaned', async () => {
  const [source, calls] = corpus();
  const query = ' point clouds  by yann lecun since 2020 ';
  const { interpretation, filter } = await interpretQuery(source, { query, interpret: false }, CLOCK);
  expect(toLists(interpretation)).toEqual(expected('point clouds by yann lecun since 2020'));
  expect(filter).toBeUndefined();
  expect(calls).toEqual([]);
});

test('parts contain the characters from which they were read', () => {
  const query = 'nets, written by Xu et al. since 2019';
  const spans = parseQuery(query, CLOCK).parts.map(({ start, end }) => query.slice(start, end));
  expect(spans).toEqual(['written by Xu et al.', 'since 2019']);
});

test('at most 64 names are looked up for one query', async () => {
  const [source, calls] = corpus();
  const query = Array.from(
    { length: 200 },
    (_, at) => `by zq${'x'.repeat(at % 50)}${String.fromCharCode(97 + (at % 26))}k`,
  );
  await settle(parseQuery(query.join(', in fact, '), CLOCK), source);
  expect(calls).toHaveLength(1);
  expect(calls[0]).toHaveLength(64);
});

describe('long queries', () => {
  const PIECES = [
    'by ',
    'by A',
    'by Anna Bo, Cy Dee and ',
    'by zork mork, ',
    '"',
    '“',
    '-',
    '- ',
    '-"',
    '1',
    '2019-',
    'in ',
    'in the last ',
    'between 2019 and ',
    'author:',
    'author:A. ',
    'cat:cs.LG,',
    'cat:x,',
    'in cs.CV, ',
    'id:1706.03762,',
    'and ',
    ',',
    ', ',
    '(',
    "'",
    'A.',
    'van ',
    '张',
    'OR ',
    'NOT ',
    'AND ',
    'ANDNOT ',
    'AND NOT ',
    'by A OR ',
    'by A AND NOT ',
    'by (A) and ',
    'by ((A or ',
    'and (A ',
    'BY AB IN 2014, 2015 ',
    'BY AB CD EF GH IN ',
    '(by A ',
    '((( ',
    ') ',
    'a|',
    'ti:(a OR ',
    "au:'x ",
    'submittedDate:[2020 ',
    '-au:x ',
    'by Dr ',
    'by the ',
    'by Xu. ',
    'by Xu, A. ',
    'by Xu; ',
    'in 2014 or ',
    'in 2014, ',
    '2 years ago ',
    '1706.03762 ',
    'arXiv ',
    'not in 2014 ',
    '. ',
    'BY AB IN CS.CL ',
    'BY AB OR ',
    'au:(a (',
    'au:Xu AND (',
    'au:Xu AND (A) ',
    'ti:((a) ',
    'in March, ',
    'in Q1 and ',
    '1-15 March ',
    'the last year and a half ',
    "today's ",
    'papers of ',
    'in a/b-c/',
    'in hep-th/',
    'by a b ',
    '1706.03762 (v2 ',
    'ti:%22',
    '\ud800',
  ];

  test.each(PIECES)('100,000 characters of %j are read without an error', async (piece) => {
    const query = piece.repeat(100_000 / piece.length);
    const [source] = corpus();
    const parsed = parseQuery(query, CLOCK);
    const { text } = toInterpretation(query, await settle(parsed, source));
    expect(text.length).toBeLessThanOrEqual(query.length);
    const edges = parsed.parts.flatMap(({ start, end }) => [start, end]);
    expect(edges).toEqual([...edges].sort((a, b) => a - b));
  });

  test.each(PIECES)('the steps for %j grow no faster than the length', (piece) => {
    const [few, many] = [countReads(piece.repeat(500)), countReads(piece.repeat(4_000))];
    expect(many).toBeLessThanOrEqual(8.5 * few + 1_000);
  });

  /** How often tokens are read. */
  function countReads(query: string): number {
    let reads = 0;
    const counted = new Proxy(tokenise(query), {
      get: (tokens, key, receiver): unknown => {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
        return Reflect.get(tokens, key, receiver);
      },
    });
    readParts(query, counted, CLOCK);
    return reads;
  }
});

test('a repeated query is parsed once, until the authors of the corpus change', async () => {
  const ask = async (known: string[]) =>
    interpretQuery(
      { knownAuthors: async () => new Set(known) },
      { query: 'by yann lecun, whose text is unlike any other here', interpret: true },
      CLOCK,
    );
  const [unknown, known, again] = [await ask([]), await ask(['yann lecun']), await ask(['yann lecun'])];
  expect(unknown.interpretation.authors).toEqual([]);
  expect(known.interpretation.authors).toEqual(['yann lecun']);
  expect(again).toBe(known);
});

describe('a query is rejected, with the path "query", for', () => {
  test.each([
    ['a long query', 'x'.repeat(10_001), 'A query may have at most 10000 characters, not 10001'],
    [
      'many authors',
      'by ' + Array.from({ length: 21 }, (_, at) => `Xu${'a'.repeat(at)}z`).join(', '),
      'A query may have at most 20 authors, not 21',
    ],
    [
      'many exclusions',
      Array.from({ length: 21 }, (_, at) => `-word${at}`).join(' '),
      'A query may have at most 20 exclusions, not 21',
    ],
    [
      'many phrases',
      Array.from({ length: 21 }, (_, at) => `"word ${at}"`).join(' OR '),
      'A query may have at most 20 phrases, not 21',
    ],
    [
      'many identifiers',
      Array.from({ length: 51 }, (_, at) => `id:1706.0${1000 + at}`).join(' '),
      'A query may have at most 50 identifiers, not 51',
    ],
    [
      'many things',
      Array.from({ length: 65 }, (_, at) => `ti:word${at}`).join(' '),
      'A query may have at most 64 conditions, not 65',
    ],
    [
      'a long phrase',
      `"${'x'.repeat(1_001)}"`,
      'A name, title, phrase or exclusion of a query may have at most 1000 characters, not 1001',
    ],
  ])('%s', async (_name, query, message) => {
    const [source] = corpus();
    await expect(interpretQuery(source, { query, interpret: true }, CLOCK)).rejects.toMatchObject({
      message,
      code: 'BAD_USER_INPUT',
      argumentPath: ['query'],
    });
  });
});

test.each(['by Xu '.repeat(300), `by ${'Xu, '.repeat(300)}`])(
  'what follows 260 readings of a query stays text',
  async (query) => {
    const [source] = corpus();
    const { interpretation } = await interpretQuery(source, { query, interpret: true }, CLOCK);
    expect(interpretation.authors).toEqual(['Xu']);
    expect(interpretation.text).toMatch(/Xu/);
  },
);
