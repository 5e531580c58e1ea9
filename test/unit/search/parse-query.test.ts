import { describe, expect, test } from '@jest/globals';
import { parseQuery, uninterpreted } from '../../../src/search/parse-query.js';

describe('authors are taken out of the text', () => {
  test.each([
    ['Mentions of point clouds by Tian-Xing Xu', 'Mentions of point clouds', ['Tian-Xing Xu']],
    ['point clouds by Xu and Gao', 'point clouds', ['Xu', 'Gao']],
    [
      'point clouds by Tian-Xing Xu, Xiangjun Gao and Wenbo Hu',
      'point clouds',
      ['Tian-Xing Xu', 'Xiangjun Gao', 'Wenbo Hu'],
    ],
    ['point clouds by Xu & by Gao', 'point clouds', ['Xu', 'Gao']],
    ['by Yann LeCun', '', ['Yann LeCun']],
    ['By Yann LeCun: convolutional networks', 'convolutional networks', ['Yann LeCun']],
    ['embeddings by van der Maaten', 'embeddings', ['van der Maaten']],
    ['embeddings by Laurens van der Maaten since 2008', 'embeddings since 2008', ['Laurens van der Maaten']],
    [
      'generative models by Ruslan Salakhutdinov in 2021',
      'generative models in 2021',
      ['Ruslan Salakhutdinov'],
    ],
    ["work by J. O'Neill", 'work', ["J. O'Neill"]],
    ['photons by C. Balázs.', 'photons', ['C. Balázs']],
    ['papers by Weinan E.', 'papers', ['Weinan E.']],
    ['学习 by 张伟', '学习', ['张伟']],
    [
      'stability by Álvaro Martínez-Pérez, of clusterings',
      'stability, of clusterings',
      ['Álvaro Martínez-Pérez'],
    ],
    ['  spaces \n everywhere   by  Xu ', 'spaces everywhere', ['Xu']],
    ['twice by Xu and by Xu', 'twice', ['Xu']],
  ])('%s', (query, text, authors) => {
    expect(parseQuery(query)).toEqual({ text, authors });
  });
});

describe('what names nobody stays as it is', () => {
  test.each([
    'nearby galaxies',
    'nearby Galaxies',
    'learning by example',
    'step by step reasoning',
    'stand-by Power',
    'inspired by nature',
    'by 2030',
    'by means of',
    'approximation by neural networks',
    'by',
    'by ',
    'by, by and by',
    'Bye Bye Birdie',
    'passer-by Xu',
    '',
  ])('%s', (query) => {
    expect(parseQuery(query)).toEqual({ text: query.trim(), authors: [] });
  });
});

test('without interpretation the text is only tidied', () => {
  expect(uninterpreted(' point clouds  by Xu ')).toEqual({ text: 'point clouds by Xu', authors: [] });
});

test('a long query of many names and by-words is read without delay', () => {
  const query = 'by Anna Bo, Cy Dee and by by by X1 '.repeat(300);
  expect(() => parseQuery(query)).not.toThrow();
});
