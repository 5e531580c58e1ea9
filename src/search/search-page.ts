import type { Interpretation } from './interpret.js';
import type { Found } from './found.js';
import type { Pages } from './paging.js';
import type { FoundPaper, RankedPaper } from './ranked-paper.js';
import type { Filter } from '../store/filter.js';

/** One page of a search. */
export interface SearchPage {
  edges: { readonly cursor: string; node: FoundPaper }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** What was searched in: the filter given and the one read from the query. */
  filter: Filter | undefined;
  /** What was found in all. */
  found: Found;
  interpretation: Interpretation;
  tookMs: number;
}

/** The results in a slice, and whether more follow. */
export interface Results {
  nodes: RankedPaper[];
  hasMore: boolean;
}

export function toSearchPage(
  { nodes, hasMore }: Results,
  { fingerprint, slice, endsAtCursor, toCursor }: Pages,
  rest: Pick<SearchPage, 'filter' | 'found' | 'interpretation' | 'tookMs'>,
): SearchPage {
  return {
    ...rest,
    edges: nodes.map((node) => ({
      node: { ...node, search: fingerprint },
      // Many clients ask for the nodes alone.
      get cursor() {
        return toCursor(node.rank);
      },
    })),
    hasNextPage: hasMore || endsAtCursor,
    hasPreviousPage: slice.offset > 0,
  };
}
