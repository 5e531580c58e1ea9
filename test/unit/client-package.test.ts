import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { possibleTypes } from '@paperql/client/apollo';
import { keys } from '@paperql/client/urql';
import {
  buildSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { packagePath } from '../../src/package-root.js';

/** Compares what `@paperql/client` tells caches with the schema. */

const schema = buildSchema(readFileSync(packagePath('client', 'schema.graphql'), 'utf8'));
const objectTypes = Object.values(schema.getTypeMap()).filter(isObjectType);

test('possibleTypes has the types of every interface', () => {
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  const expected = interfaces.map((type) => [
    type.name,
    schema
      .getPossibleTypes(type)
      .map(({ name }) => name)
      .sort(),
  ]);
  expect(Object.entries(possibleTypes)).toEqual(expected);
});

test('every type without an id has a key for Graphcache, except those that it recognises by name', () => {
  const without = objectTypes
    .filter(
      (type) => !('id' in type.getFields()) && !/^__|^Query$|^PageInfo$|(Connection|Edge)$/.test(type.name),
    )
    .map(({ name }) => name);
  expect(Object.keys(keys).sort()).toEqual(without.sort());
});

describe('the documents', () => {
  const folder = packagePath('client', 'operations');
  const documents = readdirSync(folder).map((name) => ({
    name,
    document: parse(readFileSync(packagePath('client', 'operations', name), 'utf8')),
  }));
  const fragments = new Map(
    documents
      .flatMap(({ document }) => document.definitions)
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );

  function selectsId({ selections }: SelectionSetNode): boolean {
    return selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return (selection.alias ?? selection.name).value === 'id';
      if (selection.kind === Kind.INLINE_FRAGMENT) return selectsId(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      return fragment !== undefined && selectsId(fragment.selectionSet);
    });
  }

  test.each(documents)('select the id of every object that has one: $name', ({ document }) => {
    const info = new TypeInfo(schema);
    const without: string[] = [];
    const SelectionSet = (node: SelectionSetNode) => {
      const type = getNamedType(info.getParentType());
      if (type && 'getFields' in type && 'id' in type.getFields() && !selectsId(node))
        without.push(type.name);
    };
    visit(document, visitWithTypeInfo(info, { SelectionSet }));
    expect(without).toEqual([]);
  });
});
