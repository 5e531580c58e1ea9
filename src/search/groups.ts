import { tellApart, toBucket, type FacetBucket } from './facets.js';
import { checkPageSize, MAX_PAGE_SIZE } from './paging.js';
import type { FoundHit } from './ranked-hit.js';
import { searchPapers, type SearchSource } from './search.js';
import type { SearchFilter } from './search-filter.js';
import type { PaperPayload, PayloadField } from '../papers/payload.js';

/** Results with a common value, best first. */
export interface SearchGroup extends Omit<FacetBucket, 'count'> {
  hitCount: number;
  nodes: FoundHit[];
}

export type GroupField = 'CATEGORY' | 'AUTHOR' | 'YEAR';

export interface GroupArguments {
  query?: string | null | undefined;
  filter?: SearchFilter | null | undefined;
  by: GroupField;
  groupSize: number;
  first: number;
}

const MAX_GROUP_SIZE = 10;
const MAX_GROUPS = 50;

/** The payload field of each property, and the values of a paper for it. */
const PROPERTIES: Record<
  GroupField,
  { field: PayloadField; valuesOf: (payload: Partial<PaperPayload>) => readonly (string | number)[] }
> = {
  CATEGORY: { field: 'categories', valuesOf: ({ categories = [] }) => categories },
  AUTHOR: { field: 'author_names', valuesOf: ({ author_names: names = [] }) => names },
  YEAR: { field: 'year', valuesOf: ({ year }) => (year === undefined ? [] : [year]) },
};

/**
 * Groups the best results of a search: one page of maximum size, so groups and results agree. Groups have the order
 * of their best results. They cannot report that they are degraded, so the search fails instead.
 *
 * @param fields payload fields that the papers need.
 * @throws BadUserInputError for invalid arguments; and any error of `search`.
 */
export async function searchGroups(
  source: SearchSource,
  args: GroupArguments,
  fields: readonly PayloadField[],
): Promise<SearchGroup[]> {
  const groupSize = checkPageSize(args.groupSize, 'groupSize', MAX_GROUP_SIZE);
  const most = checkPageSize(args.first, 'first', MAX_GROUPS);
  const { field, valuesOf } = PROPERTIES[args.by];
  const { query, filter } = args;
  const page = await searchPapers(
    source,
    { query, filter, mode: 'HYBRID', first: MAX_PAGE_SIZE, interpret: true, allowDegraded: false },
    [...new Set([...fields, field])],
  );
  const groups = new Map<string | number, FoundHit[]>();
  for (const { node } of page.edges) {
    for (const value of valuesOf(node.payload)) {
      groups.set(value, [...(groups.get(value) ?? []), node]);
    }
  }
  const foremost = Array.from(groups).slice(0, most);
  return tellApart(foremost.map(([value, nodes]) => toGroup(args.by, String(value), nodes, groupSize)));
}

function toGroup(by: GroupField, value: string, nodes: FoundHit[], size: number): SearchGroup {
  const { label, filter } = toBucket(by, value, nodes.length);
  return { value, label, filter, hitCount: nodes.length, nodes: nodes.slice(0, size) };
}
