import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kind, parse, print, type OperationDefinitionNode } from 'graphql';
import { EXAMPLE_OPERATIONS } from '../../src/server/example-operations.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const operations = parse(EXAMPLE_OPERATIONS).definitions.filter(
  (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
);

test.each(operations.map((operation) => [operation.name?.value, operation] as const))(
  'the explorer’s example %s finds something in the sample',
  async (_name, operation) => {
    const { data, errors } = await server.ask<Record<string, unknown>>(print(operation));
    expect(errors).toBeUndefined();
    for (const [field, answer] of Object.entries(data)) {
      expect([field, answer]).not.toEqual([field, null]);
      expect(answer).not.toMatchObject({ nodes: [] });
    }
  },
);
