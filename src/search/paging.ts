import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Interpretation } from './interpret.js';
import type { FoundBy, FoundHit, RankedHit, RerankOrder } from './ranked-hit.js';
import { BadUserInputError } from '../errors/errors.js';
import type { Filter } from '../store/filter.js';
import type { MatchCount, WordMatch } from '../store/store.js';

/** Results of one ranking that can be paged through. */
export const RANKING_DEPTH = 1_000;
/** Papers of a listing that can be paged through. */
export const LISTING_DEPTH = 10_000;
export const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 10;
/** The last instant of the year 9999. */
const LATEST = 253_402_300_799_999;

export interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** The ranks from `offset` (counted from 0) on, `limit` of them; 0 when nothing lies between the cursors. */
export interface Slice {
  offset: number;
  limit: number;
}

/** What a cursor says: the place of a result, the search it belongs to, and the clock that search goes by. */
const Cursor = z.strictObject({
  /** Rank of the result, from 1. */
  r: z.int().min(1).max(LISTING_DEPTH),
  /** Milliseconds since 1970. */
  t: z.int().min(0).max(LATEST),
  /** 1 where the results were ranked by words alone, because their search could not be answered as it was asked. */
  w: z.literal(1).optional(),
  /** The order that a reranking model gave the first results: for each place a character for the place before. */
  o: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  /** Digest of the search and all of the above: what was changed by hand does not fit. */
  d: z.string(),
});
type Cursor = z.infer<typeof Cursor>;

/** Cuts a search into pages. */
export interface Pages {
  /** Digest of the search: equal for equal searches only. */
  fingerprint: string;
  /** The slice that the arguments ask for. */
  slice: Slice;
  /** Whether the slice ends before a cursor: the result that the cursor is of follows it, if nothing else does. */
  endsAtCursor: boolean;
  /** The cursor of a result; of one whose page was reranked, with the order of the first results. */
  toCursor: (rank: number, order?: RerankOrder | null) => string;
}

/** What a later page takes over from the one that its cursor is of. */
export interface EarlierPage {
  /** So that "in the last month" means the same month on every page. */
  clock: Date;
  /** Whether it was ranked by words alone, for want of an embedding. */
  isDegraded: boolean;
  /** The order of the first results that a reranking model gave; null where there was none. */
  order: RerankOrder | null;
  /** The argument that the cursor was given by. */
  argument: 'after' | 'before';
}

/**
 * The page that the arguments go on from; undefined on a first page.
 *
 * @throws BadUserInputError for text that is no cursor.
 */
export function readEarlierPage({ after, before }: PageArguments): EarlierPage | undefined {
  const argument = isGiven(after) ? 'after' : 'before';
  const text = after ?? before;
  if (!isGiven(text)) return undefined;
  const { t: time, w: byWords, o: order } = parseCursor(text, argument);
  return {
    clock: new Date(time),
    isDegraded: byWords === 1,
    order: order === undefined ? null : parseOrder(order),
    argument,
  };
}

/** The clock of the page that the arguments go on from. */
export function readClock(page: PageArguments): Date | undefined {
  return readEarlierPage(page)?.clock;
}

interface PagedSearch {
  /** Everything that decides the results and their order: equal for equal searches only. */
  identity: unknown;
  clock: Date;
  /** Results that can be paged through. */
  depth: number;
  /** See `EarlierPage`. */
  isDegraded?: boolean;
}

/**
 * The slice that Relay's arguments ask for (https://relay.dev/graphql/connections.htm#sec-Pagination-algorithm).
 *
 * @throws BadUserInputError for sizes out of range, arguments that do not go together, cursors of another search and
 * pages that lie beyond the depth.
 */
export function parsePage(
  page: PageArguments,
  { identity, clock, depth, isDegraded = false }: PagedSearch,
): Pages {
  const fingerprint = toFingerprint(identity);
  const digest = (rank: number, time: number, order = '') =>
    toDigest(`${fingerprint} ${rank} ${time}${order && ` ${order}`}`);

  const rankOf = (text: string, argument: 'after' | 'before'): number => {
    const { r: rank, t: time, o: order, d } = parseCursor(text, argument);
    if (d !== digest(rank, time, order)) throw cursorOfAnother(argument);
    return rank;
  };
  return {
    fingerprint,
    slice: toSlice(page, depth, rankOf),
    endsAtCursor: isGiven(page.before),
    toCursor: (rank, order) => {
      const time = clock.getTime();
      const written = order ? formatOrder(order) : undefined;
      const cursor: Cursor = {
        r: rank,
        t: time,
        ...(isDegraded && { w: 1 }),
        ...(written !== undefined && { o: written }),
        d: digest(rank, time, written),
      };
      return Buffer.from(JSON.stringify(cursor)).toString('base64url');
    },
  };
}

/** Stands for the places from 0 to 63. */
const PLACES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function formatOrder(order: RerankOrder): string {
  return order.map((place) => PLACES[place] ?? '').join('');
}

/** The digest vouches for what is in it. */
function parseOrder(text: string): RerankOrder {
  return Array.from(text, (character) => PLACES.indexOf(character));
}

function toSlice(
  { first, after, last, before }: PageArguments,
  depth: number,
  rankOf: (cursor: string, argument: 'after' | 'before') => number,
): Slice {
  if (isGiven(first) && isGiven(last)) {
    throw new BadUserInputError('"first" and "last" cannot be combined; pass one of them', ['last']);
  }
  if (isGiven(last) && !isGiven(before)) {
    throw new BadUserInputError('"last" requires "before", the cursor to count back from', ['last']);
  }
  const from = isGiven(after) ? rankOf(after, 'after') : 0;
  if (from >= depth) throw beyondDepth(depth);
  const end = isGiven(before) ? rankOf(before, 'before') - 1 : depth;
  const between = Math.max(0, end - from);
  if (isGiven(last)) {
    const limit = Math.min(checkPageSize(last, 'last'), between);
    return { offset: end - limit, limit };
  }
  return { offset: from, limit: Math.min(checkPageSize(first ?? DEFAULT_PAGE_SIZE, 'first'), between) };
}

/** @throws BadUserInputError unless 1 to 100. */
export function checkPageSize(size: number, argument: string, most = MAX_PAGE_SIZE): number {
  if (size < 1 || size > most) {
    throw new BadUserInputError(`"${argument}" must be from 1 to ${most}, not ${size}`, [argument]);
  }
  return size;
}

function parseCursor(cursor: string, argument: string): Cursor {
  const parsed = Cursor.safeParse(decode(cursor));
  if (parsed.success) return parsed.data;
  throw new BadUserInputError(`"${argument}" is not a cursor; pass one that a search returned`, [argument]);
}

function cursorOfAnother(argument: string): BadUserInputError {
  return new BadUserInputError(
    `"${argument}" is a cursor of another search; query, filter, mode, ranking, orderBy and params must be the same ` +
      'for every page',
    [argument],
  );
}

function beyondDepth(depth: number): BadUserInputError {
  return new BadUserInputError(
    `Paging reaches only the first ${depth} results of this search; narrow the filter to reach others`,
    ['after'],
  );
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

/** @param identity everything that decides the results and their order. */
export function toFingerprint(identity: unknown): string {
  return toDigest(JSON.stringify(identity));
}

function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** One page of a search. */
export interface SearchPage {
  edges: { readonly cursor: string; node: FoundHit }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** What was searched in: the filter given and the one read from the query. */
  filter: Filter | undefined;
  /** What was found in all. */
  found: Found;
  interpretation: Interpretation;
  tookMs: number;
  /** Absent where the results are what was asked for. */
  degraded?: Degradation | undefined;
  /** For the log: why the results are not in the order of the reranking model. */
  rerankFailure?: Error | undefined;
}

/** Why the results are poorer than those that were asked for. */
export interface Degradation {
  reason: 'EMBEDDING_UNAVAILABLE';
  /** For people. */
  message: string;
  /** For the log; absent on a page that goes on from one that was degraded. */
  cause?: Error | undefined;
}

/** The hits in a slice, and whether more follow. */
export interface Results {
  hits: RankedHit[];
  hasMore: boolean;
  /** The order of the first results of the search that a reranking model gave. */
  order?: RerankOrder | null;
  /** Why a reranking model gave none. */
  rerankFailure?: Error | undefined;
}

/** @param foundBy where words were searched for. */
export function toSearchPage(
  { hits, hasMore, order, rerankFailure }: Results,
  { fingerprint, slice, endsAtCursor, toCursor }: Pages,
  rest: Pick<SearchPage, 'degraded' | 'filter' | 'found' | 'interpretation' | 'tookMs'>,
  foundBy: FoundBy | null = null,
): SearchPage {
  return {
    ...rest,
    edges: hits.map((hit) => ({
      node: { ...hit, search: fingerprint, foundBy },
      // Many clients ask for the nodes alone.
      get cursor() {
        return toCursor(hit.rank, order);
      },
    })),
    hasNextPage: hasMore || endsAtCursor,
    hasPreviousPage: slice.offset > 0,
    rerankFailure,
  };
}

/**
 * The same for the same paper found by the same search, whatever the page. A search that takes its words from elsewhere is
 * another one, although it finds the same: it highlights others.
 */
export function toResultId({ search, foundBy, id }: FoundHit): string {
  return toDigest(JSON.stringify([search, foundBy, id]));
}

/** Counting papers, batched by the caller. */
export interface CountSource {
  count(filter?: Filter): Promise<number>;
  countMatches(match: WordMatch): Promise<MatchCount>;
}

/** All that a search finds, of which a page is a part. Nothing is asked of the store before a method is called. */
export interface Found {
  /** `isExact` is false when there may be more. */
  count(): Promise<MatchCount>;
  /** The papers, for counting their values; null for none. */
  select(): Promise<Partial<WordMatch> | null>;
}

/** A listing: whatever the filter selects. */
export function foundByFilter(source: CountSource, filter: Filter | undefined): Found {
  return {
    count: async () => ({ count: await source.count(filter), isExact: true }),
    select: () => Promise.resolve({ ...(filter && { filter }) }),
  };
}

/** A keyword ranking: every paper with one of the words, also those that no page reaches. */
export function foundByWords(source: CountSource, words: string, filter: Filter | undefined): Found {
  const match = { words, ...(filter && { filter }) };
  return {
    count: () => source.countMatches(match),
    select: () => Promise.resolve(match),
  };
}

/** The papers that pages can reach, and whether these are all. */
interface Reached {
  ids: readonly string[];
  isAll: boolean;
}

/**
 * A ranking of every paper, of which its window is found.
 *
 * @param reach reads the window; called once at most.
 */
export function foundInWindow(reach: () => Promise<Reached>): Found {
  let reached: Promise<Reached> | undefined;
  const read = () => (reached ??= reach());
  return {
    count: async () => {
      const { ids, isAll } = await read();
      return { count: ids.length, isExact: isAll };
    },
    select: async () => {
      const { ids } = await read();
      return ids.length === 0 ? null : { filter: { must: [{ has_id: [...ids] }] } };
    },
  };
}

/** A window that is full may have been too small. */
export function toReached(hits: readonly { id: string }[], depth = RANKING_DEPTH): Reached {
  return { ids: hits.map(({ id }) => id), isAll: hits.length < depth };
}
