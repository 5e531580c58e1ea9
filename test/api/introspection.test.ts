import { expect, test } from '@jest/globals';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import { readSchemaFiles } from '../../src/package-root.js';
import { startTestServer } from '../support/test-server.js';

test('introspection returns the schema in schema/, including descriptions of scalars', async () => {
  const server = await startTestServer({
    environment: { MAX_COST: '10000000', MAX_ANSWER_BYTES: '100000000' },
  });
  try {
    const introspected = await server.ask<IntrospectionQuery>(
      getIntrospectionQuery({
        specifiedByUrl: true,
        inputValueDeprecation: true,
        directiveIsRepeatable: true,
      }),
    );
    expect(introspected.errors).toBeUndefined();
    const print = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
    expect(print(buildClientSchema(introspected.data))).toBe(
      print(buildSchema(readSchemaFiles().join('\n'))),
    );
  } finally {
    await server.close();
  }
});
