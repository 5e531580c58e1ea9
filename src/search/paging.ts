import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadUserInputError } from '../errors/errors.js';

/** Results of one ranking that can be paged through. */
export const MAX_DEPTH = 1_000;
/** Papers of a listing that can be paged through. */
export const MAX_LISTING_DEPTH = 10_000;
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
  r: z.int().min(1).max(MAX_LISTING_DEPTH),
  /** Milliseconds since 1970. */
  t: z.int().min(0).max(LATEST),
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
  /** The cursor of a result. */
  toCursor: (rank: number) => string;
}

/**
 * The clock of the search that the page's cursors belong to, so that "in the last month" means the same month on every
 * page; undefined on a first page.
 *
 * @throws BadUserInputError for text that is no cursor.
 */
export function readClock({ after, before }: PageArguments): Date | undefined {
  const cursor = isGiven(after)
    ? parseCursor(after, 'after')
    : isGiven(before) && parseCursor(before, 'before');
  return cursor ? new Date(cursor.t) : undefined;
}

/**
 * The slice that Relay's arguments ask for (https://relay.dev/graphql/connections.htm#sec-Pagination-algorithm).
 *
 * @param search.identity everything that decides the results and their order: equal for equal searches only.
 * @param search.depth results that can be paged through.
 * @throws BadUserInputError for sizes out of range, arguments that do not go together, cursors of another search and
 * pages that lie beyond the depth.
 */
export function parsePage(
  page: PageArguments,
  { identity, clock, depth }: { identity: unknown; clock: Date; depth: number },
): Pages {
  const fingerprint = toFingerprint(identity);
  const digest = (rank: number, time: number) => toDigest(`${fingerprint} ${rank} ${time}`);

  const rankOf = (text: string, argument: 'after' | 'before'): number => {
    const { r: rank, t: time, d } = parseCursor(text, argument);
    if (d !== digest(rank, time)) throw cursorOfAnother(argument);
    return rank;
  };
  return {
    fingerprint,
    slice: toSlice(page, depth, rankOf),
    endsAtCursor: isGiven(page.before),
    toCursor: (rank) => {
      const cursor: Cursor = { r: rank, t: clock.getTime(), d: digest(rank, clock.getTime()) };
      return Buffer.from(JSON.stringify(cursor)).toString('base64url');
    },
  };
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
  throw new BadUserInputError(`"${argument}" is not a cursor; pass one that a search has returned`, [
    argument,
  ]);
}

function cursorOfAnother(argument: string): BadUserInputError {
  return new BadUserInputError(
    `"${argument}" is a cursor of another search; query, filter, mode, ranking, orderBy and params must stay the same ` +
      'from page to page',
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

export function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
