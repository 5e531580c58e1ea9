import { expect, test } from '@jest/globals';
import { toPageAddress, type FeedSearch } from '../../../src/feeds/page-address.js';

test.each<[FeedSearch, string]>([
  [{}, '/'],
  [{ q: ' ' }, '/'],
  [{ filter: null }, '/'],
  [{ filter: {} }, '/'],
  [{ filter: { and: [] } }, '/'],
  [{ q: 'graphs & nets' }, '/?q=graphs+%26+nets&order=newest'],
  [{ filter: { categories: { in: ['cs.CL'] } } }, '/?category=cs.CL&order=newest'],
  [{ q: 'x', mode: 'KEYWORD', interpret: false }, '/?q=x&match=words&read=text&order=newest'],
  [{ q: 'x', mode: 'SEMANTIC', interpret: true }, '/?q=x&match=meaning&order=newest'],
  [
    {
      filter: {
        and: [
          { categories: { in: ['cs.CL'] } },
          { categories: { in: ['cs.LG'] } },
          { archives: { in: ['cs'] } },
          { authors: { in: ['Li, W. & Co'] } },
          { submitted: { gte: '2020-01-01', lte: '2021-12-31' } },
        ],
      },
    },
    '/?category=cs.CL&category=cs.LG&archive=cs&author=Li%2C+W.+%26+Co&from=2020&to=2021&order=newest',
  ],
])('the page that shows %j is %s', (search, address) => {
  expect(toPageAddress(search)).toBe(address);
});

test.each([
  { categories: { in: ['cs.CL', 'cs.LG'] } },
  { categories: { notIn: ['cs.CL'] } },
  { or: [{ categories: { in: ['cs.CL'] } }] },
  { not: { categories: { in: ['cs.CL'] } } },
  { and: [{ or: [] }] },
  { title: { match: ['x'] } },
  { authors: { match: ['Li'] } },
  { submitted: { gte: '2020-02-01' } },
  { submitted: { gt: '2020-01-01' } },
  { and: [{ submitted: { gte: '2020-01-01' } }, { submitted: { gte: '2021-01-01' } }] },
  'cs.CL',
])('no page can show the filter %j', (filter) => {
  expect(toPageAddress({ q: 'x', filter })).toBeUndefined();
});
