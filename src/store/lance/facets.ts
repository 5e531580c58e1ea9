import type { Table } from '@lancedb/lancedb';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { filterColumn } from './column-names.js';
import { onlyPublicErrors } from './errors.js';
import { toPredicate } from './filter.js';
import { select } from './rows.js';
import { createValueCounts, type ValueCounts } from './value-counts.js';
import type { FacetCount, FacetField, FacetRequest } from '../store.js';

/** What is counted in one pass over the rows that a predicate selects. */
type CountsOfFields = Map<FacetField, ValueCounts>;

/**
 * Counts each request's values over the rows that its filter selects. Requests of one filter share a pass, which holds
 * one batch of rows at a time; after each, whatever else the process has to do has its turn.
 */
export async function countFacets(
  table: Table,
  requests: readonly FacetRequest[],
): Promise<(FacetCount[] | Error)[]> {
  const passes = new Map<string | null, CountsOfFields>();
  const planned = requests.map((request) => ({ limit: request.limit, counts: planCounts(passes, request) }));
  await Promise.all(Array.from(passes, ([predicate, fields]) => countRows(table, predicate, fields)));
  const outcomes: (FacetCount[] | Error)[] = [];
  for (const { limit, counts } of planned) {
    outcomes.push(counts instanceof Error ? counts : counts.top(limit));
    await nextTurn();
  }
  return outcomes;
}

/** The counts that answer the request after its pass, or why it cannot be answered. */
function planCounts(
  passes: Map<string | null, CountsOfFields>,
  { field, filter }: FacetRequest,
): ValueCounts | Error {
  try {
    const predicate = toPredicate(filter);
    const fields = passes.get(predicate) ?? new Map<FacetField, ValueCounts>();
    const counts = fields.get(field) ?? createValueCounts(field);
    passes.set(predicate, fields.set(field, counts));
    return counts;
  } catch (error) {
    return onlyPublicErrors(error);
  }
}

async function countRows(table: Table, predicate: string | null, fields: CountsOfFields): Promise<void> {
  const columns = Array.from(fields, ([field, counts]) => ({ name: filterColumn(field), counts }));
  for await (const rows of select(table, predicate).select(columns.map(({ name }) => name))) {
    for (const { name, counts } of columns) {
      const column = rows.getChild(name);
      if (column) counts.add(column);
    }
    // Awaiting a batch that is there already would let nothing else run.
    await nextTurn();
  }
}
