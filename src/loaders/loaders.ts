import DataLoader from 'dataloader';
import type { PayloadField } from '../papers/payload.js';
import { toEvidenceFilter } from '../search/to-qdrant-filter.js';
import type { Filter } from '../store/filter.js';
import type { CallOptions, Hit, PaperStore, SearchRequest, StoredPaper } from '../store/store.js';

type BatchSchedule = (dispatch: () => void) => void;

/**
 * Every search of one operation, `search` and `similar` alike, in one batch for the store.
 *
 * @param schedule says when the operation has no more searches to add, see `operation-gate.ts`.
 */
export function createSearchLoader(
  store: PaperStore,
  schedule: BatchSchedule,
  options?: CallOptions,
): DataLoader<SearchRequest, Hit[]> {
  return new DataLoader((requests) => store.search(requests, options), {
    cache: false,
    batchScheduleFn: schedule,
  });
}

export interface PaperKey {
  id: string;
  fields: readonly PayloadField[];
}

/** Papers by point id, null for unknown ones. One call fetches the fields that any of its keys asks for. */
export function createPaperLoader(
  store: PaperStore,
  options?: CallOptions,
): DataLoader<PaperKey, StoredPaper | null> {
  return new DataLoader(
    async (keys) => {
      const ids = new Set(keys.map((key) => key.id));
      const fields = new Set(keys.flatMap((key) => key.fields));
      const papers = await store.retrieve([...ids], [...fields], options);
      return keys.map((key) => papers.get(key.id) ?? null);
    },
    { cache: false },
  );
}

/** Exact numbers of papers, of all filters in one call; equal filters of one operation are counted once. */
export function createCountLoader(
  store: PaperStore,
  options?: CallOptions,
): DataLoader<Filter, number, string> {
  return new DataLoader((filters) => store.counts(filters, options), {
    cacheKeyFn: (filter) => JSON.stringify(filter),
  });
}

/**
 * Whether the corpus has an author of a name. All that is asked for before the current tick ends goes to the store as one batch;
 * embeddings are not waited for, as what is asked here decides what is embedded.
 */
export function createKnownAuthorLoader(
  store: PaperStore,
  options?: CallOptions,
): DataLoader<string, boolean> {
  return new DataLoader(async (names) => {
    const outcomes = await store.search(names.map(firstPaperBy), options);
    return outcomes.map((hits) => (hits instanceof Error ? hits : hits.length > 0));
  });
}

function firstPaperBy(name: string): SearchRequest {
  return {
    ranking: { kind: 'listing', by: 'submitted_at', direction: 'desc' },
    filter: toEvidenceFilter(name),
    offset: 0,
    limit: 1,
    window: 1,
    fields: [],
  };
}
