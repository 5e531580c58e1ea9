import { z } from 'zod';

import { isAnything } from './answers.js';
import { readCollection } from './collection.js';
import type { MeasuredCollection } from './measured.js';
import { readDenseVector, readIndexSettings, toVectorIndex } from './tuning-index.js';
import type { MemoryFigures, VectorIndex } from '../tuning.js';

/**
 * Bytes that searches read from memory: the server's own memory, and files that it intends to keep in memory. The
 * server reads graphs into its own memory and then reports no pages of their files, so the expected size counts if it
 * is larger.
 */
const Usage = z
  .object({ ram_bytes: z.number(), cached_bytes: z.number(), expected_cache_bytes: z.number() })
  .transform(({ ram_bytes: ram, cached_bytes: cached, expected_cache_bytes: expected }) => {
    return ram + Math.max(cached, expected);
  });

/**
 * The server's own report, by files and their pages in memory (`GET /collections/<name>/memory`, since 1.18).
 */
const Report = z.object({
  vectors: z.array(z.object({ name: z.string(), storage: Usage, index: Usage, quantized: Usage.nullish() })),
});

const Telemetry = z.object({ memory: z.object({ resident_bytes: z.number() }).nullish() });

/** Memory of the dense vectors and their index, as the server reports it, or else computed. */
export async function readMemory(measured: MeasuredCollection): Promise<MemoryFigures> {
  const [parts, processBytes] = await Promise.all([
    readReport(measured).catch(() => null),
    readResident(measured).catch(() => null),
  ]);
  if (parts) {
    const partsFrom =
      'measured: the server’s account of the collection (/collections/<name>/memory), own memory, and files that are meant to be in memory';
    return { parts, partsFrom, processBytes };
  }
  return { ...(await compute(measured)), processBytes };
}

async function readReport({ http, path }: MeasuredCollection): Promise<MemoryFigures['parts'] | null> {
  const { vectors } = Report.parse(await http.send('GET', `${path}/memory`, undefined, isAnything));
  const dense = vectors.find(({ name }) => name === '');
  if (!dense) return null;
  return [
    { name: 'vectors', bytes: dense.storage },
    { name: 'graph', bytes: dense.index },
    ...(dense.quantized ? [{ name: 'compressed vectors' as const, bytes: dense.quantized }] : []),
  ];
}

async function readResident({ http }: MeasuredCollection): Promise<number | null> {
  const { memory } = Telemetry.parse(
    await http.send('GET', '/telemetry?details_level=1', undefined, isAnything),
  );
  return memory?.resident_bytes ?? null;
}

async function compute({
  http,
  collection,
}: MeasuredCollection): Promise<Pick<MemoryFigures, 'parts' | 'partsFrom'>> {
  const { config, points_count: points } = await readCollection(http, collection);
  const { size } = readDenseVector(config);
  return {
    parts: computeParts(points ?? 0, size, toVectorIndex(readIndexSettings(config))),
    partsFrom:
      'computed: 4 bytes a number, 2 m links of 4 bytes a point; compressed 1 byte a number (int8), 1/4 (product x16), 1/8 (binary), the bits of TurboQuant',
  };
}

const BYTES_A_NUMBER = {
  scalar: 1,
  product: 4 / 16,
  binary: 1 / 8,
  turbo4: 4 / 8,
  turbo2: 2 / 8,
  turbo1: 1 / 8,
};

/**
 * Computed from the published formats. Upper levels of the graph and codebooks, some per cent, are left out.
 */
function computeParts(points: number, dimension: number, index: VectorIndex): MemoryFigures['parts'] {
  if (index.engine !== 'qdrant') return [];
  const { quantization } = index;
  const isKnown = quantization !== 'none' && quantization !== 'other';
  return [
    { name: 'vectors', bytes: points * dimension * 4 },
    { name: 'graph', bytes: points * 2 * index.m * 4 },
    ...(isKnown
      ? [
          {
            name: 'compressed vectors' as const,
            bytes: Math.ceil(points * dimension * BYTES_A_NUMBER[quantization]),
          },
        ]
      : []),
  ];
}
