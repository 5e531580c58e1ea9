import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadUserInputError } from '../errors/errors.js';

/** Results of one search that can be paged through. */
export const MAX_DEPTH = 1_000;
export const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 10;

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

/** What a cursor says: the place of a result, and which search it belongs to. */
const Cursor = z.strictObject({
  /** Rank of the result, from 1. */
  r: z.int().min(1).max(MAX_DEPTH),
  /** Fingerprint of the search. */
  f: z.string(),
});

/** Stands for a search in its cursors: equal for equal values only. */
export function toFingerprint(search: unknown): string {
  return createHash('sha256').update(JSON.stringify(search)).digest('base64url').slice(0, 12);
}

export function toCursor(rank: number, fingerprint: string): string {
  return Buffer.from(JSON.stringify({ r: rank, f: fingerprint })).toString('base64url');
}

/**
 * The slice that Relay's arguments ask for (https://relay.dev/graphql/connections.htm#sec-Pagination-algorithm).
 *
 * @throws BadUserInputError for sizes out of range, arguments that do not go together and cursors of another search.
 */
export function parsePage(page: PageArguments, fingerprint: string): Slice {
  const { first, last } = page;
  if (isGiven(first) && isGiven(last)) {
    throw new BadUserInputError('"first" and "last" do not go together; ask for one of them', ['last']);
  }
  if (isGiven(last) && !isGiven(page.before)) {
    throw new BadUserInputError('"last" goes with "before": it counts back from a cursor', ['last']);
  }
  const from = isGiven(page.after) ? parseCursor(page.after, fingerprint, 'after') : 0;
  const end = isGiven(page.before) ? parseCursor(page.before, fingerprint, 'before') - 1 : MAX_DEPTH;
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

function parseCursor(cursor: string, fingerprint: string, argument: string): number {
  const parsed = Cursor.safeParse(decode(cursor));
  if (!parsed.success) {
    throw new BadUserInputError(`"${argument}" is not a cursor; pass one that a search has returned`, [
      argument,
    ]);
  }
  if (parsed.data.f !== fingerprint) {
    throw new BadUserInputError(
      `"${argument}" is a cursor of another search; query and filter must stay the same from page to page`,
      [argument],
    );
  }
  return parsed.data.r;
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
