import { describe, expect, test } from '@jest/globals';
import { parsePage, toCursor, toFingerprint, type PageArguments } from '../../../src/search/paging.js';

const print = toFingerprint(['text', null]);
const at = (rank: number) => toCursor(rank, print);

describe('slices', () => {
  test.each<[string, PageArguments, { offset: number; limit: number }]>([
    ['ten from the front by default', {}, { offset: 0, limit: 10 }],
    [
      'nulls count as not given',
      { first: null, after: null, last: null, before: null },
      { offset: 0, limit: 10 },
    ],
    ['the first three', { first: 3 }, { offset: 0, limit: 3 }],
    ['three after a cursor', { first: 3, after: at(10) }, { offset: 10, limit: 3 }],
    ['at most what lies in front of a cursor', { first: 10, before: at(5) }, { offset: 0, limit: 4 }],
    ['between two cursors', { first: 10, after: at(2), before: at(5) }, { offset: 2, limit: 2 }],
    ['the last two in front of a cursor', { last: 2, before: at(10) }, { offset: 7, limit: 2 }],
    ['no more than there are in front of a cursor', { last: 50, before: at(4) }, { offset: 0, limit: 3 }],
    ['nothing in front of the first', { last: 5, before: at(1) }, { offset: 0, limit: 0 }],
    ['nothing between crossed cursors', { first: 5, after: at(8), before: at(3) }, { offset: 8, limit: 0 }],
    ['nothing behind the window', { first: 5, after: at(1_000) }, { offset: 1_000, limit: 0 }],
    ['what is left at the window’s end', { first: 10, after: at(995) }, { offset: 995, limit: 5 }],
  ])('%s', (_name, page, slice) => {
    expect(parsePage(page, print)).toEqual(slice);
  });
});

describe('refusals', () => {
  test.each<[string, PageArguments, string, string]>([
    ['zero results', { first: 0 }, 'first', 'from 1 to 100, not 0'],
    ['a negative number', { first: -1 }, 'first', 'from 1 to 100, not -1'],
    ['too many results', { first: 101 }, 'first', 'from 1 to 100, not 101'],
    ['too many last results', { last: 101, before: at(5) }, 'last', 'from 1 to 100, not 101'],
    ['both directions', { first: 1, last: 1, before: at(5) }, 'last', 'do not go together'],
    ['last without before', { last: 5 }, 'last', 'goes with "before"'],
    [
      'a cursor of another search',
      { after: toCursor(5, toFingerprint('other')) },
      'after',
      'of another search',
    ],
    ['text that is no cursor', { before: 'nonsense', last: 1 }, 'before', 'not a cursor'],
    ['an empty cursor', { after: '' }, 'after', 'not a cursor'],
    ['a forged rank', { after: toCursor(-5, print) }, 'after', 'not a cursor'],
    ['a rank beyond the window', { after: toCursor(1_001, print) }, 'after', 'not a cursor'],
  ])('%s', (_name, page, argument, message) => {
    expect(() => parsePage(page, print)).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        argumentPath: [argument],
        message: expect.stringContaining(message) as unknown,
      }),
    );
  });
});
