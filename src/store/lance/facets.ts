import { setImmediate as nextTurn } from 'node:timers/promises';

import type { OpenCollection } from './collection.js';
import { filterColumn } from './columns.js';
import { onlyPublicErrors } from './errors.js';
import { toPredicate } from './filter.js';
import type { Facets } from './row-cache.js';
import { select } from './rows.js';
import { createValueCounts, type ValueCounts } from './value-counts.js';
import type { FacetCount, FacetField, FacetRequest } from '../store.js';

/** What is counted in one pass over the rows that a predicate selects. */
type CountsOfFields = Map<FacetField, ValueCounts>;

/**
 * Counts each request's values over the rows that its filter selects; once for each version of the table. Requests of one
 * filter share a pass, which holds one batch of rows at a time; after each, whatever else the process has to do has its
 * turn.
 */
export async function countFacets(
  collection: OpenCollection,
  requests: readonly FacetRequest[],
): Promise<(FacetCount[] | Error)[]> {
  const kept = await collection.cache.facets();
  const passes = new Map<string | null, CountsOfFields>();
  const planned = requests.map((request) => planCounts(passes, kept, request));
  await Promise.all(Array.from(passes, ([predicate, fields]) => countRows(collection, predicate, fields)));
  const outcomes: (FacetCount[] | Error)[] = [];
  for (const plan of planned) {
    outcomes.push(plan instanceof Error ? plan : plan());
    await nextTurn();
  }
  return outcomes;
}

/** What gives the request's counts after its pass, if it needs one; or why it cannot be answered. */
function planCounts(
  passes: Map<string | null, CountsOfFields>,
  kept: Facets,
  { field, filter, limit }: FacetRequest,
): (() => FacetCount[]) | Error {
  try {
    const predicate = toPredicate(filter);
    const key = JSON.stringify([field, limit, predicate]);
    const known = kept.get(key);
    if (known) return () => [...known];
    const fields = passes.get(predicate) ?? new Map<FacetField, ValueCounts>();
    const counts = fields.get(field) ?? createValueCounts(field);
    passes.set(predicate, fields.set(field, counts));
    return () => {
      const top = counts.top(limit);
      kept.set(key, top);
      return [...top];
    };
  } catch (error) {
    return onlyPublicErrors(error);
  }
}

async function countRows(
  { table, calls }: OpenCollection,
  predicate: string | null,
  fields: CountsOfFields,
): Promise<void> {
  const columns = Array.from(fields, ([field, counts]) => ({ name: filterColumn(field), counts }));
  const query = select(table, predicate).select(columns.map(({ name }) => name));
  for await (const rows of calls.batches(query)) {
    for (const { name, counts } of columns) {
      const column = rows.getChild(name);
      if (column) counts.add(column);
    }
    // Awaiting a batch that is there already would let nothing else run.
    await nextTurn();
  }
}
