import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { TypedDocument } from '@paperql/client';
import { useEffect } from 'react';
import { request } from './api.js';
import { entryState, remember } from './history-entry.js';

/** An operation and its variables. */
export interface Operation<Data = unknown, Variables = unknown> {
  document: TypedDocument<Data, Variables>;
  variables: Variables;
}

/** How long an answer is reused without a new request. */
export const ANSWER_AGE_MS = 5 * 60_000;

/** Requests an operation, and caches the answer for the same variables. A request that no view needs any more is aborted. */
export function useOperation<Data, Variables extends object>(
  name: string,
  { document, variables }: Operation<Data, Variables>,
  { isEnabled = true } = {},
) {
  return useQuery({
    queryKey: [name, variables],
    queryFn: ({ signal }) => request(document, variables, { signal }),
    enabled: isEnabled,
  });
}

/** A page of a list. */
interface Page<Node> {
  nodes: readonly Node[];
  /** Present if the results are worse than usual. */
  degraded?: object | null | undefined;
  pageInfo: { hasNextPage: boolean; endCursor?: string | null | undefined };
}

export const PAGE_SIZE = 20;
/** More results with highlights and explanations in one operation cost more than MAX_COST allows by default. */
const MAX_PAGE_SIZE = 40;

/**
 * Requests the pages of a list one after another. After a reload, it requests as many papers as were loaded, in one request if
 * possible.
 */
export function usePages<Data, Variables extends object, Node extends { paper: { id: string } }>(
  name: string,
  { document, variables }: Operation<Data, Variables>,
  pageOf: (data: Data) => Page<Node> | null | undefined,
  { isEnabled = true } = {},
) {
  const result = useInfiniteQuery({
    queryKey: [name, variables],
    queryFn: ({ pageParam, signal }) => {
      const wanted = pageParam === null ? PAGE_SIZE * (entryState().pages ?? 1) : PAGE_SIZE;
      const first = Math.min(wanted, MAX_PAGE_SIZE);
      return request(document, { ...variables, first, after: pageParam }, { signal });
    },
    // Degraded results are not kept, because the next ones may be better.
    staleTime: ({ state }) => (state.data?.pages.some((page) => pageOf(page)?.degraded) ? 0 : ANSWER_AGE_MS),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const info = pageOf(last)?.pageInfo;
      return info?.hasNextPage ? (info.endCursor ?? null) : null;
    },
    enabled: isEnabled,
  });
  const pages = result.data?.pages ?? [];
  const nodes = onceEach(pages.flatMap((page) => pageOf(page)?.nodes ?? []));
  const loaded = Math.ceil(nodes.length / PAGE_SIZE);
  useEffect(() => {
    if (loaded > 1) remember({ pages: loaded });
  }, [loaded]);
  return { ...result, first: pages[0], nodes };
}

/** Removes duplicates: if the corpus changes between two pages, a paper may move to the next page. */
function onceEach<Node extends { paper: { id: string } }>(nodes: readonly Node[]): Node[] {
  return [...new Map(nodes.map((node) => [node.paper.id, node])).values()];
}
