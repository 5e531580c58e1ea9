import { describe, expect, test } from '@jest/globals';
import { toKaggleRecord } from '../../../src/ingest/kaggle-record.js';
import { toPayload, unreadableFields } from '../../../src/ingest/normalise.js';

function read(fields: Record<string, unknown>) {
  const record = toKaggleRecord(fields);
  if ('reason' in record) throw new Error(record.detail);
  const payload = toPayload(record);
  return { payload, unreadable: unreadableFields(record, payload) };
}

const PAPER = { id: '2405.01001', title: 'A title', abstract: 'An abstract.' };
const readPaper = (fields: Record<string, unknown>) => read({ ...PAPER, ...fields });
const readAuthored = (fields: Record<string, unknown>) => readPaper({ authors: 'Ann B. One', ...fields });

test.each<[string, Record<string, unknown>, string[]]>([
  ['a list of names', { authors: ['Ann B. One', 'C. Two'] }, ['Ann B. One', 'C. Two']],
  ['a list of one', { authors: ['Emmy Noether'] }, ['Emmy Noether']],
  [
    'inverted names in a list',
    { authors: ['One, Ann B.', 'Two, Jr., C.', 'Bo Three, III'] },
    ['Ann B. One', 'C. Two Jr.', 'Bo Three III'],
  ],
  [
    'objects with a name',
    { authors: [{ name: 'Ann B. One' }, { name: 'C. Two', authorId: '7' }] },
    ['Ann B. One', 'C. Two'],
  ],
  [
    'objects with parts',
    {
      authors: [
        { given: 'Ann', family: 'One' },
        { first: 'C.', middle: [], last: 'Two' },
      ],
    },
    ['Ann One', 'C. Two'],
  ],
  [
    'OAI’s objects',
    { authors: { author: [{ keyname: 'One', forenames: 'Ann B.', suffix: 'Jr.' }, { keyname: 'Two' }] } },
    ['Ann B. One Jr.', 'Two'],
  ],
  ['a single object', { authors: { author: { keyname: 'One', forenames: 'Ann' } } }, ['Ann One']],
  [
    'parsed as objects',
    { authors: null, authors_parsed: [{ keyname: 'One', forenames: 'Ann' }] },
    ['Ann One'],
  ],
  [
    'parsed as JSON in a string',
    { authors: null, authors_parsed: '[["One","Ann",""],["Two","C.",""]]' },
    ['Ann One', 'C. Two'],
  ],
  ['a list as JSON in a string', { authors: '["Ann One", "C. Two"]' }, ['Ann One', 'C. Two']],
  [
    'a list in Python’s notation',
    { authors: `['Ann One', "Bo O'Two", 'J\\'o', None]` },
    ['Ann One', "Bo O'Two", "J'o"],
  ],
  ['semicolons', { authors: 'Streinu, Ileana; Theran, Louis' }, ['Ileana Streinu', 'Louis Theran']],
  [
    'semicolons and a suffix',
    { authors: 'One, Jr., Ann; Two, C.; and Plato' },
    ['Ann One Jr.', 'C. Two', 'Plato'],
  ],
  ['a column of another name', { authors_list: ['Ann One'] }, ['Ann One']],
  ['a name in capitals', { Authors: 'Ann One, C. Two' }, ['Ann One', 'C. Two']],
  ['a list as numpy writes it', { authors: "['Ann One' 'C. Two']" }, ['Ann One', 'C. Two']],
  ['a tuple', { authors: "('Ann One', 'C. Two')" }, ['Ann One', 'C. Two']],
  ['a set', { authors: "{'Ann One', 'C. Two'}" }, ['Ann One', 'C. Two']],
  [
    'objects of arxiv.py',
    { authors: "[arxiv.Result.Author('Ann One'), arxiv.Result.Author('C. Two')]" },
    ['Ann One', 'C. Two'],
  ],
  ['all names in a list of one', { authors: ['A. One, B. Two, C. Three'] }, ['A. One', 'B. Two', 'C. Three']],
  [
    'one name in a list that has an "and"',
    { authors: ['Theory and Practice Group'] },
    ['Theory and Practice Group'],
  ],
  ['two names in a list of one', { authors: ['Ann One and C. Two'] }, ['Ann One', 'C. Two']],
  ['one inverted name with a suffix', { authors: ['One, Jr., Ann'] }, ['Ann One Jr.']],
  ['one name a line', { authors: 'Ann One\nC. Two' }, ['Ann One', 'C. Two']],
  ['lines with breaks', { authors: 'Ann One, Bo\n  Two and C. Three' }, ['Ann One', 'Bo Two', 'C. Three']],
  ['bars', { authors: 'One, Ann|Two, C.' }, ['Ann One', 'C. Two']],
  ['columns', { authors: null, keyname: ['One', 'Two'], forenames: ['Ann', 'C.'] }, ['Ann One', 'C. Two']],
  [
    'a middle name',
    { authors: [{ first: 'Ann', middle: ['B.'], last: 'One', suffix: 'Jr.' }] },
    ['Ann B. One Jr.'],
  ],
  [
    'OpenAlex’s objects',
    { authorships: [{ author: { display_name: 'Ann One' }, institutions: [] }] },
    ['Ann One'],
  ],
  ['DBLP’s, with a number', { authors: { author: [{ '@pid': '1', text: 'Ann One 0001' }] } }, ['Ann One']],
  [
    'several collaborations',
    { authors: 'CMS and LHCb Collaborations: V. One, A. M. Two' },
    ['CMS', 'LHCb Collaborations', 'V. One', 'A. M. Two'],
  ],
  [
    'an author on behalf of others',
    { authors: ['X. Young on behalf of the CMS Collaboration'] },
    ['X. Young', 'CMS Collaboration'],
  ],
  [
    'particles, accents and other letters',
    { authors: "L. van der Maaten, S. \\'O Br\\'ain, Иван Петров, 张伟" },
    ['L. van der Maaten', 'S. Ó Bráin', 'Иван Петров', '张伟'],
  ],
])('authors are read from %s', (_form, fields, names) => {
  const { payload, unreadable } = readPaper(fields);
  expect(payload.authors).toEqual(names);
  expect(unreadable).toEqual([]);
});

test.each<[string, string[]]>([
  ['One, A. B., Two, C.', ['A. B. One', 'C. Two']],
  ['One, Ann and Two, Cy', ['Ann One', 'Cy Two']],
  ['A. One, B. Two and C. Three, D. Four', ['A. One', 'B. Two', 'C. Three', 'D. Four']],
  ['A. One and others', ['A. One']],
  ['A. One¹, B. Two²,³', ['A. One', 'B. Two']],
  ['A. One <one@example.org>, B. Two', ['A. One', 'B. Two']],
  ['A. One, B. Two (for the CMS Collaboration)', ['A. One', 'B. Two', 'CMS Collaboration']],
  ['A. One for the CMS Collaboration', ['A. One', 'CMS Collaboration']],
  ['A. One$^1$, B. Two$^{2,3}$', ['A. One', 'B. Two']],
  ['A. One^{1}, B. Two^2', ['A. One', 'B. Two']],
  ['A. One*, B. Two†', ['A. One', 'B. Two']],
  ['A. One∗, B. Two∗', ['A. One', 'B. Two']],
  ['张伟，李娜、王芳；刘洋', ['张伟', '李娜', '王芳', '刘洋']],
])('the authors of %j are separated', (authors, names) => {
  expect(readPaper({ authors }).payload.authors).toEqual(names);
});

test.each<[unknown, string[]]>([
  [['hep-ph'], ['hep-ph']],
  ['cs.LG|stat.ML', ['cs.LG', 'stat.ML']],
  [[['cs.LG', 'stat.ML']], ['cs.LG', 'stat.ML']],
  ['Machine Learning (cs.LG); Machine Learning (stat.ML)', ['cs.LG', 'stat.ML']],
  [
    ['Machine Learning (cs.LG)', 'Probability (math.PR)'],
    ['cs.LG', 'math.PR'],
  ],
  [
    ['Machine Learning', 'Computation and Language'],
    ['cs.LG', 'cs.CL'],
  ],
  ['Computer Science - Machine Learning, Statistics - Machine Learning', ['cs.LG', 'stat.ML']],
  ['cs.LG 68T07 (Primary), 62M45 (Secondary)', ['cs.LG']],
  [{ '@term': 'cs.LG', '@scheme': 'http://arxiv.org/schemas/atom' }, ['cs.LG']],
  [
    [{ $: { term: 'cs.LG' } }, { $: { term: 'cs.AI' } }],
    ['cs.LG', 'cs.AI'],
  ],
  [['math.CO cs.CG'], ['math.CO', 'cs.CG']],
  ['["cs.LG", "stat.ML"]', ['cs.LG', 'stat.ML']],
  [
    [{ term: 'cs.LG', scheme: 'http://arxiv.org/schemas/atom', label: null }, { term: 'cs.AI' }],
    ['cs.LG', 'cs.AI'],
  ],
  [
    ['Computer Science - Machine Learning', 'High Energy Physics - Phenomenology', '68T45'],
    ['cs.LG', 'hep-ph'],
  ],
])('the categories %j are read', (categories, codes) => {
  expect(readPaper({ categories }).payload.categories).toEqual(codes);
});

test.each<[unknown, number, string | undefined]>([
  [['v1', 'v2'], 2, undefined],
  ['v1, v2', 2, undefined],
  [3, 3, undefined],
  ['v3', 3, undefined],
  [{ v1: 'Mon, 2 Apr 2007 19:18:42 GMT', v2: '2007-04-03' }, 2, '2007-04-02T19:18:42Z'],
  [{ version: ['v1', 'v2'], created: ['2007-04-02', '2007-04-03'] }, 2, '2007-04-02T00:00:00Z'],
  [['Mon, 2 Apr 2007 19:18:42 GMT', 'Tue, 3 Apr 2007 19:18:42 GMT'], 2, '2007-04-02T19:18:42Z'],
  [[['v1', 'Mon, 2 Apr 2007 19:18:42 GMT']], 1, '2007-04-02T19:18:42Z'],
  [[{ version: 'v1', created: { $date: '2007-04-02T19:18:42Z' } }], 1, '2007-04-02T19:18:42Z'],
  ['[{"version":"v1","created":"Mon, 2 Apr 2007 19:18:42 GMT"}]', 1, '2007-04-02T19:18:42Z'],
  [
    [
      { version: 'v1', created: 1175541522000 },
      { version: 'v2', created: 1175541523 },
    ],
    2,
    '2007-04-02T19:18:42Z',
  ],
  [{ '@version': 'v1', date: 'Mon, 2 Apr 2007 19:18:42 GMT', size: '9kb' }, 1, '2007-04-02T19:18:42Z'],
  [
    [
      { version: 'v2', created: '2007-04-03' },
      { version: 'v1', created: '2007-04-02' },
    ],
    2,
    '2007-04-02T00:00:00Z',
  ],
])('the versions %j count as %i', (versions, count, created) => {
  const { payload, unreadable } = readAuthored({ versions });
  expect(payload.version_count).toBe(count);
  expect(payload.versions?.[0]?.created).toBe(created);
  expect(unreadable).toEqual(created === undefined ? ['versions'] : []);
});

describe('complete records of', () => {
  const CORE = {
    id: '1706.03762',
    title: 'Attention',
    abstract: 'We propose.',
    authors: ['Ashish Vaswani', 'Noam Shazeer'],
    categories: ['cs.CL', 'cs.LG'],
    comments: '15 pages',
    doi: '10.1000/x',
    submitted_at: '2017-06-12T17:57:34Z',
  };
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'arXiv’s API, by feedparser',
      {
        id: 'http://arxiv.org/abs/1706.03762v7',
        title: 'Attention',
        summary: 'We\n propose.',
        authors: [{ name: 'Ashish Vaswani' }, { name: 'Noam Shazeer' }],
        author_detail: { name: 'Noam Shazeer' },
        author: 'Noam Shazeer',
        tags: [{ term: 'cs.CL' }, { term: 'cs.LG' }],
        arxiv_primary_category: { term: 'cs.CL' },
        arxiv_comment: '15 pages',
        arxiv_doi: '10.1000/x',
        published: '2017-06-12T17:57:34Z',
        updated: '2023-08-02T00:41:18Z',
      },
      { version_count: 7, update_date: '2023-08-02' },
    ],
    [
      'arxiv.py',
      {
        entry_id: 'http://arxiv.org/abs/1706.03762v7',
        title: 'Attention',
        summary: 'We propose.',
        authors: ['Ashish Vaswani', 'Noam Shazeer'],
        categories: ['cs.CL', 'cs.LG'],
        primary_category: 'cs.CL',
        comment: '15 pages',
        doi: '10.1000/x',
        journal_ref: 'J. X 1',
        published: '2017-06-12 17:57:34+00:00',
        updated: '2023-08-02 00:41:18+00:00',
      },
      { version_count: 7, 'journal-ref': 'J. X 1' },
    ],
    [
      'OAI’s arXiv format',
      {
        header: { identifier: 'oai:arXiv.org:1706.03762', datestamp: '2023-08-03', setSpec: 'cs' },
        metadata: {
          arXiv: {
            id: '1706.03762',
            created: '2017-06-12T17:57:34Z',
            updated: '2023-08-02',
            authors: {
              author: [
                { keyname: 'Vaswani', forenames: 'Ashish' },
                { keyname: 'Shazeer', forenames: 'Noam' },
              ],
            },
            title: 'Attention',
            categories: 'cs.CL cs.LG',
            comments: '15 pages',
            doi: '10.1000/x',
            abstract: 'We propose.',
          },
        },
      },
      { version_count: 1, update_date: '2023-08-02', citation_key: 'vaswani2017attention' },
    ],
    [
      'OAI’s arXivRaw format',
      {
        metadata: {
          arXivRaw: {
            id: '1706.03762',
            version: [
              { '@version': 'v1', date: 'Mon, 12 Jun 2017 17:57:34 GMT' },
              { '@version': 'v2', date: 'Mon, 19 Jun 2017 16:49:45 GMT' },
            ],
            title: 'Attention',
            authors: 'Ashish Vaswani (1), Noam Shazeer (2) ((1) X, (2) Y)',
            categories: 'cs.CL cs.LG',
            comments: '15 pages',
            doi: '10.1000/x',
            abstract: 'We propose.',
          },
        },
      },
      { version_count: 2 },
    ],
    [
      'OAI’s Dublin Core',
      {
        header: { identifier: 'oai:arXiv.org:1706.03762', datestamp: '2023-08-03' },
        metadata: {
          'oai_dc:dc': {
            'dc:title': 'Attention',
            'dc:creator': ['Vaswani, Ashish', 'Shazeer, Noam'],
            'dc:subject': [
              'Computer Science - Computation and Language',
              'Computer Science - Machine Learning',
            ],
            'dc:description': ['We propose.', 'Comment: 15 pages'],
            'dc:date': ['2017-06-12', '2023-08-02'],
            'dc:identifier': ['http://arxiv.org/abs/1706.03762', 'doi:10.1000/x'],
          },
        },
      },
      { doi: 'doi:10.1000/x', doi_keys: ['10.1000/x'], submitted_at: '2017-06-12T00:00:00Z' },
    ],
    [
      'Semantic Scholar',
      {
        paperId: '204e3073870fae3d05bcbc2f6a8e263d9b72e776',
        externalIds: { ArXiv: '1706.03762', DOI: '10.1000/x' },
        title: 'Attention',
        abstract: 'We propose.',
        authors: [
          { authorId: '1', name: 'Ashish Vaswani' },
          { authorId: '2', name: 'Noam Shazeer' },
        ],
        comments: '15 pages',
        categories: ['cs.CL', 'cs.LG'],
        submitted_at: null,
      },
      { submitted_at: '2017-06-01T00:00:00Z' },
    ],
  ])('%s lose no field', (_layout, fields, more) => {
    const { payload, unreadable } = read(fields);
    expect(payload).toMatchObject({ ...CORE, ...more });
    expect(unreadable).toEqual([]);
  });
});

test.each<[unknown, string]>([
  [1_175_472_000, '2007-04-02'],
  [20_070_402_191_842, '2007-04-02'],
  [1_175_472_000_000_000, '2007-04-02'],
  [1_175_472_000_000_000_000, '2007-04-02'],
  [{ $date: { $numberLong: '1175472000000' } }, '2007-04-02'],
  [[2007, 4, 2], '2007-04-02'],
  [{ 'date-parts': [[2007, 4, 2]] }, '2007-04-02'],
  [{ year: 2007, month: 4, day: 2 }, '2007-04-02'],
  ['Monday, 02-Apr-07 00:00:00 GMT', '2007-04-02'],
  ['datetime.datetime(2007, 4, 2, 19, 18, tzinfo=datetime.timezone.utc)', '2007-04-02'],
  ["Timestamp('2007-04-02 19:18:42')", '2007-04-02'],
  ['2007-04-02T23:18:42-05', '2007-04-03'],
])('the date %j is %s', (date, day) => {
  expect(readAuthored({ update_date: date }).payload.update_date).toBe(day);
});

test('the primary category comes first', () => {
  const { payload } = readAuthored({ categories: ['cs.AI', 'cs.LG'], primary_category: 'cs.LG' });
  expect([payload.categories, payload.primary_category]).toEqual([['cs.LG', 'cs.AI'], 'cs.LG']);
});

describe('a record is found', () => {
  const FOUND = { id: '2405.01001', title: 'A title', abstract: 'An abstract.', authors: ['Ann One'] };
  const INNER = { title: 'A title', abstract: 'An abstract.', authors: 'Ann One' };
  test.each<[string, Record<string, unknown>]>([
    ['in Elasticsearch’s hit', { _index: 'x', _id: '2405.01001', _source: INNER }],
    ['in Qdrant’s point', { id: '2f80a5dc', payload: { ...INNER, id: '2405.01001' }, vector: [1] }],
    ['in a day’s paper of Hugging Face', { title: 'A title', paper: { ...INNER, id: '2405.01001' } }],
    [
      'in LangChain’s document',
      { page_content: 'x', metadata: { ...INNER, entry_id: 'http://arxiv.org/abs/2405.01001v2' } },
    ],
    [
      'in unarXive’s line',
      {
        paper_id: '2405.01001',
        metadata: { title: 'A title', authors: 'Ann One' },
        abstract: { text: 'An abstract.' },
      },
    ],
    [
      'by names in capitals',
      { ID: '2405.01001', Title: 'A title', Abstract: 'An abstract.', Authors: 'Ann One' },
    ],
    [
      'by names in camel case',
      { arxivId: '2405.01001', title: 'A title', abstractText: 'An abstract.', authors: 'Ann One' },
    ],
    ['by arXiv’s DOI', { ...INNER, doi: '10.48550/arXiv.2405.01001' }],
    ['by Semantic Scholar’s ids', { corpusid: 1, externalids: { ArXiv: '2405.01001' }, ...INNER }],
    [
      'by OpenAlex’s',
      { id: 'https://openalex.org/W1', doi: 'https://doi.org/10.48550/arxiv.2405.01001', ...INNER },
    ],
    ['by ADS’s bibcode', { bibcode: '2024arXiv240501001O', ...INNER, title: ['A title'] }],
    [
      'by BibTeX’s eprint',
      { ID: 'one2024', eprint: '2405.01001', ...INNER, journal: 'arXiv preprint arXiv:2405.01001' },
    ],
    [
      'by INSPIRE’s eprints',
      {
        arxiv_eprints: [{ value: '2405.01001' }],
        titles: [{ title: 'A title' }],
        abstracts: [{ value: 'An abstract.' }],
        authors: [{ full_name: 'One, Ann' }],
      },
    ],
  ])('%s', (_where, fields) => {
    const { payload, unreadable } = read(fields);
    expect(payload).toMatchObject(FOUND);
    expect(payload['journal-ref']).toBeUndefined();
    expect(unreadable).toEqual([]);
  });
});

test.each<[string, unknown]>([
  ['authors', [1, 2]],
  ['authors', { count: 3, more: 4 }],
  ['author_names', [{ orcid: '0000' }]],
  ['categories', ['unknown things']],
  ['update_date', '2007-02-30'],
  ['versions', [{ version: 'v1', created: 'never' }]],
  ['versions', 'some'],
  ['license', { version: true }],
])('lost fields are reported: %s of %j', (field, value) => {
  const isOfAuthors = field.startsWith('author');
  const { unreadable } = (isOfAuthors ? readPaper : readAuthored)({ [field]: value });
  expect(unreadable).toEqual([isOfAuthors ? 'authors' : field]);
});

test.each([
  {},
  { authors: null },
  { authors: '', authors_parsed: [] },
  { authors: 'NaN' },
  { author: null, people: 'Ann B. One' },
])('a record without authors counts as having lost them: %j', (fields) => {
  expect(readPaper(fields).unreadable).toEqual(['authors']);
});

test.each([null, '', [], 'None', {}])('%j loses nothing', (nothing) => {
  expect(readAuthored({ versions: nothing, doi: nothing, update_date: nothing }).unreadable).toEqual([]);
});

test('an identifier is read in any form except a number, which has lost its zeros', () => {
  expect(readPaper({ id: 'oai:arXiv.org:2405.01016' }).payload.id).toBe('2405.01016');
  expect(toKaggleRecord({ ...PAPER, id: 705.01024 })).toMatchObject({ reason: 'invalid_id' });
});
