import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  getIntrospectionQuery,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  print,
  validate,
  type GraphQLOutputType,
  type OperationDefinitionNode,
} from 'graphql';
import { parseConfig } from '../../../src/config/config.js';
import { planOperation, priceSchema, type OperationPlan } from '../../../src/cost/plan-operation.js';
import { packagePath } from '../../../src/package-root.js';
import { CATEGORIES } from '../../../src/papers/taxonomy.js';
import { EXAMPLE_OPERATIONS } from '../../../src/server/example-operations.js';
import { readSchemaFiles } from '../../../src/package-root.js';
import { listOperations } from '../../support/client-documents.js';

const schema = buildSchema(readSchemaFiles().join('\n'));
const priced = priceSchema(schema);
const { costs } = priced;
const { limits } = parseConfig({});

/** Fields with everything that determines their costs. */
const fields = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) || isInterfaceType(type))
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({
      name: `${type.name}.${field.name}`,
      field,
      directives: (field.astNode?.directives ?? []).map((directive) => directive.name.value),
    })),
  );

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function planOf(source: string, variables: Record<string, unknown> = {}, name?: string): OperationPlan {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION && (!name || definition.name?.value === name),
  );
  if (!operation) throw new Error(`There is no operation ${name}`);
  return planOperation(priced, document, operation, variables, Infinity);
}

describe('every field has a cost:', () => {
  test('each list has a maximum length', () => {
    const sized = fields.filter(({ field }) => isList(field.type));
    expect(sized.length).toBeGreaterThan(20);
    const without = sized.filter(({ name }) => !costs.get(name)?.list && !costs.get(name)?.isSizedByParent);
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test('each text and each JSON value has a maximum size', () => {
    const texts = fields.filter(({ field }) => getNamedType(field.type).name === 'String');
    expect(texts.length).toBeGreaterThan(30);
    expect(texts.filter(({ directives }) => !directives.includes('size')).map(({ name }) => name)).toEqual(
      [],
    );
  });

  test('each field with arguments, and each field of Query, has the cost of its calls', () => {
    const asking = fields.filter(({ name, field }) => name.startsWith('Query.') || field.args.length > 0);
    const free = ['Paper.authors'];
    expect(
      asking.filter(({ name, directives }) => !directives.includes('cost') && !free.includes(name)),
    ).toEqual([]);
  });

  test('each argument is a list size or a filter, or has a cost', () => {
    const without = fields.flatMap(({ name, field }) =>
      field.args
        .filter(({ astNode, type, name: argument }) => {
          const { list, innerLists } = costs.get(name) ?? {};
          const isSize = [list, innerLists].some((size) => size?.argumentNames.includes(argument));
          const saysCost = astNode?.directives?.some((directive) => directive.name.value === 'cost');
          return !isSize && !saysCost && getNamedType(type).name !== 'SearchFilter';
        })
        .map((argument) => `${name}(${argument.name})`),
    );
    expect(without).toEqual([]);
  });

  test('the list of all categories has the assumed length', () => {
    expect(costs.get('Query.categories')?.list?.assumed).toBeGreaterThanOrEqual(CATEGORIES.length);
  });
});

describe('the default limits leave ample room', () => {
  const document = readFileSync(packagePath('docs', 'examples.md'), 'utf8');
  const fromDocument = [...document.matchAll(/```graphql\n([^]*?)```/g)].map(
    ([, source = ''], at): [string, string] => [`example ${at + 1} of docs/examples.md`, source],
  );
  const fromClient = listOperations().map(([name, document]): [string, string] => [name, print(document)]);
  const examples = parse(EXAMPLE_OPERATIONS).definitions.map((definition): [string, string] => [
    `the example ${definition.kind === Kind.OPERATION_DEFINITION ? definition.name?.value : ''}`,
    EXAMPLE_OPERATIONS,
  ]);

  test.each([...fromDocument, ...fromClient, ...examples, ['introspection', getIntrospectionQuery()]])(
    'for %s',
    (name, source) => {
      const variables = { id: '1706.03762', query: 'point clouds', first: 20 };
      const plan = planOf(source, variables, /the example (.*)/.exec(name)?.[1]);
      expect(plan.cost).toBeGreaterThan(0);
      expect(plan.cost).toBeLessThan(limits.cost / 2);
      expect(plan.answerBytes).toBeLessThan(limits.answerBytes / 4);
      expect(plan.depth).toBeLessThan(limits.depth);
      expect(plan.aliases).toBeLessThan(limits.aliases / 2);
    },
  );
});

describe('an operation costs', () => {
  test.each<[string, string, number]>([
    ['a unit for each value', '{ __typename }', 1],
    ['its store reads besides', '{ corpus { count } }', 102],
    ['more for a longer value', '{ category(code: "cs.CV") { name name2: name } }', 5],
    ['as often as a list has entries', '{ categories { code } }', 401],
    ['a ranking for a listing', '{ search(first: 3) { nodes { rank } } }', 507],
    ['two rankings and a text in HYBRID mode', '{ search(query: "x", first: 3) { nodes { rank } } }', 1082],
    [
      'one ranking in KEYWORD mode',
      '{ search(query: "x", mode: KEYWORD, first: 3) { nodes { rank } } }',
      582,
    ],
    [
      'more for each condition, also of counts',
      '{ search(first: 3, filter: { title: { match: "x" } }) { totalCount } }',
      910,
    ],
  ])('%s', (_name, source, cost) => {
    expect(planOf(source).cost).toBe(cost);
  });

  test('a unit for each character of a query after the first 1,000, with ligatures spelled out', () => {
    const costOf = (query: string) =>
      planOf('query ($q: String) { search(query: $q, mode: KEYWORD, first: 3) { nodes { rank } } }', {
        q: query,
      }).cost;
    expect(costOf('x'.repeat(1_000))).toBe(582);
    expect(costOf('x'.repeat(10_000))).toBe(9_582);
    expect(costOf('ﬃ'.repeat(1_000))).toBe(2_582);
    // Rejected by its length, which is the clearer message.
    expect(costOf('x'.repeat(10_001))).toBe(582);
  });

  test('a ligature like the words that it stands for', () => {
    const costOf = (match: string) =>
      planOf('query ($f: SearchFilter) { search(filter: $f, first: 3) { totalCount } }', {
        f: { title: { match } },
      }).cost;
    expect(costOf('ﷺ '.repeat(50))).toBe(costOf('a '.repeat(200)));
    expect(costOf('㍿ '.repeat(100))).toBe(costOf('a '.repeat(100)));
  });

  test.each([
    'corpus { count @include(if: false) __typename }',
    'corpus { count @skip(if: true) __typename }',
    'corpus { ... @include(if: false) { count } __typename }',
  ])('nothing for skipped fields: { %s }', (selection) => {
    expect(planOf(`{ ${selection} }`).cost).toBe(planOf('{ corpus { __typename } }').cost);
  });

  test('nothing for fields that a variable skips', () => {
    const source =
      'query ($all: Boolean!) { search(first: 3) { nodes { rank paper @include(if: $all) { title } } } }';
    const without = planOf('{ search(first: 3) { nodes { rank } } }').cost;
    expect(planOf(source, { all: false }).cost).toBe(without);
    expect(planOf(source, { all: true }).cost).toBeGreaterThan(without);
  });

  test('nothing for highlights in a listing', () => {
    const costOf = (args: string, more: string) =>
      planOf(`{ search(${args}) { nodes { rank ${more} } } }`).cost;
    const highlights = 'highlights { parts { text } }';
    // The empty list of each result is a value.
    expect(costOf('first: 3', highlights) - costOf('first: 3', '')).toBeLessThanOrEqual(3);
    expect(costOf('first: 3, query: "x"', highlights) - costOf('first: 3, query: "x"', '')).toBeGreaterThan(
      20,
    );
  });

  test('more for more groups, and for larger ones', () => {
    const costOf = (first: number, groupSize: number) =>
      planOf(
        `{ searchGroups(query: "x", by: YEAR, first: ${first}, groupSize: ${groupSize}) { nodes { paper { title } } } }`,
      ).cost;
    expect(costOf(10, 2)).toBeGreaterThan(costOf(5, 2));
    expect(costOf(5, 10)).toBeGreaterThan(costOf(5, 2));
  });

  test('as much with a fragment as without', () => {
    const plain = planOf('{ search(first: 7) { nodes { paper { title abstract } score } } }');
    const spread = planOf(
      '{ search(first: 7) { ...Page } } fragment Page on SearchConnection { nodes { ...R } } fragment R on SearchResult { paper { title abstract } score }',
    );
    expect(spread.cost).toBe(plain.cost);
    expect(spread.answerBytes).toBe(plain.answerBytes);
  });

  test('exactly four times the values of its answer for introspection', () => {
    const plan = planOf('{ __type(name: "PageInfo") { name fields { name type { kind } } } }');
    // The type, its name, the list, and for each of four fields: itself, its name, its type and the kind.
    expect(plan.cost).toBe(4 * (3 + 4 * 4));
  });
});

test('papers are requested with exactly the fields that the selection and its fragments read', () => {
  const document = parse(`{
    search { nodes { ...R paper { similar { paper { doi } } } } edges { node { highlights { text } } } }
    paper(id: "1") { title abstract @skip(if: true) authors { papers { nodes { paper { comments } } } } }
  } fragment R on SearchResult { paper { bibtex } }`);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The operation comes first');
  const { payloadFields } = planOperation(priced, document, operation, {}, Infinity);
  const byName = Object.fromEntries(
    Array.from(payloadFields, ([node, read]) => [node.name.value, [...read].sort()]),
  );
  expect(byName).toMatchObject({
    similar: ['doi'],
    paper: ['authors', 'title'],
    papers: ['comments'],
  });
  expect(byName['search']).toEqual(expect.arrayContaining(['abstract', 'doi', 'title', 'versions']));
  expect(byName['search']).not.toContain('comments');
});

test('a document planned again gets a plan for its new variables, and the same plan for the same ones', () => {
  const document = parse(`query ($first: Int!, $all: Boolean!, $id: ID!) {
    search(query: "graphs", first: $first) {
      nodes { score paper { id ...Long @include(if: $all) similar(first: $first) { paper { id } } } }
    }
    paper(id: $id) { title authors { name } ... on Paper { abstract @skip(if: $all) } }
  } fragment Long on Paper { abstract few: authors(first: 3) { name } many: authors(first: $first) { name } }`);
  expect(validate(schema, document)).toEqual([]);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The operation comes first');
  const planAgain = (first: number, all: boolean, using = priced) =>
    planOperation(using, document, operation, { first, all, id: '1' }, Infinity);
  const asked = [
    [5, true],
    [5, false],
    [50, true],
    [50, false],
  ] as const;
  const again = [...asked, ...asked].map(([first, all]) => planAgain(first, all));
  const alone = [...asked, ...asked].map(([first, all]) => planAgain(first, all, priceSchema(schema)));
  expect(again).toEqual(alone);
  expect(new Set(again.map(({ cost }) => cost)).size).toBe(asked.length);
});
