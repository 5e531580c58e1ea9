import { expect, test } from '@jest/globals';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLNamedType,
} from 'graphql';
import { readSchemaFiles } from '../../src/package-root.js';

interface Described {
  name: string;
  description?: string | null | undefined;
}

/** The type and everything in it, by path. */
function* partsOf(type: GraphQLNamedType): Generator<[string, Described]> {
  yield [type.name, type];
  if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value];
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field];
      for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name})`, argument];
    }
  }
}

test('every type, field, argument and enum value is described', () => {
  const schema = buildSchema(readSchemaFiles().join('\n'));
  const parts = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && type.astNode)
    .flatMap((type) => [...partsOf(type)]);
  expect(parts.length).toBeGreaterThan(100);
  expect(parts.filter(([, { description }]) => !description?.trim()).map(([path]) => path)).toEqual([]);
});
