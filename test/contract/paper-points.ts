import { authorKeyAlternatives, authorKeys } from '../../src/papers/author-name.js';
import type { PaperPayload } from '../../src/papers/payload.js';
import { toPointId } from '../../src/papers/point-id.js';
import type { Filter } from '../../src/store/filter.js';
import type { CollectionMetadata } from '../../src/store/layout.js';
import type { Hit, PaperPoint, PaperStore, SearchRequest, StoredPaper } from '../../src/store/store.js';

export const METADATA: CollectionMetadata = {
  layout_version: 1,
  embedder: 'contract:four-numbers',
  dimension: 4,
  embedded_text: 'title. abstract',
};

/** A complete paper; fields that a test does not set have the same simple values for all papers. */
export function paper(arxivId: string, vector: number[], fields: Partial<PaperPayload> = {}): PaperPoint {
  const authors = fields.authors ?? ['Ada Lovelace'];
  return {
    id: toPointId(arxivId),
    vector,
    payload: {
      id: arxivId,
      title: `Paper ${arxivId}`,
      abstract: 'What it says.',
      authors,
      author_keys: authorKeys(authors),
      author_names: authors,
      categories: ['cs.LG'],
      primary_category: 'cs.LG',
      archives: ['cs'],
      version_count: 1,
      ...fields,
    },
  };
}

/** A request for the hundred papers nearest to the first axis, with changes. */
export function request(changes: Partial<SearchRequest> = {}): SearchRequest {
  return {
    ranking: { kind: 'nearest', vector: Float32Array.of(1, 0, 0, 0) },
    offset: 0,
    limit: 100,
    window: 100,
    fields: ['id'],
    ...changes,
  };
}

/** The hits of one request; throws its error. */
export async function searchOne(store: PaperStore, changes: Partial<SearchRequest> = {}): Promise<Hit[]> {
  const [outcome] = await store.search([request(changes)]);
  return hitsOf(outcome);
}

export function hitsOf(outcome: Hit[] | Error | undefined): Hit[] {
  if (Array.isArray(outcome)) return outcome;
  throw outcome ?? new Error('the request has no outcome');
}

export function arxivIds(papers: Iterable<StoredPaper>): (string | undefined)[] {
  return [...papers].map(({ payload }) => payload.id);
}

/** The arXiv ids that a filter selects, sorted; `count` must agree with `search`. */
export async function selectedBy(store: PaperStore, filter: Filter): Promise<(string | undefined)[]> {
  const hits = await searchOne(store, { filter });
  const count = await store.count(filter);
  if (count !== hits.length) throw new Error(`search selects ${hits.length} points, count says ${count}`);
  return arxivIds(hits).sort();
}

/** A filter for papers with an author of this name, as the filter translation makes it. */
export function byAuthor(name: string): Filter {
  return {
    should: authorKeyAlternatives(name).map((lists) => ({
      must: lists.map((keys) => ({ key: 'author_keys', match: { any: keys } })),
    })),
  };
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}
