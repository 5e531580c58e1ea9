import { describe, expect, test } from '@jest/globals';
import { toKaggleRecord } from '../../../src/ingest/kaggle-record.js';
import { toPayload } from '../../../src/ingest/normalise.js';

function payloadOf(fields: Record<string, unknown>) {
  const record = toKaggleRecord({ id: '0704.0001', title: 'T', abstract: 'A', ...fields });
  if ('reason' in record) throw new Error(record.detail);
  return toPayload(record);
}

test('a complete record becomes its payload', () => {
  const payload = payloadOf({
    submitter: 'Pavel Nadolsky',
    authors: "C. Bal\\'azs, E. L. Berger",
    title: 'Calculation of prompt\n  diphoton production',
    comments: '37 pages',
    'journal-ref': 'Phys.Rev.D76:013009,2007',
    doi: '10.1103/PhysRevD.76.013009 10.1000/X',
    'report-no': 'ANL-HEP-PR-07-12',
    categories: 'cs.CV stat.ML cs.LG 68T45, 62H30 I.5.3; I.2.10',
    license: null,
    abstract: '  A fully\ndifferential calculation.\n',
    versions: [
      { version: 'v1', created: 'Mon, 2 Apr 2007 19:18:42 GMT' },
      { version: 'v2', created: 'Tue, 24 Jul 2007 20:10:27 GMT' },
    ],
    update_date: '2008-11-26',
    authors_parsed: [
      ['Balázs', 'C.', ''],
      ['Berger', 'E. L.', 'Jr.', 'Argonne'],
    ],
  });
  expect(payload).toEqual({
    id: '0704.0001',
    title: 'Calculation of prompt diphoton production',
    abstract: 'A fully differential calculation.',
    authors: ['C. Balázs', 'E. L. Berger Jr.'],
    categories: ['cs.CV', 'stat.ML', 'cs.LG'],
    submitter: 'Pavel Nadolsky',
    comments: '37 pages',
    'journal-ref': 'Phys.Rev.D76:013009,2007',
    doi: '10.1103/PhysRevD.76.013009 10.1000/X',
    'report-no': 'ANL-HEP-PR-07-12',
    versions: [
      { version: 'v1', created: '2007-04-02T19:18:42Z' },
      { version: 'v2', created: '2007-07-24T20:10:27Z' },
    ],
    update_date: '2008-11-26',
    author_keys: expect.arrayContaining(['balazs c.', 'berger e. l.']) as unknown,
    author_names: ['C. Balázs', 'E. L. Berger Jr.'],
    doi_keys: ['10.1103/physrevd.76.013009', '10.1000/x'],
    citation_key: 'balazs2007calculationpromptdiphotonproduction',
    primary_category: 'cs.CV',
    archives: ['cs', 'stat'],
    submitted_at: '2007-04-02T19:18:42Z',
    updated_at: '2008-11-26T00:00:00Z',
    version_count: 2,
    year: 2007,
  });
});

test('fields that the record does not have are omitted', () => {
  expect(payloadOf({ authors: null, versions: [], update_date: null, id: '1812.06145' })).toEqual({
    id: '1812.06145',
    title: 'T',
    abstract: 'A',
    authors: [],
    categories: [],
    author_keys: [],
    author_names: [],
    archives: [],
    citation_key: 'unknown2018t',
    submitted_at: '2018-12-01T00:00:00Z',
    version_count: 0,
    year: 2018,
  });
});

describe('names are read from the string if the record has no parsed list', () => {
  test.each([
    ['Ada Lovelace', ['Ada Lovelace']],
    ['Ada Lovelace, Alan Turing', ['Ada Lovelace', 'Alan Turing']],
    ['Ada Lovelace and Alan Turing', ['Ada Lovelace', 'Alan Turing']],
    ['Ada Lovelace, Alan Turing, and Emmy  Noether', ['Ada Lovelace', 'Alan Turing', 'Emmy Noether']],
    ['Alexandre Anderson', ['Alexandre Anderson']],
  ])('%s', (authors, names) => {
    expect(payloadOf({ authors, authors_parsed: [] }).authors).toEqual(names);
  });
});

test.each(['q-bio.NC', 'cond-mat.str-el', 'hep-th', 'physics.ao-ph', 'cs.CV', 'cmp-lg'])(
  '%s is a category',
  (code) => {
    expect(payloadOf({ categories: code }).categories).toEqual([code]);
  },
);

test.each([
  ['authors', 'x'],
  ['authors', 'x '],
  ['authors', 'a.'],
  ['title', '\u0301\u0323'],
  ['comments', ' '],
  ['categories', '(a'],
  ['update_date', ' '],
  ['versions', 'v1 '],
])('two hundred thousand repetitions in %s take linear time: %j', (field, piece) => {
  for (const start of ['', '[', "['"]) {
    const value = `${start}${piece.repeat(200_000)}!`;
    expect(payloadOf({ [field]: value }).id).toBe('0704.0001');
  }
  expect(payloadOf({ [field]: piece.repeat(200_000) }).id).toBe('0704.0001');
});

test('an author with a soft sign is found without it', () => {
  const { authors, author_keys } = payloadOf({ authors: 'I. M. Gel\\cprime fand, V. I. Arnol\\cprime d' });
  expect(authors).toEqual(['I. M. Gelʹfand', 'V. I. Arnolʹd']);
  expect(author_keys).toEqual(expect.arrayContaining(['gelfand', 'gelfand i.', 'arnold', 'arnold v.']));
});
