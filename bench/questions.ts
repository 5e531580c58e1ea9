import { createHttpSender } from './http-sender.js';
import type { Send } from './load.js';
import { PAPER } from './requests.js';
import type { PaperPayload } from '../src/papers/payload.js';

/** Hybrid searches for the titles of the papers in turn, each for ten whole papers. */
export function createSearchSender(
  graphqlUrl: string,
  papers: readonly PaperPayload[],
  headers: Record<string, string> = {},
): Send {
  const query = `query ($query: String!) { search(query: $query, first: 10) { nodes { rank score paper { ${PAPER} } } } }`;
  return createHttpSender({
    url: graphqlUrl,
    headers,
    bodies: papers.map(({ title }) => ({ query, variables: { query: title.replace(/\bby\b/gi, '') } })),
    opening: '{"data":{"search":{"nodes":[{"rank":1,',
  });
}
