import { afterAll, beforeAll, expect } from '@jest/globals';
import { startTestServer, type Answer, type TestServer } from './test-server.js';

export type Variables = Record<string, unknown>;

/** All fields of `PageInfo`. */
export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

/** A document with a `search`, and a server with the sample that the tests of a file share. */
export interface SearchServer<Page> {
  /** The server, once the tests run. */
  server: () => TestServer;
  ask: (variables: Variables) => Promise<Answer<{ search: Page }>>;
  /** Returns what is found; expects no error. */
  find: (variables: Variables) => Promise<Page>;
  /** Expects only an error about this argument, whose message contains this. */
  refuse: (variables: Variables, argumentPath: readonly string[], message: string) => Promise<void>;
}

export function useSearchServer<Page>(document: string): SearchServer<Page> {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const ask = (variables: Variables) => server.ask<{ search: Page }>(document, variables);
  return {
    server: () => server,
    ask,
    async find(variables) {
      const { data, errors } = await ask(variables);
      expect(errors).toBeUndefined();
      return data.search;
    },
    async refuse(variables, argumentPath, message) {
      const { data, errors } = await ask(variables);
      expect(data).toEqual({ search: null });
      expect(errors).toEqual([
        expect.objectContaining({
          message: expect.stringContaining(message) as unknown,
          path: ['search'],
          extensions: { code: 'BAD_USER_INPUT', isRetryable: false, argumentPath },
        }),
      ]);
    },
  };
}

export function idsOf({ nodes }: { nodes: readonly { paper: { id: string } }[] }): string[] {
  return nodes.map(({ paper }) => paper.id);
}
