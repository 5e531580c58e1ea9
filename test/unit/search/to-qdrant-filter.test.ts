import { describe, expect, test } from '@jest/globals';
import { buildSchema, getNamedType, getNullableType, isInputObjectType, isListType } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import type { SearchFilter } from '../../../src/generated/graphql.js';
import { toPointId } from '../../../src/papers/point-id.js';
import type { DateBound } from '../../../src/search/search-filter.js';
import { toQdrantFilter } from '../../../src/search/to-qdrant-filter.js';
import { readSchemaFiles } from '../../../src/package-root.js';

const NOTHING = { key: 'id', match: { any: [] } };

function day(text: string): DateBound {
  return { at: new Date(`${text}T00:00:00Z`), wholeDay: true };
}

function instant(text: string): DateBound {
  return { at: new Date(text), wholeDay: false };
}

describe('every operator becomes one condition', () => {
  test.each<[string, SearchFilter, unknown]>([
    ['title match', { title: { match: 'point clouds' } }, { key: 'title', match: { text: 'point clouds' } }],
    [
      'title any',
      { title: { any: ['point clouds', 'C++'] } },
      { key: 'title', match: { text_any: 'point clouds c' } },
    ],
    [
      'title phrase',
      { title: { phrase: 'point clouds' } },
      { key: 'title', match: { phrase: 'point clouds' } },
    ],
    [
      'half a surrogate pair in a text',
      { title: { match: 'a\ud800b' } },
      { key: 'title', match: { text: 'a\ufffdb' } },
    ],
    [
      'half a surrogate pair in a code',
      { categories: { in: ['\udc00'] } },
      { key: 'categories', match: { value: '\ufffd' } },
    ],
    [
      'accents composed, which a server would take for ends of words',
      { title: { match: 'Schro\u0308dinger' } },
      { key: 'title', match: { text: 'Schr\u00f6dinger' } },
    ],
    [
      'accents of a phrase composed, too',
      { authors: { phrase: 'Poincare\u0301' } },
      { key: 'authors', match: { phrase: 'Poincar\u00e9' } },
    ],
    [
      'compatibility forms, which a server does not fold, in either spelling',
      { title: { match: 'ℓ1 norm' } },
      {
        should: [
          { key: 'title', match: { text: 'ℓ1 norm' } },
          { key: 'title', match: { text: 'l1 norm' } },
        ],
      },
    ],
    [
      'any of several words with compatibility forms in either spelling',
      { title: { any: ['ℓ1', 'Lasso'] } },
      { key: 'title', match: { text_any: 'ℓ1 l1 lasso' } },
    ],
    [
      'letters whose compatibility forms papers have',
      { title: { match: 'l1 norm of 5 μm' } },
      {
        should: [
          { key: 'title', match: { text: 'l1 norm of 5 μm' } },
          { key: 'title', match: { text: 'ℓ1 norm of 5 µm' } },
        ],
      },
    ],
    [
      'one of them with another compatibility form',
      { title: { phrase: 'ε and ℓ1' } },
      {
        should: [
          { key: 'title', match: { phrase: 'ε and ℓ1' } },
          { key: 'title', match: { phrase: 'ε and l1' } },
          { key: 'title', match: { phrase: 'ϵ and ℓ1' } },
        ],
      },
    ],
    [
      'an l that is in no norm',
      { title: { match: 'real l levels, ml1' } },
      { key: 'title', match: { text: 'real l levels, ml1' } },
    ],
    [
      'half a surrogate pair in a phrase',
      { authors: { phrase: 'a\ud800b' } },
      { key: 'authors', match: { phrase: 'a\ufffdb' } },
    ],
    ['abstract match', { abstract: { match: 'x' } }, { key: 'abstract', match: { text: 'x' } }],
    [
      'journalRef match',
      { journalRef: { match: 'Phys.Rev.' } },
      { key: 'journal-ref', match: { text: 'Phys.Rev.' } },
    ],
    ['comments exists', { comments: { exists: true } }, { must_not: [{ is_empty: { key: 'comments' } }] }],
    ['comments missing', { comments: { exists: false } }, { is_empty: { key: 'comments' } }],
    [
      'one of one category',
      { categories: { in: ['cs.CV'] } },
      { key: 'categories', match: { value: 'cs.CV' } },
    ],
    [
      'one of two categories',
      { categories: { in: ['a', 'b'] } },
      { key: 'categories', match: { any: ['a', 'b'] } },
    ],
    [
      'not in',
      { categories: { notIn: ['a', 'b'] } },
      { must_not: [{ key: 'categories', match: { any: ['a', 'b'] } }] },
    ],
    ['all of one', { archives: { all: ['cs'] } }, { key: 'archives', match: { value: 'cs' } }],
    [
      'primary category',
      { primaryCategory: { in: ['hep-th'] } },
      { key: 'primary_category', match: { value: 'hep-th' } },
    ],
    ['license', { license: { in: ['http://l'] } }, { key: 'license', match: { value: 'http://l' } }],
    [
      'DOI in any form',
      { doi: { in: ['https://doi.org/10.1/AbC'] } },
      { key: 'doi_keys', match: { value: '10.1/abc' } },
    ],
    [
      "arXiv's own DOI among others",
      { doi: { in: ['10.1/abc', '10.48550/arXiv.1706.03762'] } },
      {
        should: [
          { key: 'doi_keys', match: { any: ['10.1/abc', '10.48550/arxiv.1706.03762'] } },
          { has_id: [toPointId('1706.03762')] },
        ],
      },
    ],
    [
      'version count',
      { versionCount: { gte: 2, lt: 5 } },
      { key: 'version_count', range: { gte: 2, lt: 5 } },
    ],
    [
      'from an instant',
      { submitted: { gte: instant('2021-01-01T10:00:00Z') } },
      { key: 'submitted_at', range: { gte: '2021-01-01T10:00:00.000Z' } },
    ],
    [
      'after an instant',
      { updated: { gt: instant('2021-01-01T10:00:00Z') } },
      { key: 'updated_at', range: { gt: '2021-01-01T10:00:00.000Z' } },
    ],
    [
      'up to an instant',
      { submitted: { lte: instant('2021-01-01T10:00:00Z') } },
      { key: 'submitted_at', range: { lte: '2021-01-01T10:00:00.000Z' } },
    ],
    [
      'from a day',
      { submitted: { gte: day('2021-12-31') } },
      { key: 'submitted_at', range: { gte: '2021-12-31T00:00:00.000Z' } },
    ],
    [
      'up to the last day there is',
      { submitted: { lte: day('9999-12-31') } },
      { key: 'submitted_at', range: { lt: '9999-12-31T23:59:59.999Z' } },
    ],
    [
      'from an instant before the first year, by its time zone',
      { submitted: { gte: instant('-000001-12-31T12:00:00Z') } },
      { key: 'submitted_at', range: { gte: '0000-01-01T00:00:00.000Z' } },
    ],
    [
      'after a day',
      { submitted: { gt: day('2021-12-31') } },
      { key: 'submitted_at', range: { gte: '2022-01-01T00:00:00.000Z' } },
    ],
    [
      'up to a day',
      { submitted: { lte: day('2021-12-31') } },
      { key: 'submitted_at', range: { lt: '2022-01-01T00:00:00.000Z' } },
    ],
    [
      'before a day',
      { submitted: { lt: day('2021-12-31') } },
      { key: 'submitted_at', range: { lt: '2021-12-31T00:00:00.000Z' } },
    ],
    [
      'ids in any form',
      { ids: ['arXiv:1706.03762v5', 'hep-th/9901001'] },
      { has_id: [toPointId('1706.03762'), toPointId('hep-th/9901001')] },
    ],
    [
      'an author of two words',
      { authors: { match: ['J. Li'] } },
      { key: 'author_keys', match: { value: 'j. li' } },
    ],
    [
      'an author in full',
      { authors: { match: ['Jing Li'] } },
      { key: 'author_keys', match: { any: ['jing li', 'jing l', 'j li'] } },
    ],
    [
      'an author of any',
      { authors: { any: ['Xu', 'Gao', 'Anna Bea Cy Dee'] } },
      {
        should: [
          { key: 'author_keys', match: { any: ['xu', 'gao'] } },
          { must: [expect.anything(), expect.anything(), expect.anything(), expect.anything()] },
        ],
      },
    ],
    [
      'an author as written',
      { authors: { phrase: 'Jing Li' } },
      { key: 'authors', match: { phrase: 'Jing Li' } },
    ],
    [
      'either of two',
      { or: [{ title: { match: 'a' } }, { title: { match: 'b' } }] },
      {
        should: [
          { key: 'title', match: { text: 'a' } },
          { key: 'title', match: { text: 'b' } },
        ],
      },
    ],
    ['not', { not: { title: { match: 'a' } } }, { must_not: [{ key: 'title', match: { text: 'a' } }] }],
    [
      'not two at once',
      { not: { title: { match: 'a' }, versionCount: { gte: 2 } } },
      {
        must_not: [
          {
            must: [
              { key: 'title', match: { text: 'a' } },
              { key: 'version_count', range: { gte: 2 } },
            ],
          },
        ],
      },
    ],
  ])('%s', (_name, filter, condition) => {
    expect(toQdrantFilter(filter)).toEqual({ must: [condition] });
  });

  test('fields and operators are joined by AND', () => {
    const filter: SearchFilter = {
      authors: { match: ['Xu', 'Gao'] },
      categories: { all: ['cs.CV', 'cs.AI'] },
      and: [{ title: { match: 'a' } }, { title: { match: 'b', phrase: 'c d' } }],
      submitted: { gte: day('2020-01-01'), lte: day('2020-12-31') },
    };
    expect(toQdrantFilter(filter)).toEqual({
      must: [
        { key: 'author_keys', match: { value: 'xu' } },
        { key: 'author_keys', match: { value: 'gao' } },
        { key: 'categories', match: { value: 'cs.CV' } },
        { key: 'categories', match: { value: 'cs.AI' } },
        { key: 'title', match: { text: 'a' } },
        { key: 'title', match: { text: 'b' } },
        { key: 'title', match: { phrase: 'c d' } },
        { key: 'submitted_at', range: { gte: '2020-01-01T00:00:00.000Z' } },
        { key: 'submitted_at', range: { lt: '2021-01-01T00:00:00.000Z' } },
      ],
    });
  });

  test('a name of four words requires every three of them', () => {
    const filter = toQdrantFilter({ authors: { match: ['A. Bee Cee Dee'] } });
    expect(filter).toEqual({
      must: [{ must: [expect.anything(), expect.anything(), expect.anything(), expect.anything()] }],
    });
  });
});

describe('every field and operator of the schema becomes a condition', () => {
  const values: Readonly<Record<string, unknown>> = {
    Boolean: true,
    DateOrDateTime: day('2020-01-31'),
    ID: '1706.03762',
    Int: 1,
    SearchFilter: { title: { match: 'x' } },
    String: 'x',
  };

  /** Filters with this type's fields, one in each: the field's value, or one of its operators. */
  function* filtersOf(type: GraphQLInputType | undefined): Generator<Record<string, unknown>> {
    if (!isInputObjectType(type)) throw new Error(`Expected an input type, not ${String(type)}`);
    for (const field of Object.values(type.getFields())) {
      const value = values[getNamedType(field.type).name];
      const given = isListType(getNullableType(field.type)) ? [value] : value;
      if (value === undefined) for (const inner of filtersOf(field.type)) yield { [field.name]: inner };
      else yield { [field.name]: given };
    }
  }

  const schema = buildSchema(readSchemaFiles().join('\n'));
  const input = schema.getType('SearchFilter') as GraphQLInputType | undefined;

  test.each([...filtersOf(input)].map((filter) => [JSON.stringify(filter), filter] as const))(
    '%s',
    (_json, filter) => {
      expect(toQdrantFilter(filter)).toEqual({ must: [expect.any(Object)] });
    },
  );
});

describe('a filter that selects everything is omitted', () => {
  test.each<[string, SearchFilter | null | undefined]>([
    ['nothing given', undefined],
    ['null', null],
    ['an empty object', {}],
    ['null fields', { title: null, ids: null, and: null }],
    ['empty operators', { title: {}, authors: {}, submitted: {}, versionCount: {}, doi: {} }],
    ['null operators', { title: { match: null }, categories: { in: null, notIn: null } }],
    ['an empty "and"', { and: [] }],
    ['an "and" of empty objects', { and: [{}, { and: [{}] }] }],
    ['an empty "all"', { categories: { all: [] } }],
    ['no names to match', { authors: { match: [] } }],
  ])('%s', (_name, filter) => {
    expect(toQdrantFilter(filter)).toBeUndefined();
  });
});

describe('a filter that selects nothing has an impossible condition', () => {
  test.each<[string, SearchFilter, unknown]>([
    ['an empty "or"', { or: [] }, NOTHING],
    ['not everything', { not: {} }, { must_not: [{ must: [] }] }],
    ['in no category', { categories: { in: [] } }, { key: 'categories', match: { any: [] } }],
    ['none of the papers', { ids: [] }, { has_id: [] }],
    ['any of no names', { authors: { any: [] } }, NOTHING],
    ['a name without words', { authors: { match: ['--'] } }, NOTHING],
    ['empty text', { title: { match: '' } }, { key: 'title', match: { text: '' } }],
    ['any of no words', { title: { any: [] } }, { key: 'title', match: { text_any: '' } }],
    [
      'a contradictory range',
      { versionCount: { gt: 5, lt: 2 } },
      { key: 'version_count', range: { gt: 5, lt: 2 } },
    ],
  ])('%s', (_name, filter, condition) => {
    expect(toQdrantFilter(filter)).toEqual({ must: [condition] });
  });

  test('an empty "notIn" excludes nothing', () => {
    expect(toQdrantFilter({ categories: { notIn: [] } })).toEqual({
      must: [{ must_not: [{ key: 'categories', match: { any: [] } }] }],
    });
  });
});

describe('a filter beyond a limit is rejected with its path', () => {
  const nested = (levels: number): SearchFilter =>
    levels === 1 ? { title: { match: 'x' } } : { not: nested(levels - 1) };

  test('eight levels are allowed, nine are not', () => {
    const title = { key: 'title', match: { text: 'x' } };
    expect(toQdrantFilter(nested(8))).toEqual({
      must: [Array.from({ length: 7 }).reduce((inner) => ({ must_not: [inner] }), title)],
    });
    expect(() => toQdrantFilter(nested(9))).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        message: 'Filters may be at most 8 levels deep',
        argumentPath: ['filter', ...Array.from({ length: 8 }, () => 'not')],
      }),
    );
  });

  test('a thousand values are one condition, two thousand and one are rejected', () => {
    const codes = Array.from({ length: 1_000 }, (_, at) => `x.${at}`);
    expect(toQdrantFilter({ categories: { in: codes } })).toEqual({
      must: [{ key: 'categories', match: { any: codes } }],
    });
    expect(() => toQdrantFilter({ categories: { in: [...codes, ...codes, 'x'] } })).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        argumentPath: ['filter', 'categories', 'in', 2_000],
      }),
    );
  });

  test('an invalid identifier', () => {
    expect(() => toQdrantFilter({ or: [{ ids: ['1706.03762', 'nonsense'] }] })).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('"nonsense" is not an arXiv identifier') as unknown,
        argumentPath: ['filter', 'or', 0, 'ids', 1],
      }),
    );
  });

  test('more than fifty thousand characters', () => {
    const titles = Array.from({ length: 51 }, () => ({ title: { match: 'x'.repeat(1_000) } }));
    const title = { key: 'title', match: { text: 'x'.repeat(1_000) } };
    expect(toQdrantFilter({ or: titles.slice(1) })).toEqual({ must: [{ should: Array(50).fill(title) }] });
    expect(() => toQdrantFilter({ or: titles })).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        argumentPath: ['filter', 'or', 50, 'title', 'match'],
      }),
    );
  });

  test('more than fifty long names', () => {
    const names = Array.from({ length: 51 }, (_, at) => `Anna Bea Cy Dee${at}`);
    expect(toQdrantFilter({ authors: { any: names.slice(1) } })).toEqual({
      must: [{ should: expect.any(Array) }],
    });
    expect(() => toQdrantFilter({ authors: { any: names } })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', argumentPath: ['filter', 'authors', 'any', 50] }),
    );
  });

  test('a value of more than a thousand characters', () => {
    expect(() => toQdrantFilter({ title: { match: 'x'.repeat(1_001) } })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', argumentPath: ['filter', 'title', 'match'] }),
    );
  });
});
