import { toInterpretation } from './interpret.js';
import { parsePage, toCursor, toFingerprint, type PageArguments } from './paging.js';
import { toRankedPapers } from './ranked-paper.js';
import { cutRanking, type WindowSource } from './rank-window.js';
import type { SearchPage } from './search.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
import type { SearchFilter } from '../generated/graphql.js';
import type { PayloadField } from '../papers/payload.js';
import type { Ranking } from '../store/store.js';

const NEWEST_FIRST: Ranking = { kind: 'listing', by: 'submitted_at', direction: 'desc' };

export interface ListArguments extends PageArguments {
  filter?: SearchFilter | null | undefined;
}

/**
 * The papers of another node (a category, an author), newest first, paged as a search without a query is.
 *
 * @param node the papers that belong to it.
 * @throws BadUserInputError for arguments out of bounds; what `source` throws.
 */
export async function listPapers(
  source: WindowSource,
  node: SearchFilter,
  args: ListArguments,
  fields: readonly PayloadField[],
): Promise<SearchPage> {
  const startedAt = performance.now();
  const filter = joinFilters(toQdrantFilter(node), toQdrantFilter(args.filter));
  const fingerprint = toFingerprint(['', filter]);
  const slice = parsePage(args, fingerprint);
  const { hits, hasMore } = await cutRanking(source, NEWEST_FIRST, filter, fields, slice);
  return {
    edges: toRankedPapers(hits, slice.offset).map((node) => ({
      cursor: toCursor(node.rank, fingerprint),
      node,
    })),
    hasNextPage: hasMore,
    hasPreviousPage: slice.offset > 0,
    filter,
    interpretation: toInterpretation('', []),
    tookMs: performance.now() - startedAt,
  };
}
