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

/** `limit` ranks starting at `offset` (counted from 0); `limit` is 0 if nothing is between the cursors. */
export interface Slice {
  offset: number;
  limit: number;
}

/** The content of a cursor: the rank of a result, the search it belongs to, and the clock of that search. */
const Cursor = z.strictObject({
  /** Rank of the result, from 1. */
  r: z.int().min(1).max(LISTING_DEPTH),
  /** Milliseconds since 1970. */
  t: z.int().min(0).max(LATEST),
  /** 1 if the results were ranked by words alone, because the text could not be embedded. */
  w: z.literal(1).optional(),
  /**
   * The order that a reranking model gave the first results: for each rank, a character for the original rank.
   */
  o: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  /** Digest of the search and of the fields above, to detect modified cursors. */
  d: z.string(),
});
type Cursor = z.infer<typeof Cursor>;

/** Divides a search into pages. */
export interface Pages {
  /** Digest of the search: the same only for equal searches. Computed on demand, because few answers need it. */
  fingerprint: () => string;
  /** The slice that the arguments ask for. */
  slice: Slice;
  /** Whether the slice ends before a cursor: if nothing else follows it, the result of the cursor does. */
  endsAtCursor: boolean;
  /** The cursor of a result. If its page was reranked, the cursor contains the order of the first results. */
  toCursor: (rank: number, order?: RerankOrder | null) => string;
}

/** State that a later page takes from the page of its cursor. */
export interface EarlierPage {
  /** Keeps "in the last month" the same month on every page. */
  clock: Date;
  /** Whether the page was ranked by words alone, because the text could not be embedded. */
  isDegraded: boolean;
  /** The order that a reranking model gave the first results; null if there was none. */
  order: RerankOrder | null;
  /** The argument that contained the cursor. */
  argument: 'after' | 'before';
}

/**
 * The state of the page that the arguments continue from; undefined for a first page.
 *
 * @throws BadUserInputError for text that is not a cursor.
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

/** The clock of the page that the arguments continue from. */
export function readClock(page: PageArguments): Date | undefined {
  return readEarlierPage(page)?.clock;
}

interface PagedSearch {
  /** Everything that determines the results and their order: equal only for equal searches. */
  identity: unknown;
  clock: Date;
  /** Results that can be paged through. */
  depth: number;
  /** See `EarlierPage`. */
  isDegraded?: boolean;
}

/**
 * The slice that Relay's arguments request (https://relay.dev/graphql/connections.htm#sec-Pagination-algorithm).
 *
 * @throws BadUserInputError for sizes out of range, arguments that cannot be combined, cursors of another search,
 * and pages beyond the depth.
 */
export function parsePage(
  page: PageArguments,
  { identity, clock, depth, isDegraded = false }: PagedSearch,
): Pages {
  const fingerprint = once(() => toFingerprint(identity));
  const digest = (rank: number, time: number, order = '') =>
    toDigest(`${fingerprint()} ${rank} ${time}${order && ` ${order}`}`);

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

/** Characters for the places from 0 to 63. */
const PLACES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function formatOrder(order: RerankOrder): string {
  return order.map((place) => PLACES[place] ?? '').join('');
}

/** The digest ensures that the content is valid. */
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

/** @param identity everything that determines the results and their order. */
export function toFingerprint(identity: unknown): string {
  return toDigest(JSON.stringify(identity));
}

function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

/** Whether an argument was passed: null counts as omitted. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** The function's result, computed on the first call. */
export function once<Result>(compute: () => Result): () => Result {
  let known: { result: Result } | undefined;
  return () => (known ??= { result: compute() }).result;
}

/** One page of a search. */
export interface SearchPage {
  /** Cursors are computed on demand, because many clients select only the nodes. */
  edges: { cursor: () => string; node: FoundHit }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** The complete filter: the argument and the filter read from the query. */
  filter: Filter | undefined;
  /** All results, including those on other pages. */
  found: Found;
  interpretation: Interpretation;
  tookMs: number;
  /** Absent if the results are complete. */
  degraded?: Degradation | undefined;
  /** For the log: why the reranking model did not order the results. */
  rerankFailure?: Error | undefined;
}

/** Why the results are poorer than those that were requested. */
export interface Degradation {
  reason: 'EMBEDDING_UNAVAILABLE';
  /** For people. */
  message: string;
  /** For the log; absent on a page that continues a degraded one. */
  cause?: Error | undefined;
}

/** The hits in a slice, and whether more follow. */
export interface Results {
  hits: RankedHit[];
  hasMore: boolean;
  /** The order that a reranking model gave the first results of the search. */
  order?: RerankOrder | null;
  /** Why a reranking model gave no order. */
  rerankFailure?: Error | undefined;
}

/** @param foundBy the words that were searched for, if any. */
export function toSearchPage(
  { hits, hasMore, order, rerankFailure }: Results,
  { fingerprint, slice, endsAtCursor, toCursor }: Pages,
  rest: Pick<SearchPage, 'degraded' | 'filter' | 'found' | 'interpretation' | 'tookMs'>,
  foundBy: FoundBy | null = null,
): SearchPage {
  return {
    ...rest,
    edges: hits.map(({ id, payload, score, rank, explanation }) => ({
      node: { id, payload, score, rank, explanation, search: fingerprint, foundBy },
      cursor: () => toCursor(rank, order),
    })),
    hasNextPage: hasMore || endsAtCursor,
    hasPreviousPage: slice.offset > 0,
    rerankFailure,
  };
}

/**
 * The id of a result: the same for the same paper in the same search, on every page. A search that takes its words
 * from elsewhere is a different one, even with the same results, because it highlights other words.
 */
export function toResultId({ search, foundBy, id }: FoundHit): string {
  return toDigest(JSON.stringify([search(), foundBy, id]));
}

/** Counts papers; the caller batches the calls. */
export interface CountSource {
  count(filter?: Filter): Promise<number>;
  countMatches(match: WordMatch): Promise<MatchCount>;
}

/** Everything that a search finds, of which a page is a part. The store is not called before a method is. */
export interface Found {
  /** `isExact` is false if there may be more. */
  count(): Promise<MatchCount>;
  /** Selects the papers, to count their values; null if there are none. */
  select(): Promise<Partial<WordMatch> | null>;
}

/** A listing: all papers that the filter selects. */
export function foundByFilter(source: CountSource, filter: Filter | undefined): Found {
  return {
    count: async () => ({ count: await source.count(filter), isExact: true }),
    select: () => Promise.resolve({ ...(filter && { filter }) }),
  };
}

/** A keyword ranking: every paper with one of the words, including those that no page reaches. */
export function foundByWords(source: CountSource, words: string, filter: Filter | undefined): Found {
  const match = { words, ...(filter && { filter }) };
  return {
    count: () => source.countMatches(match),
    select: () => Promise.resolve(match),
  };
}

/** The papers that pages reach, and whether these are all. */
interface Reached {
  ids: readonly string[];
  isAll: boolean;
}

/**
 * A ranking of every paper. Its window counts as found.
 *
 * @param reach reads the window; called at most once.
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

/** If a window is full, there may be more. */
export function toReached(hits: readonly { id: string }[], depth = RANKING_DEPTH): Reached {
  return { ids: hits.map(({ id }) => id), isAll: hits.length < depth };
}
