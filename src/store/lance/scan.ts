import type { Table } from '@lancedb/lancedb';

import { ID, PAYLOAD } from './column-names.js';
import type { PaperPayload } from '../../papers/payload.js';
import type { StoredPaper } from '../store.js';

/** All papers, a record batch at a time. */
export async function* scanPapers(table: Table): AsyncGenerator<StoredPaper[]> {
  for await (const rows of table.query().select([ID, PAYLOAD])) {
    const ids = Array.from(rows.getChild(ID) ?? [], String);
    const payloads = Array.from(rows.getChild(PAYLOAD) ?? [], String);
    // Written by `toTable` from a payload.
    yield ids.map((id, at) => ({ id, payload: JSON.parse(payloads[at] ?? '{}') as PaperPayload }));
  }
}
