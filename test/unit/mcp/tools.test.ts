import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { countTokens } from 'gpt-tokenizer';
import { parseTool, readTools } from '../../../src/mcp/tools.js';
import { REPORTS } from '../../../src/mcp/reports.js';
import { readSchemaFiles } from '../../../src/package-root.js';

const tools = readTools(readSchemaFiles());

describe('the tools', () => {
  test('take fewer than 2,500 tokens, including all descriptions and schemas', () => {
    const listed = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    expect(countTokens(JSON.stringify(listed))).toBeLessThan(2_500);
  });

  test.each(tools.map((tool) => [tool.name, tool] as const))(
    '%s has a description of less than 1,500 characters, and one for every argument',
    (_name, { description, inputSchema }) => {
      expect(description.length).toBeGreaterThan(50);
      expect(description.length).toBeLessThan(1_500);
      for (const property of Object.values(inputSchema.properties)) {
        expect(property['description']).toMatch(/^\S.{10,}\.$/);
      }
    },
  );

  test('each have a report', () => {
    expect(tools.map(({ name }) => name).sort()).toEqual(Object.keys(REPORTS).sort());
  });
});

describe('a document becomes a tool', () => {
  const schema = buildSchema(`
    enum Order { NEWEST OLDEST }
    input Range { from: Date to: Date }
    input Filter { dates: Range any: [String!] }
    scalar Date
    type Query { find(ids: [ID!], filter: Filter, order: Order! = NEWEST, first: Int, least: Float, all: Boolean): [Item] }
    type Item { title(length: Int): String parts(first: Int): [Item] }
  `);

  test('with types, defaults, descriptions, enums and required arguments', () => {
    const { name, description, inputSchema } = parseTool(
      `
      # Finds items.
      # Newest first.
      query find_items(
        # Their identifiers.
        $ids: [ID!]!
        $order: Order! = OLDEST
        # From this day on.
        $from: Date
        $first: Int = 10
        $least: Float
        $all: Boolean! = false
      ) {
        find(ids: $ids, order: $order, filter: { dates: { from: $from } }, first: $first, least: $least, all: $all) {
          title
        }
      }
      `,
      schema,
    );
    expect([name, description]).toEqual(['find_items', 'Finds items. Newest first.']);
    expect(inputSchema).toEqual({
      type: 'object',
      properties: {
        ids: { type: 'array', items: { type: 'string' }, description: 'Their identifiers.' },
        order: { type: 'string', enum: ['NEWEST', 'OLDEST'], default: 'OLDEST' },
        from: { type: 'string', description: 'From this day on.' },
        first: { type: 'integer', default: 10 },
        least: { type: 'number' },
        all: { type: 'boolean', default: false },
      },
      required: ['ids'],
      additionalProperties: false,
    });
  });

  test('that knows the variable of each argument', () => {
    const { mainField, places } = parseTool(
      `
      # Finds items.
      query find_items($day: Date, $size: Int) {
        items: find(filter: { dates: { from: $day } }) { parts(first: $size) { title } }
      }
      `,
      schema,
    );
    expect(mainField).toBe('items');
    expect(places).toEqual([
      { argument: 'day', field: ['items'], path: ['filter', 'dates', 'from'] },
      { argument: 'size', field: ['items', 'parts'], path: ['first'] },
    ]);
  });

  test.each([
    ['without a comment', 'query find_items { find { title } }', 'a named operation with a comment'],
    ['without a name', '# Finds items.\nquery { find { title } }', 'a named operation with a comment'],
    [
      'with two operations',
      '# A.\nquery a { find { title } }\n# B.\nquery b { find { title } }',
      'expected one operation',
    ],
    [
      'with an input object as an argument',
      '# Finds items.\nquery find_items($filter: Filter) { find(filter: $filter) { title } }',
      '$filter: tools take scalars, enums and lists of them, not Filter',
    ],
  ])('but not %s', (_what, document, message) => {
    expect(() => parseTool(document, schema)).toThrow(message);
  });
});
