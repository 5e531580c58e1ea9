import { NOTHING_READ } from './interpret.js';
import {
  checkPageSize,
  foundInWindow,
  parsePage,
  RANKING_DEPTH,
  readClock,
  toFingerprint,
  toReached,
  toSearchPage,
  type PageArguments,
  type SearchPage,
  once,
} from './paging.js';
import type { FoundHit } from './ranked-hit.js';
import { cutRanking, readRanking, toRanked, type RankingSource } from './ranking.js';
import type { SearchFilter } from './search-filter.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
import type { PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';

/** Hits to request beyond the page: there is no next page, but a store must see ties at its end. */
const WINDOW_MARGIN = 3;

/**
 * The papers nearest to a stored one, which is left out.
 *
 * @throws BadUserInputError for arguments out of range.
 */
export async function findSimilar(
  source: RankingSource,
  paperId: string,
  args: { first: number; filter?: SearchFilter | null | undefined },
  fields: readonly PayloadField[],
): Promise<FoundHit[]> {
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
  const search = once(() => toFingerprint(identify(paperId, filter)));
  return toRanked(hits, 'semantic', 0).map((hit) => ({ ...hit, search, foundBy: null }));
}

/**
 * A page of the papers nearest to a stored one, which is left out of results and counts.
 *
 * @throws BadUserInputError for arguments out of range.
 */
export async function pageSimilar(
  source: RankingSource,
  paperId: string,
  args: PageArguments & { filter?: SearchFilter | null | undefined },
  fields: readonly PayloadField[],
): Promise<SearchPage> {
  const startedAt = performance.now();
  const selected = translateOnce(args.filter);
  const pages = parsePage(args, {
    identity: identify(paperId, selected),
    clock: readClock(args) ?? new Date(),
    depth: RANKING_DEPTH,
  });
  const ranking = { ranking: { kind: 'similar' as const, to: paperId }, filter: selected };
  const results = await cutRanking(source, ranking, fields, pages.slice);
  return toSearchPage(results, pages, {
    filter: joinFilters(selected, { must_not: [{ has_id: [paperId] }] }),
    found: foundInWindow(async () => toReached(await readRanking(source, ranking))),
    interpretation: NOTHING_READ,
    tookMs: performance.now() - startedAt,
  });
}

function identify(paperId: string, filter: Filter | undefined): unknown {
  return ['similar', paperId, filter];
}

const translated = new WeakMap<SearchFilter, { filter: Filter | undefined }>();

/** A filter passed in a variable is the same object for each paper of a page, so it is translated once. */
function translateOnce(filter: SearchFilter | null | undefined): Filter | undefined {
  if (!filter) return undefined;
  const known = translated.get(filter) ?? { filter: toQdrantFilter(filter) };
  translated.set(filter, known);
  return known.filter;
}
