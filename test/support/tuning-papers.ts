import { setTimeout } from 'node:timers/promises';
import { createRandom } from '../../src/evaluation/random.js';
import { toPointId } from '../../src/papers/point-id.js';

/** A small collection for `paperql tune`, created over HTTP on a real Qdrant server, a recording or a stand-in. */

export const PAPERS = 300;
const DIMENSION = 12;

export async function ask(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { result } = (await response.json()) as { result: Record<string, unknown> };
  return result;
}

/** Creates a collection with one indexed segment, which its settings make large enough for searches to use the index. */
export async function fillTuningPapers(url: string, collection: string, isReal: boolean): Promise<void> {
  await ask(url, 'PUT', `/collections/${collection}`, {
    vectors: { size: DIMENSION, distance: 'Cosine' },
    hnsw_config: { m: 8, ef_construct: 32, full_scan_threshold: 10 },
    optimizers_config: { default_segment_number: 1, indexing_threshold: 1 },
  });
  const random = createRandom(5);
  const points = Array.from({ length: PAPERS }, (_, at) => ({
    id: toPointId(`2101.${String(at).padStart(5, '0')}`),
    vector: Array.from({ length: DIMENSION }, () => Math.round(2_000 * (random() - 0.5)) / 1_000),
    payload: { submitted_at: new Date(Date.UTC(2021, 0, 1, at)).toISOString() },
  }));
  await ask(url, 'PUT', `/collections/${collection}/index?wait=true`, {
    field_name: 'submitted_at',
    field_schema: 'datetime',
  });
  await ask(url, 'PUT', `/collections/${collection}/points?wait=true`, { points });
  await untilIndexed(url, collection, isReal);
}

export async function untilIndexed(url: string, collection: string, isReal: boolean): Promise<void> {
  for (let indexed: unknown = 0; indexed !== PAPERS;) {
    if (isReal) await setTimeout(1_000);
    const info = await ask(url, 'GET', `/collections/${collection}`);
    indexed = info['status'] === 'green' ? info['indexed_vectors_count'] : 0;
  }
}
