import { describe, expect, test } from '@jest/globals';

import { toPredicate } from '../../../../src/store/lance/filter.js';
import type { FilterCondition, Filter } from '../../../../src/store/filter.js';

const ONE = '0a1b2c3d-0000-5000-8000-000000000001';

describe('a condition becomes SQL', () => {
  test.each<{ condition: FilterCondition; sql: string | null }>([
    // keyword
    { condition: match('license', { value: 'cc-by' }), sql: "f_license IN ('cc-by')" },
    { condition: match('license', { value: "it's" }), sql: "f_license IN ('it''s')" },
    { condition: match('license', { any: ['a', 'b'] }), sql: "f_license IN ('a', 'b')" },
    { condition: match('license', { any: [] }), sql: 'false' },
    { condition: match('license', { any: [1] }), sql: 'false' },
    { condition: match('license', { value: true }), sql: 'false' },
    { condition: match('license', { except: ['a'] }), sql: "f_license NOT IN ('a')" },
    { condition: match('license', { except: [] }), sql: 'f_license IS NOT NULL' },
    // lists of keywords
    { condition: match('categories', { value: 'cs.CV' }), sql: "array_has_any(f_categories, ['cs.CV'])" },
    {
      condition: match('categories', { any: ['a', "b'"] }),
      sql: "array_has_any(f_categories, ['a', 'b'''])",
    },
    {
      condition: match('categories', { except: ['a'] }),
      sql: "array_length(array_except(f_categories, ['a'])) > 0",
    },
    { condition: match('categories', { except: [] }), sql: 'n_categories > 0' },
    // integers
    { condition: match('year', { value: 2021 }), sql: 'f_year IN (2021)' },
    { condition: match('year', { any: [2021, 2022.5] }), sql: 'f_year IN (2021)' },
    { condition: match('year', { value: '2021' }), sql: 'false' },
    { condition: match('year', { text: '2021' }), sql: 'false' },
    { condition: match('year', { except: [2021] }), sql: 'f_year NOT IN (2021)' },
    // words
    {
      condition: match('title', { text: 'Tian-Xing Xu, xu' }),
      sql: "array_has_all(f_title, ['tian', 'xing', 'xu'])",
    },
    { condition: match('title', { text_any: 'Naïve a' }), sql: "array_has_any(f_title, ['naive', 'a'])" },
    { condition: match('title', { text: '--' }), sql: 'false' },
    { condition: match('title', { phrase: '' }), sql: 'false' },
    {
      condition: match('journal-ref', { phrase: "It's it" }),
      sql: "(array_has_all(f_journal_ref, ['it', 's']) AND contains(concat(' ', array_to_string(f_journal_ref, ' '), ' '), ' it s it '))",
    },
    // ranges
    { condition: range('year', { gte: 2020, lt: 2022 }), sql: '(f_year >= 2020 AND f_year < 2022)' },
    { condition: range('year', { gt: 1.5 }), sql: 'f_year > 1' },
    { condition: range('year', { gte: 1.5 }), sql: 'f_year >= 2' },
    { condition: range('year', { lt: 1.5 }), sql: 'f_year < 2' },
    { condition: range('year', { lte: 1.5, gte: null }), sql: 'f_year <= 1' },
    { condition: range('year', { lte: 1e300 }), sql: 'f_year <= 9223372036854774784' },
    { condition: range('year', {}), sql: 'f_year IS NOT NULL' },
    { condition: range('year', { gte: '2020-01-01' }), sql: 'false' },
    { condition: range('title', { gte: 1 }), sql: 'false' },
    { condition: range('submitted_at', { gte: '1970-01-01' }), sql: 'f_submitted_at >= 0' },
    {
      condition: range('submitted_at', { lt: '1970-01-01T01:00:00.000001+01:00' }),
      sql: 'f_submitted_at < 1',
    },
    { condition: range('submitted_at', { gte: 5 }), sql: 'false' },
    // numbers of values
    { condition: count('authors', { gte: 3 }), sql: 'n_authors >= 3' },
    { condition: count('title', { gte: 1 }), sql: 'n_title >= 1' },
    { condition: count('license', { gte: 1 }), sql: 'f_license IS NOT NULL' },
    { condition: count('license', { gt: 1 }), sql: 'false' },
    // emptiness
    { condition: { is_empty: { key: 'doi' } }, sql: 'f_doi IS NULL' },
    { condition: { is_empty: { key: 'authors' } }, sql: '(n_authors IS NULL OR n_authors = 0)' },
    { condition: { key: 'doi', is_empty: true }, sql: 'f_doi IS NULL' },
    { condition: { key: 'doi', is_empty: false }, sql: 'NOT (f_doi IS NULL)' },
    // ids
    { condition: { has_id: [ONE] }, sql: `id IN ('${ONE}')` },
    { condition: { has_id: [`urn:uuid:${ONE.replaceAll('-', '').toUpperCase()}`] }, sql: `id IN ('${ONE}')` },
    { condition: { has_id: [7] }, sql: 'false' },
    { condition: { has_id: [] }, sql: 'false' },
    // fields that no paper has
    { condition: match('nonesuch', { value: 'x' }), sql: 'false' },
    { condition: range('nonesuch', { gte: 1 }), sql: 'false' },
    { condition: count('nonesuch', { lt: 1 }), sql: 'false' },
    { condition: { is_empty: { key: 'nonesuch' } }, sql: null },
    { condition: match('constructor', { value: 'x' }), sql: 'false' },
  ])('$condition', ({ condition, sql }) => {
    expect(toPredicate({ must: [condition] })).toBe(sql);
  });
});

describe('conditions are combined', () => {
  const license = match('license', { value: 'a' });
  const year = range('year', { gt: 5 });
  const words = match('title', { text: 'x' });
  const hasLicense = "f_license IN ('a')";
  const hasWords = "array_has_all(f_title, ['x'])";

  test.each<{ filter: Filter | undefined; sql: string | null }>([
    { filter: undefined, sql: null },
    { filter: {}, sql: null },
    { filter: { must: [], should: [], must_not: [] }, sql: null },
    { filter: { must: null, should: null, must_not: null, min_should: null }, sql: null },
    { filter: { must: license }, sql: hasLicense },
    { filter: { must: [license, year] }, sql: `(${hasLicense} AND f_year > 5)` },
    { filter: { should: [license, year] }, sql: `(${hasLicense} OR f_year > 5)` },
    { filter: { should: [license, {}] }, sql: null },
    { filter: { must: [license, {}] }, sql: hasLicense },
    // A missing value does not equal the excluded one.
    { filter: { must_not: [license] }, sql: `NOT COALESCE(${hasLicense}, false)` },
    // A missing text has an empty list of words, so its index can evaluate the negation.
    { filter: { must_not: [words] }, sql: `NOT (${hasWords})` },
    {
      filter: { must_not: [match('title', { phrase: 'a b' })] },
      sql: "NOT (contains(concat(' ', array_to_string(f_title, ' '), ' '), ' a b '))",
    },
    {
      // Alternatives have no index if a part has none. The words then restrict the rows for all of them.
      filter: { should: [match('title', { phrase: 'a b' }), match('abstract', { phrase: 'a b' })] },
      sql:
        "((array_has_all(f_title, ['a', 'b']) OR array_has_all(f_abstract, ['a', 'b']))" +
        " AND ((array_has_all(f_title, ['a', 'b']) AND contains(concat(' ', array_to_string(f_title, ' '), ' '), ' a b '))" +
        " OR (array_has_all(f_abstract, ['a', 'b']) AND contains(concat(' ', array_to_string(f_abstract, ' '), ' '), ' a b '))))",
    },
    { filter: { must: [match('title', { phrase: 'a' })] }, sql: "array_has_all(f_title, ['a'])" },
    {
      filter: { must_not: [license, words] },
      sql: `(NOT COALESCE(${hasLicense}, false) AND NOT (${hasWords}))`,
    },
    {
      filter: { must_not: [{ must: [license, words] }] },
      sql: `(NOT COALESCE(${hasLicense}, false) OR NOT (${hasWords}))`,
    },
    { filter: { must_not: [{ must_not: [license] }] }, sql: hasLicense },
    { filter: { must_not: [{}] }, sql: 'false' },
    {
      filter: { must: [license], should: [year, words], must_not: [{ is_empty: { key: 'doi' } }] },
      sql: `(${hasLicense} AND NOT (f_doi IS NULL) AND (f_year > 5 OR ${hasWords}))`,
    },
    { filter: { min_should: { min_count: 0, conditions: [license] } }, sql: null },
    {
      filter: { min_should: { min_count: 1, conditions: [license, year] } },
      sql: `(${hasLicense} OR f_year > 5)`,
    },
    {
      filter: { min_should: { min_count: 2, conditions: [license, year] } },
      sql: `(${hasLicense} AND f_year > 5)`,
    },
    { filter: { min_should: { min_count: 3, conditions: [license, year] } }, sql: 'false' },
    {
      filter: { min_should: { min_count: 2, conditions: [license, year, words] } },
      sql:
        `(CAST(COALESCE(${hasLicense}, false) AS INT) + CAST(COALESCE(f_year > 5, false) AS INT)` +
        ` + CAST(COALESCE(${hasWords}, false) AS INT)) >= 2`,
    },
  ])('$filter', ({ filter, sql }) => {
    expect(toPredicate(filter)).toBe(sql);
  });
});

describe('conditions that the embedded store does not support are rejected', () => {
  test.each<{ name: string; filter: Filter; message: RegExp }>([
    { name: 'null values', filter: must({ is_null: { key: 'license' } }), message: /is_null.*is_empty/ },
    { name: 'null values of a field', filter: must({ key: 'license', is_null: true }), message: /is_null/ },
    {
      name: 'nested filters',
      filter: must({ nested: { key: 'versions', filter: {} } }),
      message: /nested filter on "versions"/,
    },
    {
      name: 'paths',
      filter: must(match('versions[].version', { value: 'v1' })),
      message: /the path "versions/,
    },
    { name: 'quoted keys', filter: must({ is_empty: { key: "x' OR true --" } }), message: /the path/ },
    {
      name: 'fields without an index',
      filter: must(match('submitter', { value: 'x' })),
      message: /submitter/,
    },
    { name: 'vectors', filter: must({ has_vector: 'bm25' }), message: /has_vector/ },
    { name: 'a text as written', filter: must(match('title', { value: 'A' })), message: /title.*phrase/ },
    {
      name: 'a date as written',
      filter: must(match('updated_at', { any: ['2020'] })),
      message: /updated_at.*range/,
    },
    { name: 'except on a text', filter: must(match('authors', { except: ['A'] })), message: /authors/ },
    {
      name: 'except of another type',
      filter: must(match('license', { except: [1] })),
      message: /another type/,
    },
    { name: 'words of a keyword', filter: must(match('doi', { text: 'x' })), message: /words in doi/ },
    {
      name: 'instants in a text',
      filter: must(range('title', { gte: '2020-01-01' })),
      message: /instants on title/,
    },
    {
      name: 'places',
      filter: must({ key: 'title', geo_radius: { center: { lat: 0, lon: 0 }, radius: 1 } }),
      message: /places/,
    },
    { name: 'endless nesting', filter: nestedBy(31), message: /30 levels/ },
  ])('$name', ({ filter, message }) => {
    expect(thrownBy(() => toPredicate(filter))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message),
    });
  });
});

describe('conditions that no store accepts are rejected', () => {
  test.each<{ name: string; filter: Filter; message: RegExp }>([
    { name: 'a condition without a test', filter: must({ key: 'doi' }), message: /exactly one test/ },
    {
      name: 'two tests in one condition',
      filter: must({ key: 'year', range: { gt: 1 }, match: { value: 1 } }),
      message: /exactly one test/,
    },
    { name: 'two operators', filter: must(match('doi', { value: 'a', any: [] })), message: /one operator/ },
    { name: 'no operator', filter: must(match('doi', {})), message: /one operator/ },
    { name: 'a list that is none', filter: must(match('doi', { any: 'a' })), message: /a list/ },
    { name: 'words that are none', filter: must(match('title', { text: 5 })), message: /a text/ },
    { name: 'an unknown operator', filter: must(match('doi', { prefix: 'a' })), message: /"prefix"/ },
    { name: 'an unknown bound', filter: must(range('year', { above: 1 })), message: /"above"/ },
    { name: 'mixed bounds', filter: must(range('year', { gt: 1, lt: '2020-01-01' })), message: /numbers or/ },
    {
      name: 'an invalid date',
      filter: must(range('updated_at', { gt: '2021-02-30' })),
      message: /2021-02-30/,
    },
    { name: 'an id that is none', filter: must({ has_id: ["x') OR true"] }), message: /UUIDs/ },
  ])('$name', ({ filter, message }) => {
    expect(thrownBy(() => toPredicate(filter))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message),
    });
  });
});

function must(condition: FilterCondition): Filter {
  return { must: [condition] };
}

function match(key: string, operators: Record<string, unknown>): FilterCondition {
  return { key, match: operators };
}

function range(key: string, bounds: Record<string, unknown>): FilterCondition {
  return { key, range: bounds };
}

function count(key: string, bounds: Record<string, unknown>): FilterCondition {
  return { key, values_count: bounds };
}

function nestedBy(levels: number): Filter {
  return levels === 1 ? must(match('doi', { value: 'x' })) : { must_not: [nestedBy(levels - 1)] };
}

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
