import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

type Path = (string | number)[];

async function refusal(query: string, variables?: Record<string, unknown>) {
  const { errors } = await server.ask(query, variables);
  return errors?.map(({ extensions }) => extensions);
}

const search = (inside: string) => `{ search(${inside}) { totalCount } }`;
const found = '{ totalCount }';

/** Rejected by graphql-js before anything is executed. */
const IN_THE_DOCUMENT: [string, string, ...Path[]][] = [
  [
    'a word for a date',
    search('filter: {or: [{submitted: {gte: "soon"}}]}'),
    ['filter', 'or', 0, 'submitted', 'gte'],
  ],
  ['a year that is a number', search('filter: {submitted: {gte: 2021}}'), ['filter', 'submitted', 'gte']],
  ['30 February', search('filter: {updated: {lt: "2021-02-30"}}'), ['filter', 'updated', 'lt']],
  [
    'a time without a zone',
    search('filter: {updated: {lt: "2021-02-03T10:00:00"}}'),
    ['filter', 'updated', 'lt'],
  ],
  ['a date for a range', search('filter: {submitted: "2021-01-01"}'), ['filter', 'submitted']],
  ['an unknown enum value', search('mode: BOTH'), ['mode']],
  ['an enum value in quotes', search('orderBy: {field: "RELEVANCE"}'), ['orderBy', 'field']],
  ['an enum value in a list', '{ suggest(prefix: "a", kinds: [AUTHOR, JOURNAL]) { text } }', ['kinds', 1]],
  ['an enum value of a nested field', '{ search { facets(field: COLOUR) { value } } }', ['field']],
  ['an identifier that is a number', '{ paper(id: 1706.03762) { id } }', ['id']],
  ['an identifier that is null', '{ papers(ids: ["1706.03762", null]) { id } }', ['ids', 1]],
  ['a cursor that is a number', search('after: 3'), ['after']],
  ['a size that is not a whole number', search('first: 1.5'), ['first']],
  ['a size in quotes', search('first: "3"'), ['first']],
  ['a size beyond 32 bits', search('first: 99999999999'), ['first']],
  [
    'a weight in quotes',
    search('query: "x", ranking: {fusion: {semanticWeight: "a"}}'),
    ['ranking', 'fusion', 'semanticWeight'],
  ],
  ['a word for a Boolean', search('interpret: "yes"'), ['interpret']],
  ['an unknown field', search('filter: {tile: {match: "x"}}'), ['filter', 'tile']],
  ['an unknown argument', search('fist: 3'), ['fist']],
  ['no identifier', '{ paper { id } }', ['id']],
  ['no argument of an alias', '{ a: recommend { totalCount } }', ['like']],
  ['an argument twice', search('first: 1, first: 2'), ['first']],
  [
    'a field of a filter twice',
    search('filter: {title: {match: "a", match: "b"}}'),
    ['filter', 'title', 'match'],
  ],
  [
    'a default value',
    `query ($range: DateRangeInput = {lt: "x"}) { search(filter: {updated: $range}) ${found} }`,
    ['filter', 'updated', 'lt'],
  ],
];

test.each(IN_THE_DOCUMENT)(
  '%s in the document is rejected with its path',
  async (_what, document, ...paths) => {
    expect(await refusal(document)).toEqual(
      paths.map((argumentPath) => ({ code: 'GRAPHQL_VALIDATION_FAILED', isRetryable: false, argumentPath })),
    );
  },
);

test('if a field lacks a required argument and a selection, only the error about the argument has a path', async () => {
  const refused = await refusal('{ search { facets } }');
  expect(refused?.map(({ argumentPath }) => argumentPath)).toEqual([undefined, ['field']]);
});

const OPERATION = `query (
  $filter: SearchFilter! = {}, $day: DateOrDateTime, $mode: SearchMode, $first: Int, $after: String
  $ranking: RankingInput
) {
  search(
    query: "x", filter: { and: [$filter, { submitted: { gte: $day } }] }
    mode: $mode, first: $first, after: $after, ranking: $ranking
  ) ${found}
}`;

/** Variables that graphql-js rejects, and values in either place that the server rejects. */
const BAD_INPUT: [string, string, Record<string, unknown>, ...Path[]][] = [
  ['a date', OPERATION, { day: 'soon' }, ['filter', 'and', 1, 'submitted', 'gte']],
  ['a date that is a number', OPERATION, { day: 2021 }, ['filter', 'and', 1, 'submitted', 'gte']],
  ['an enum', OPERATION, { mode: 'BOTH' }, ['mode']],
  ['an enum in small letters', OPERATION, { mode: 'hybrid' }, ['mode']],
  ['a nested enum', OPERATION, { ranking: { fusion: { method: 'X' } } }, ['ranking', 'fusion', 'method']],
  ['a size in quotes', OPERATION, { first: '3' }, ['first']],
  ['a size that is not a whole number', OPERATION, { first: 1.5 }, ['first']],
  ['a size out of range', OPERATION, { first: -1 }, ['first']],
  ['a weight out of range', OPERATION, { ranking: { diversity: 2 } }, ['ranking', 'diversity']],
  ['a cursor', OPERATION, { after: 'page2' }, ['after']],
  ['an empty cursor', OPERATION, { after: '' }, ['after']],
  [
    'an identifier in a filter',
    OPERATION,
    { filter: { or: [{}, { ids: ['x'] }] } },
    ['filter', 'and', 0, 'or', 1, 'ids', 0],
  ],
  [
    'several values',
    OPERATION,
    { filter: { updated: { lt: 'x' }, or: [{}, { submitted: { gt: '2021-13-01' } }] }, mode: 'BOTH' },
    ['filter', 'and', 0, 'or', 1, 'submitted', 'gt'],
    ['filter', 'and', 0, 'updated', 'lt'],
    ['mode'],
  ],
  ['a variable that is not there', 'query ($id: ID!) { paper(id: $id) { id } }', {}, ['id']],
  ['an identifier', 'query ($id: ID!) { paper(id: $id) { id } }', { id: 'x' }, ['id']],
  [
    'an identifier that is a number',
    'query ($id: ID!) { paper(id: $id) { id } }',
    { id: 1706.03762 },
    ['id'],
  ],
  ['one identifier of several', '{ papers(ids: ["1706.03762", "x"]) { id } }', {}, ['ids', 1]],
  ['an example', '{ recommend(like: ["1706.03762", "x"]) { nodes { rank } } }', {}, ['like', 1]],
  ['an id of a node', '{ node(id: "x") { id } }', {}, ['id']],
  [
    'a cursor of a nested list',
    '{ category(code: "cs.CV") { papers(after: "x") { totalCount } } }',
    {},
    ['after'],
  ],
  ['a size of a nested list', '{ paper(id: "1706.03762") { authors(first: 0) { name } } }', {}, ['first']],
];

test.each(BAD_INPUT)(
  '%s that is malformed is rejected with its path',
  async (_what, document, variables, ...paths) => {
    expect(await refusal(document, variables)).toEqual(
      paths.map((argumentPath) => ({ code: 'BAD_USER_INPUT', isRetryable: false, argumentPath })),
    );
  },
);
