import { MAX_DEPTH } from './paging.js';
import type { Filter } from '../store/filter.js';
import type { FacetRequest, MatchCount, WordMatch } from '../store/store.js';

/** Counting papers, batched by the caller. */
export interface CountSource {
  count(filter?: Filter): Promise<number>;
  countMatches(match: WordMatch): Promise<MatchCount>;
}

export type Selection = Pick<FacetRequest, 'filter' | 'words'>;

/** All that a search finds, of which a page is a part. Nothing is asked of the store before a method is called. */
export interface Found {
  /** `isExact` is false when there may be more. */
  count(): Promise<MatchCount>;
  /** The papers, for counting their values; null for none. */
  select(): Promise<Selection | null>;
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
export interface Reached {
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
export function toReached(hits: readonly { id: string }[], depth = MAX_DEPTH): Reached {
  return { ids: hits.map(({ id }) => id), isAll: hits.length < depth };
}
