import { describe, expect, test } from '@jest/globals';
import { parsePage, readClock, type PageArguments } from '../../../src/search/paging.js';

const clock = new Date('2025-01-01T00:00:00Z');
const search = { identity: ['text', null], clock, depth: 1_000 };
const at = (rank: number, of = search) => parsePage({}, of).toCursor(rank);

/** The cursor with parts of its content replaced. */
function forge(cursor: string, changes: Record<string, unknown>): string {
  const said = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Record<string, unknown>;
  return Buffer.from(JSON.stringify({ ...said, ...changes })).toString('base64url');
}

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
    ['at most what lies before a cursor', { first: 10, before: at(5) }, { offset: 0, limit: 4 }],
    ['between two cursors', { first: 10, after: at(2), before: at(5) }, { offset: 2, limit: 2 }],
    ['the last two before a cursor', { last: 2, before: at(10) }, { offset: 7, limit: 2 }],
    ['no more than there are before a cursor', { last: 50, before: at(4) }, { offset: 0, limit: 3 }],
    ['nothing before the first', { last: 5, before: at(1) }, { offset: 0, limit: 0 }],
    ['nothing between crossed cursors', { first: 5, after: at(8), before: at(3) }, { offset: 8, limit: 0 }],
    ['what is left at the window’s end', { first: 10, after: at(995) }, { offset: 995, limit: 5 }],
  ])('%s', (_name, page, slice) => {
    expect(parsePage(page, search).slice).toEqual(slice);
  });
});

describe('is rejected:', () => {
  test.each<[string, PageArguments, string, string]>([
    ['zero results', { first: 0 }, 'first', 'from 1 to 100, not 0'],
    ['a negative number', { first: -1 }, 'first', 'from 1 to 100, not -1'],
    ['too many results', { first: 101 }, 'first', 'from 1 to 100, not 101'],
    ['too many last results', { last: 101, before: at(5) }, 'last', 'from 1 to 100, not 101'],
    ['both directions', { first: 1, last: 1, before: at(5) }, 'last', 'cannot be combined'],
    ['last without before', { last: 5 }, 'last', 'requires "before"'],
    [
      'a cursor of another search',
      { after: at(5, { ...search, identity: ['other', null] }) },
      'after',
      'of another search',
    ],
    ['text that is not a cursor', { before: 'nonsense', last: 1 }, 'before', 'not a cursor'],
    ['an empty cursor', { after: '' }, 'after', 'not a cursor'],
    ['an invalid rank', { after: forge(at(5), { r: -5 }) }, 'after', 'not a cursor'],
    ['a changed rank', { after: forge(at(5), { r: 6 }) }, 'after', 'of another search'],
    ['a changed clock', { last: 1, before: forge(at(5), { t: 0 }) }, 'before', 'of another search'],
    ['more than a cursor says', { after: forge(at(5), { admin: true }) }, 'after', 'not a cursor'],
    ['a page beyond the depth', { after: at(1_000) }, 'after', 'Paging reaches only the first 1000 results'],
  ])('%s', (_name, page, argument, message) => {
    expect(() => parsePage(page, search)).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        argumentPath: [argument],
        message: expect.stringContaining(message) as unknown,
      }),
    );
  });
});

describe('the time of the first page', () => {
  const later = new Date('2025-06-01T00:00:00Z');

  test('is not in the arguments of a first page', () => {
    expect(readClock({ first: 5 })).toBeUndefined();
  });

  test('is read from the cursor', () => {
    expect(readClock({ after: at(5) })).toEqual(clock);
    expect(readClock({ last: 2, before: at(5, { ...search, clock: later }) })).toEqual(later);
  });

  test('does not distinguish searches that do not depend on it', () => {
    const page = { after: at(2), before: at(9, { ...search, clock: later }) };
    expect(parsePage(page, search).slice).toEqual({ offset: 2, limit: 6 });
  });

  test('is not read from text that is not a cursor', () => {
    expect(() => readClock({ before: 'x' })).toThrow(/"before" is not a cursor/);
  });
});
