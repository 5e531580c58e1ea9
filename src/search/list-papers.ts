import { foundByFilter, type CountSource } from './found.js';
import { NOTHING_READ } from './interpret.js';
import { MAX_LISTING_DEPTH, parsePage, readClock, type PageArguments } from './paging.js';
import { toRankedPapers } from './ranked-paper.js';
import { cutRanking, type WindowSource } from './rank-window.js';
import { toSearchPage, type SearchPage } from './search-page.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
import type { SearchFilter } from './search-filter.js';
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
  source: WindowSource & CountSource,
  node: SearchFilter,
  args: ListArguments,
  fields: readonly PayloadField[],
): Promise<SearchPage> {
  const startedAt = performance.now();
  const filter = joinFilters(toQdrantFilter(node), toQdrantFilter(args.filter));
  const pages = parsePage(args, {
    identity: ['', filter],
    clock: readClock(args) ?? new Date(),
    depth: MAX_LISTING_DEPTH,
  });
  const { slice } = pages;
  const { hits, hasMore } = await cutRanking(source, NEWEST_FIRST, filter, fields, slice);
  return toSearchPage({ nodes: toRankedPapers(hits, slice.offset), hasMore }, pages, {
    filter,
    found: foundByFilter(source, filter),
    interpretation: NOTHING_READ,
    tookMs: performance.now() - startedAt,
  });
}
