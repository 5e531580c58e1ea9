import type { RecordBatch } from 'apache-arrow';

import type { OpenCollection } from './collection.js';
import { BM25_TERMS, ID, LAYOUT_KEY, PAYLOAD, VECTOR } from './columns.js';
import { readIds, readTexts, readVectors } from './rows.js';
import { decodeRows, encodePoints } from './encode-points.js';
import { keywordIndex, replaceIndex } from './indexes.js';
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
  let done = 0;
  let points: PaperPoint[] = [];
  const write = async () => {
    if (points.length === 0) return;
    signal?.throwIfAborted();
    await table
      .mergeInsert(ID)
      .whenMatchedUpdateAll()
      .execute(decodeRows(encodePoints(points)));
    done += points.length;
    onProgress?.({ name: 'rewriting papers', done, total });
    points = [];
  };
  for await (const rows of calls.batches(table.query().select([ID, VECTOR, PAYLOAD]))) {
    points.push(...toPoints(rows, dimension));
    if (points.length >= ROWS) await write();
  }
  await write();
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
