import { expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** A test for each audit of GraphQL over HTTP. */
export function testAudits(toUrl: () => string, fetch: Fetch): void {
  // Apollo requires this header for requests that a browser could send without a preflight.
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'apollo-require-preflight': 'true' },
    });
  const audits = serverAudits({ url: () => `${toUrl()}/graphql`, fetchFn });

  test('there are 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: %s',
    async (_id, _name, audit) => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? '' : `${result.status}: ${result.reason}`).toBe('');
    },
  );
}
