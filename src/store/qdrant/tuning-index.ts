import { setTimeout } from 'node:timers/promises';

import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';

import { continueIndexing, describeIndexing, QUANTIZATION_CONFIGS, updateCollection } from './collection.js';
import { patiently, type MeasuredCollection } from './measured.js';
import { readPending, readSegments } from './optimizations.js';
import { PublicError } from '../../errors/errors.js';
import type { IndexingState } from '../store.js';
import type { BuildOptions, Quantization, VectorIndex } from '../tuning.js';

const LOOK_EVERY_MS = 250;
/** The server is briefly idle between two steps of building its indexes. */
const IDLE_LOOKS = 2;

/** Settings of a collection that affect how its vectors are indexed, in the server's form. */
export interface IndexSettings {
  hnsw: { m: number; ef_construct: number };
  /** Reported by the server, or one of ours. */
  quantization: NonNullable<Schemas['CollectionConfig']['quantization_config']> | null;
}

const DenseVector = z.object({
  size: z.number(),
  distance: z.string(),
  hnsw_config: z.unknown().optional(),
  quantization_config: z.unknown().optional(),
});

/**
 * @throws PublicError for a collection whose dense vector has a name or its own index settings.
 */
export function readDenseVector({ params }: Schemas['CollectionConfig']): z.infer<typeof DenseVector> {
  const vector = DenseVector.safeParse(params.vectors).data;
  if (vector && !vector.hnsw_config && !vector.quantization_config) return vector;
  throw new PublicError(
    'STORE_UNAVAILABLE',
    'Tuning needs a collection with one unnamed dense vector that is indexed by the collection’s own settings',
    { lasting: true },
  );
}

export function readIndexSettings(config: Schemas['CollectionConfig']): IndexSettings {
  const { m, ef_construct } = config.hnsw_config;
  return { hnsw: { m, ef_construct }, quantization: config.quantization_config ?? null };
}

export function toVectorIndex({ hnsw, quantization }: IndexSettings): VectorIndex {
  return {
    engine: 'qdrant',
    m: hnsw.m,
    efConstruct: hnsw.ef_construct,
    quantization: toQuantization(quantization),
  };
}

function toQuantization(config: IndexSettings['quantization']): Quantization | 'other' {
  if (config === null) return 'none';
  if ('scalar' in config) return 'scalar';
  if ('product' in config) return 'product';
  if ('binary' in config) return 'binary';
  const { data } = Turbo.safeParse(config);
  return data ? toTurbo(data.turbo.bits) : 'other';
}

const Turbo = z.object({ turbo: z.object({ bits: z.string().nullish() }) });

/** The server's default is four bits. */
function toTurbo(bits: string | null | undefined): Quantization | 'other' {
  switch (bits) {
    case undefined:
    case null:
    case 'bits4':
      return 'turbo4';
    case 'bits2':
      return 'turbo2';
    case 'bits1':
      return 'turbo1';
    default:
      return 'other';
  }
}

/** In kilobytes: every segment that holds more than a few vectors gets an index. */
const INDEX_ALWAYS = 1;

/**
 * Changes the index settings. The server starts to index immediately.
 *
 * @param options.always whether to index small segments too, which the server would leave unindexed.
 */
export async function changeIndex(
  { http, collection }: MeasuredCollection,
  change: IndexSettings | (VectorIndex & { engine: 'qdrant' }),
  { always }: { always: boolean },
): Promise<void> {
  const { hnsw, quantization } = 'engine' in change ? toIndexSettings(change) : change;
  await updateCollection(http, collection, {
    hnsw_config: hnsw,
    ...(always && { optimizers_config: { indexing_threshold: INDEX_ALWAYS } }),
    // Reported by a server, or one of ours. In the client's types, settings that are read are wider than those that
    // are sent.
    quantization_config: quantization ?? 'Disabled',
  });
}

function toIndexSettings({
  m,
  efConstruct,
  quantization,
}: VectorIndex & { engine: 'qdrant' }): IndexSettings {
  if (quantization === 'other') throw new Error('Cannot create an index with an unknown quantization');
  return {
    hnsw: { m, ef_construct: efConstruct },
    quantization: quantization === 'none' ? null : QUANTIZATION_CONFIGS[quantization],
  };
}

/**
 * Waits until the server has nothing left to index.
 *
 * @throws PublicError if indexing fails or takes longer than `limitMs`; the signal's reason if it is aborted.
 */
export async function waitUntilBuilt(
  { http, collection, context }: MeasuredCollection,
  { limitMs, signal, onProgress }: BuildOptions,
): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  for (let idle = 0; idle < IDLE_LOOKS;) {
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
    const { state, problem, indexed, total } = await patiently(context, () =>
      describeIndexing(http, collection),
    );
    if (state === 'failed') throw failed(`failed: ${problem ?? 'no reason given'}`);
    if (state === 'paused') await patiently(context, () => continueIndexing(http, collection));
    const pending = await readPending(http, collection);
    idle = state === 'idle' && !pending?.count ? idle + 1 : 0;
    onProgress(pending?.step ?? { name: 'indexing vectors', done: indexed, total });
    if (performance.now() > giveUpAt) throw failed(`was not done within ${Math.round(limitMs / 1_000)} s`);
  }
}

function failed(how: string): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `Indexing by Qdrant ${how}`, { lasting: true });
}

/**
 * The number of points that a search finds through the index. The server compares all vectors of segments smaller
 * than `full_scan_threshold`, with or without an index.
 */
export async function describeSearched(
  { http, collection }: MeasuredCollection,
  { config }: Schemas['CollectionInfo'],
): Promise<IndexingState> {
  const [state, segments] = await Promise.all([
    describeIndexing(http, collection),
    readSegments(http, collection),
  ]);
  const bytes = 4 * readDenseVector(config).size;
  const least = Math.floor((config.hnsw_config.full_scan_threshold * 1_024) / bytes);
  if (!segments) return state;
  const small = segments.filter((points) => points < least);
  const scanned = small.reduce((sum, points) => sum + points, 0);
  if (scanned === 0 || state.problem !== undefined) return state;
  return {
    ...state,
    indexed: Math.max(0, Math.min(state.indexed, state.total - scanned)),
    problem: `segments of fewer than ${least} papers are searched without it: hnsw_config.full_scan_threshold`,
  };
}
