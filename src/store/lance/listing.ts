import type { OpenCollection } from './collection.js';
import { filterColumn, ID } from './columns.js';
import { readIds } from './decode-rows.js';
import { select } from './rows.js';
import type { Ranking, SearchRequest } from '../store.js';

type Listing = Extract<Ranking, { kind: 'listing' }>;

/** Ids of the asked slice, ordered by a date, then by id; papers without one come last. */
export async function list(
  { table, calls }: OpenCollection,
  { offset, limit }: Pick<SearchRequest, 'offset' | 'limit'>,
  { by, direction }: Listing,
  predicate: string | null,
): Promise<string[]> {
  const date = filterColumn(by);
  const query = select(table, predicate)
    .orderBy([
      { columnName: date, ascending: direction === 'asc', nullsFirst: false },
      { columnName: ID, ascending: true },
    ])
    // The engine can order by no column that it does not return.
    .select([ID, date])
    .offset(offset)
    .limit(limit);
  return readIds(await calls.rows(query));
}
