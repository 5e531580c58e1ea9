import type { Table } from '@lancedb/lancedb';

import { filterColumn } from './column-names.js';
import { toPredicate } from './filter.js';
import { select } from './rows.js';
import { PublicError } from '../../errors/errors.js';
import { isListKind, kindOf } from './column-names.js';
import { topCounts } from '../facet-counts.js';
import type { FacetCount, FacetRequest } from '../store.js';

/** Counts each request's values over the rows that its filter selects. */
export async function countFacets(
  table: Table,
  requests: readonly FacetRequest[],
): Promise<(FacetCount[] | Error)[]> {
  return Promise.all(
    requests.map((request) =>
      countFacet(table, request).catch((thrown: unknown) => {
        if (thrown instanceof PublicError) return thrown;
        throw thrown;
      }),
    ),
  );
}

async function countFacet(table: Table, { field, filter, limit }: FacetRequest): Promise<FacetCount[]> {
  const column = filterColumn(field);
  const rows = await select(table, toPredicate(filter)).select([column]).toArrow();
  const counts = new Map<string | number, number>();
  const count = (value: string | number) => counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const value of rows.getChild(column) ?? []) {
    if (value === null) continue;
    if (isListKind(kindOf(field))) new Set(Array.from(value as Iterable<unknown>, String)).forEach(count);
    else count(kindOf(field) === 'integer' ? Number(value) : String(value));
  }
  return topCounts(counts, limit);
}
