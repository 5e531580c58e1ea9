import { expect } from '@jest/globals';
import type { Answer } from './test-server.js';

/** What a search reports about everything that it finds, with any store. */
export interface Found {
  totalCount: number;
  foundCount: number;
  isExact: boolean;
  primary: { count: number; isExact: boolean }[];
  years: { count: number }[];
}

export const COUNTED = `
  totalCount foundCount isExact
  primary: facets(field: PRIMARY_CATEGORY, first: 100, of: FOUND) { count isExact }
  years: facets(field: YEAR, first: 100, of: FOUND) { count }`;

const DECLARED = '$query: String, $filter: SearchFilter, $mode: SearchMode, $ranking: RankingInput';
const PASSED = 'query: $query, filter: $filter, mode: $mode, ranking: $ranking';

type Variables = Record<string, unknown>;

interface Asked {
  ask<Data>(query: string, variables?: Variables): Promise<Answer<Data>>;
}

export async function countFound(server: Asked, variables: Variables): Promise<Found> {
  const operation = `query (${DECLARED}) { search(${PASSED}) { ${COUNTED} } }`;
  const { data, errors } = await server.ask<{ search: Found }>(operation, variables);
  expect(errors).toBeUndefined();
  return data.search;
}

/** Counts the papers on all pages. */
async function readAllPages(server: Asked, variables: Variables, first = 100): Promise<number> {
  interface Page {
    nodes: object[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }
  let [read, after]: [number, string | null] = [0, null];
  const operation = `query (${DECLARED}, $first: Int, $after: String) {
    search(${PASSED}, first: $first, after: $after) { nodes { rank } pageInfo { hasNextPage endCursor } } }`;
  for (;;) {
    const answer: Answer<{ search: Page }> = await server.ask(operation, { ...variables, first, after });
    const { nodes, pageInfo } = answer.data.search;
    read += nodes.length;
    if (!pageInfo.hasNextPage) return read;
    after = pageInfo.endCursor;
  }
}

export function sum(buckets: readonly { count: number }[]): number {
  return buckets.reduce((total, { count }) => total + count, 0);
}

/** Expects the same number from `foundCount`, from the facets of what is found, and from reading all pages. */
export async function expectAgreement(server: Asked, variables: Variables, first?: number): Promise<number> {
  const { foundCount, isExact, primary, years } = await countFound(server, variables);
  expect(await readAllPages(server, variables, first)).toBe(foundCount);
  expect([sum(primary), sum(years)]).toEqual([foundCount, foundCount]);
  expect([isExact, ...primary.map((bucket) => bucket.isExact)]).not.toContain(false);
  return foundCount;
}
