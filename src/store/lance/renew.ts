import type { RecordBatch } from 'apache-arrow';

import type { OpenCollection } from './collection.js';
import { BM25_TERMS, ID, LAYOUT_KEY, PAYLOAD, VECTOR } from './columns.js';
import { decodeRows, encodePoints } from './encode-points.js';
import { keywordIndex, replaceIndex } from './indexes.js';
import { gather, readIds, readTexts, readVectors } from './rows.js';
import type { PaperPayload } from '../../papers/payload.js';
import { LAYOUT_VERSION } from '../layout.js';
import type { OptimizeOptions, PaperPoint } from '../store.js';

/** Rows that are written at once: some 50 MB. Each time the engine looks all of them up. */
const ROWS = 8_192;

/**
 * Encodes every row again from its payload and vector, which no layout has changed, makes the keyword index again, and
 * at last notes the layout. Repeated after it was stopped, it begins again.
 */
export async function renewCollection(
  { table, dimension, calls }: Pick<OpenCollection, 'table' | 'dimension' | 'calls'>,
  { onProgress, signal }: OptimizeOptions,
): Promise<void> {
  const total = await table.countRows();
  const rows = calls.batches(table.query().select([ID, VECTOR, PAYLOAD]));
  let done = 0;
  for await (const { batches, count } of gather(rows, ROWS)) {
    signal?.throwIfAborted();
    const points = batches.flatMap((batch) => toPoints(batch, dimension));
    await table
      .mergeInsert(ID)
      .whenMatchedUpdateAll()
      .execute(decodeRows(encodePoints(points)));
    done += count;
    onProgress?.({ name: 'rewriting papers', done, total });
  }
  await replaceIndex(table, BM25_TERMS, keywordIndex());
  await table.updateFieldMetadata([{ path: BM25_TERMS, metadata: { [LAYOUT_KEY]: String(LAYOUT_VERSION) } }]);
}

function toPoints(rows: RecordBatch, dimension: number): PaperPoint[] {
  const [payloads, vectors] = [readTexts(rows), readVectors(rows)];
  return readIds(rows).map((id, at) => {
    const payloadJson = payloads[at] ?? '{}';
    // Written by `encodePoints` from a payload.
    const payload = JSON.parse(payloadJson) as PaperPayload;
    return { id, payload, payloadJson, vector: vectors[at] ?? new Float32Array(dimension) };
  });
}
