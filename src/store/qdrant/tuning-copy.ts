import type { Schemas } from '@qdrant/js-client-rest';

import { isScrolled, isRanking, isUpdate } from './answers.js';
import {
  countPoints,
  deleteCollection,
  makeCollection,
  readCollection,
  toReplication,
} from './collection.js';
import { patiently, type MeasuredCollection } from './measured.js';
import { readDenseVector, readIndexSettings } from './tuning-index.js';
import type { LongWork, SampledPaper } from '../tuning.js';

const PAGE_SIZE = 500;

type Scrolled = Schemas['ScrollResult'];

/**
 * Creates an empty collection with the source's settings for dense vectors. It indexes nothing until it is told to.
 */
export async function createCopy(source: MeasuredCollection, copy: MeasuredCollection): Promise<void> {
  const { config } = await patiently(source.context, () => readCollection(source.http, source.collection));
  const { size, distance } = readDenseVector(config);
  const { hnsw, quantization } = readIndexSettings(config);
  const { vectors, shard_number: shards, on_disk_payload: onDiskPayload } = config.params;
  const settings: Schemas['CreateCollection'] = {
    // Reported by a server, so these are one of its distances and a boolean.
    vectors: { ...(vectors as Schemas['VectorParams']), size, distance: distance as Schemas['Distance'] },
    ...(shards !== undefined && { shard_number: shards }),
    // So that the tuning continues if a server fails.
    ...toReplication(config.params),
    ...(onDiskPayload !== undefined && { on_disk_payload: onDiskPayload }),
    hnsw_config: { ...config.hnsw_config, ...hnsw },
    // Reported by a server, as above.
    ...(quantization && { quantization_config: quantization }),
    optimizers_config: {
      default_segment_number: config.optimizer_config.default_segment_number,
      ...(config.optimizer_config.max_segment_size && {
        max_segment_size: config.optimizer_config.max_segment_size,
      }),
      indexing_threshold: 0,
    },
    metadata: { tuning_copy_of: source.collection },
  };
  let isAgain = false;
  await patiently(copy.context, async () => {
    // Perhaps only the answer was lost, not the request.
    if (isAgain) await deleteCollection(copy.http, copy.collection);
    isAgain = true;
    await makeCollection(copy.http, copy.collection, settings);
  });
}

/** Copies ids and vectors, without payloads. */
export async function copyPoints(
  source: MeasuredCollection,
  copy: MeasuredCollection,
  { signal, onProgress }: LongWork,
): Promise<void> {
  const total = await patiently(source.context, () => countPoints(source.http, source.collection));
  let done = 0;
  let offset: Scrolled['next_page_offset'] = null;
  do {
    signal.throwIfAborted();
    const request = { limit: PAGE_SIZE, ...(offset && { offset }) };
    const page: Scrolled = await patiently(source.context, () => scroll(source, request));
    const points = page.points.flatMap(({ id, vector }) => {
      const dense = denseOf(vector);
      return dense ? [{ id, vector: dense }] : [];
    });
    if (points.length > 0) {
      await patiently(copy.context, () =>
        copy.http.send('PUT', `${copy.path}/points?wait=true`, { points }, isUpdate),
      );
    }
    done += page.points.length;
    onProgress({ name: 'copying', done, total });
    offset = page.next_page_offset;
  } while (offset !== null && offset !== undefined);
}

/**
 * Papers that follow random ids, because PaperQL's point ids are evenly distributed UUIDs. If that does not find
 * enough, as in another program's collection with numeric ids, the server chooses.
 */
export async function samplePoints(
  source: MeasuredCollection,
  wanted: number,
  random: () => number,
): Promise<SampledPaper[]> {
  const stored = await countPoints(source.http, source.collection);
  const count = Math.min(wanted, stored);
  const found = new Map<string, SampledPaper>();
  for (let tries = 0; found.size < count && tries < 2 * count; tries++) {
    const { points } = await scroll(source, { limit: 1, offset: randomUuid(random) });
    points.forEach((point) => keep(found, point));
  }
  if (found.size < count) {
    const { points } = await source.http.send(
      'POST',
      `${source.path}/points/query`,
      { query: { sample: 'random' }, limit: 2 * count, with_vector: [''] },
      isRanking,
    );
    points.filter(() => found.size < count).forEach((point) => keep(found, point));
  }
  return [...found.values()].slice(0, count);
}

function keep(
  found: Map<string, SampledPaper>,
  { id, vector }: Pick<Schemas['Record'], 'id' | 'vector'>,
): void {
  const dense = denseOf(vector);
  if (dense?.some((each) => each !== 0))
    found.set(String(id), { id: String(id), vector: Float32Array.from(dense) });
}

function randomUuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function scroll({ http, path }: MeasuredCollection, request: Schemas['ScrollRequest']): Promise<Scrolled> {
  const body = { ...request, with_payload: false, with_vector: [''] };
  return http.send('POST', `${path}/points/scroll`, body, isScrolled);
}

/** The unnamed vector. A server returns it bare, or under its empty name next to others. */
function denseOf(vector: Schemas['Record']['vector']): number[] | null {
  const dense: unknown = Array.isArray(vector) || !vector ? vector : (vector as Record<string, unknown>)[''];
  return Array.isArray(dense) ? (dense as number[]) : null; // dense vectors are lists of numbers
}
