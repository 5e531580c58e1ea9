import { MAX_DEPTH, MAX_LISTING_DEPTH, type Slice } from './paging.js';
import type { Filter } from '../store/filter.js';
import type { Hit, Ranking, SearchParams, SearchRequest, StoredPaper } from '../store/store.js';
import type { PayloadField } from '../papers/payload.js';

/** Candidates of an ordinary page. Wider windows cost an approximate index more. */
export const NEAR_WINDOW = 64;

/** What the window needs of the store, batched by the caller. */
export interface WindowSource {
  search(request: SearchRequest): Promise<Hit[]>;
  /** Papers in the order of `ids`; null where one has vanished. */
  retrieve(ids: readonly string[], fields: readonly PayloadField[]): Promise<(StoredPaper | null)[]>;
}

/**
 * The slice of a ranking, and whether more follows within the depth that can be paged through.
 *
 * An approximate index answers differently when asked for more, so a ranking is made of two fixed windows: the best 64
 * candidates, followed by what else a search of 1,000 finds. A page of the first costs one request; any page
 * is cut from the same list. A listing is exact at any depth.
 */
export async function cutRanking(
  source: WindowSource,
  ranking: Ranking,
  filter: Filter | undefined,
  fields: readonly PayloadField[],
  slice: Slice,
  params?: SearchParams,
): Promise<{ hits: Hit[]; hasMore: boolean }> {
  if (slice.limit === 0) return { hits: [], hasMore: false };
  const isListing = ranking.kind === 'listing';
  const end = Math.min(slice.offset + slice.limit + 1, isListing ? MAX_LISTING_DEPTH : MAX_DEPTH);
  const base = { ranking, ...(filter && { filter }), ...(params && { params }) };
  const hits =
    isListing || end <= NEAR_WINDOW
      ? await source.search({
          ...base,
          offset: slice.offset,
          limit: end - slice.offset,
          window: isListing ? MAX_LISTING_DEPTH : NEAR_WINDOW,
          fields,
        })
      : await cutDeep(source, base, fields, slice.offset, end);
  return { hits: hits.slice(0, slice.limit), hasMore: hits.length > slice.limit };
}

/** All of a ranking that can be paged through, without payloads. */
export async function readWindows(
  source: Pick<WindowSource, 'search'>,
  base: Pick<SearchRequest, 'ranking' | 'filter' | 'params'>,
): Promise<Hit[]> {
  const whole = (window: number) => source.search({ ...base, offset: 0, limit: window, window, fields: [] });
  const [near, deep] = await Promise.all([whole(NEAR_WINDOW), whole(MAX_DEPTH)]);
  const nearIds = new Set(near.map((hit) => hit.id));
  return [...near, ...deep.filter((hit) => !nearIds.has(hit.id))].slice(0, MAX_DEPTH);
}

async function cutDeep(
  source: WindowSource,
  base: Pick<SearchRequest, 'ranking' | 'filter' | 'params'>,
  fields: readonly PayloadField[],
  offset: number,
  end: number,
): Promise<Hit[]> {
  const cut = (await readWindows(source, base)).slice(offset, end);
  const papers = await source.retrieve(
    cut.map((hit) => hit.id),
    fields,
  );
  return cut.map((hit, at) => ({ ...hit, payload: papers[at]?.payload ?? hit.payload }));
}
