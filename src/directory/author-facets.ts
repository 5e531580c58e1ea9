import { createNameTest } from './author.js';
import { checkPageSize } from '../search/paging.js';
import { toQdrantFilter } from '../search/to-qdrant-filter.js';
import type { FacetSource } from '../search/facets.js';
import type { FacetCount } from '../store/store.js';

/** A property of an author's papers, and how many have it. */
export interface AuthorShare {
  value: string;
  papers: number;
  /** False if there may be more papers than were counted. */
  isExact: boolean;
}

const MAX_SIZE = 100;
/**
 * The author's own spellings among the names on their papers are left out. At most this many are: more than anybody
 * has, except people who share a common name.
 */
const MOST_OWN_NAMES = 1_000;

/**
 * Other people named on the author's papers, those with the most papers first.
 *
 * @throws BadUserInputError for a size out of range, and errors of `source`.
 */
export async function findCoauthors(
  source: FacetSource,
  author: string,
  first: number,
): Promise<AuthorShare[]> {
  const size = checkPageSize(first, 'first', MAX_SIZE);
  const names = await countOnPapers(source, author, 'author_names', size + MOST_OWN_NAMES);
  const isAuthor = createNameTest(author);
  return names.filter(({ value }) => !isAuthor(value)).slice(0, size);
}

/**
 * The categories of the author's papers, those with the most papers first. Throws the same errors as `findCoauthors`.
 */
export async function findAuthorCategories(
  source: FacetSource,
  author: string,
  first: number,
): Promise<AuthorShare[]> {
  const size = checkPageSize(first, 'first', MAX_SIZE);
  return countOnPapers(source, author, 'categories', size);
}

async function countOnPapers(
  source: FacetSource,
  author: string,
  field: 'author_names' | 'categories',
  limit: number,
): Promise<AuthorShare[]> {
  const filter = toQdrantFilter({ authors: { match: [author] } });
  const counts: FacetCount[] = await source.countFacet({ field, limit, ...(filter && { filter }) });
  return counts.map(({ value, count, isEstimate = false }) => ({
    value: String(value),
    papers: count,
    isExact: !isEstimate,
  }));
}
