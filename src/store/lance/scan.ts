import type { OpenCollection } from './collection.js';
import { ID, PAYLOAD } from './columns.js';
import { readIds, readTexts } from './decode-rows.js';
import type { PaperPayload } from '../../papers/payload.js';
import type { StoredPaper } from '../store.js';

/** All papers, a record batch at a time. */
export async function* scanPapers({ table, calls }: OpenCollection): AsyncGenerator<StoredPaper[]> {
  for await (const rows of calls.batches(table.query().select([ID, PAYLOAD]))) {
    const payloads = readTexts(rows);
    // Written by `toTable` from a payload.
    yield readIds(rows).map((id, at) => ({ id, payload: JSON.parse(payloads[at] ?? '{}') as PaperPayload }));
  }
}
