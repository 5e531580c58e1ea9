import { foundInWindow, toReached } from './found.js';
import { NOTHING_READ } from './interpret.js';
import {
  checkPageSize,
  MAX_DEPTH,
  parsePage,
  readClock,
  toFingerprint,
  type PageArguments,
} from './paging.js';
import { cutRanking, readWindows, type WindowSource } from './rank-window.js';
import { toRankedPapers, type FoundPaper } from './ranked-paper.js';
import { toSearchPage, type SearchPage } from './search-page.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
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
): Promise<FoundPaper[]> {
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
  const search = toFingerprint(identify(paperId, filter));
  return toRankedPapers(hits, 0).map((ranked) => ({ ...ranked, search }));
}

/**
 * A page of the papers nearest to a stored one, which is itself left out of results and counts.
 *
 * @throws BadUserInputError for arguments out of range.
 */
export async function pageSimilar(
  source: WindowSource,
  paperId: string,
  args: PageArguments & { filter?: SearchFilter | null | undefined },
  fields: readonly PayloadField[],
): Promise<SearchPage> {
  const startedAt = performance.now();
  const selected = translateOnce(args.filter);
  const pages = parsePage(args, {
    identity: identify(paperId, selected),
    clock: readClock(args) ?? new Date(),
    depth: MAX_DEPTH,
  });
  const ranking = { kind: 'similar' as const, to: paperId };
  const { hits, hasMore } = await cutRanking(source, ranking, selected, fields, pages.slice);
  return toSearchPage({ nodes: toRankedPapers(hits, pages.slice.offset), hasMore }, pages, {
    filter: joinFilters(selected, { must_not: [{ has_id: [paperId] }] }),
    found: foundInWindow(async () =>
      toReached(await readWindows(source, { ranking, ...(selected && { filter: selected }) })),
    ),
    interpretation: NOTHING_READ,
    tookMs: performance.now() - startedAt,
  });
}

function identify(paperId: string, filter: Filter | undefined): unknown {
  return ['similar', paperId, filter];
}

const translated = new WeakMap<SearchFilter, { filter: Filter | undefined }>();

/** A filter that comes as a variable is the same object for each of a page's papers: it is translated once. */
function translateOnce(filter: SearchFilter | null | undefined): Filter | undefined {
  if (!filter) return undefined;
  const known = translated.get(filter) ?? { filter: toQdrantFilter(filter) };
  translated.set(filter, known);
  return known.filter;
}
