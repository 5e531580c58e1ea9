import type { WindowSource } from './rank-window.js';
import { checkPageSize } from './paging.js';
import { toRankedPapers, type RankedPaper } from './ranked-paper.js';
import { toQdrantFilter } from './to-qdrant-filter.js';
import type { SearchFilter } from './search-filter.js';
import type { Filter } from '../store/filter.js';
import type { PayloadField } from '../papers/payload.js';

/** Candidates beyond those asked for: there is no next page, and a store has to see equal scores at the edge. */
const WINDOW_MARGIN = 3;

/**
 * The papers nearest to a stored one, which is itself left out.
 *
 * @throws BadUserInputError for arguments out of range.
 */
export async function findSimilar(
  source: WindowSource,
  paperId: string,
  args: { first: number; filter?: SearchFilter | null | undefined },
  fields: readonly PayloadField[],
): Promise<RankedPaper[]> {
  const limit = checkPageSize(args.first, 'first');
  const filter = translateOnce(args.filter);
  const hits = await source.search({
    ranking: { kind: 'similar', to: paperId },
    ...(filter && { filter }),
    offset: 0,
    limit,
    window: limit + WINDOW_MARGIN,
    fields,
  });
  return toRankedPapers(hits, 0);
}

const translated = new WeakMap<SearchFilter, { filter: Filter | undefined }>();

/** A filter that comes as a variable is the same object for each of a page's papers: it is translated once. */
function translateOnce(filter: SearchFilter | null | undefined): Filter | undefined {
  if (!filter) return undefined;
  const known = translated.get(filter) ?? { filter: toQdrantFilter(filter) };
  translated.set(filter, known);
  return known.filter;
}
