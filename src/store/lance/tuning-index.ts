import { Index, type IndexConfig, type Table } from '@lancedb/lancedb';
import { z } from 'zod';

import { VECTOR } from './columns.js';
import { LANCE_INDEX_KINDS, type LanceIndexKind, type VectorIndex } from '../tuning.js';

export type LanceIndex = VectorIndex & { engine: 'lance' };

/** Product quantization learns a code book of 256 entries, and cannot from fewer rows. */
export const LEAST_ROWS_FOR_PRODUCTS = 256;

export const NO_INDEX: LanceIndex = { engine: 'lance', kind: 'none', m: null, efConstruct: null };

const KINDS: Record<string, LanceIndexKind> = {
  IvfHnswSq: 'ivf_hnsw_sq',
  IvfHnswPq: 'ivf_hnsw_pq',
  IvfPq: 'ivf_pq',
};

/** As far as the engine tells of a vector index. */
const Details = z
  .object({ hnsw: z.object({ max_connections: z.number(), construction_ef: z.number() }) })
  .transform(({ hnsw }) => ({ m: hnsw.max_connections, efConstruct: hnsw.construction_ef }))
  .catch({ m: NaN, efConstruct: NaN });

export async function findVectorIndex(table: Table): Promise<IndexConfig | undefined> {
  return (await table.listIndices()).find(({ columns }) => columns.includes(VECTOR));
}

export function describeIndex(config: IndexConfig | undefined): LanceIndex {
  if (!config) return NO_INDEX;
  const { m, efConstruct } = Details.parse(config.indexDetails);
  return {
    engine: 'lance',
    kind: KINDS[config.indexType] ?? 'other',
    m: Number.isNaN(m) ? null : m,
    efConstruct: Number.isNaN(efConstruct) ? null : efConstruct,
  };
}

/**
 * As many partitions as each of them has rows, so that a search compares with few of either. By itself the engine makes one
 * of 8,192 rows: six of 50,000 papers, all of which a search would look into.
 */
export function countPartitions(rows: number): number {
  return Math.max(1, Math.round(Math.sqrt(rows)));
}

/** One graph for all rows: with several, a search would have to visit each. */
export function toIndexOptions({ kind, m, efConstruct }: LanceIndex, rows: number): Index {
  const graph = {
    distanceType: 'cosine' as const,
    numPartitions: 1,
    ...(m !== null && { m }),
    ...(efConstruct !== null && { efConstruction: efConstruct }),
  };
  switch (kind) {
    case 'ivf_hnsw_sq':
      return Index.hnswSq(graph);
    case 'ivf_hnsw_pq':
      return Index.hnswPq(graph);
    case 'ivf_pq':
      return Index.ivfPq({ distanceType: 'cosine', numPartitions: countPartitions(rows) });
    case 'none':
    case 'other':
      throw new Error(`An index of the kind ${kind} cannot be made`);
  }
}

/** Makes the vectors' index so, in place of the one that is there. */
export async function makeIndex(table: Table, index: LanceIndex): Promise<void> {
  const existing = await findVectorIndex(table);
  if (existing) await table.dropIndex(existing.name);
  if (index.kind === 'none') return;
  await table.createIndex(VECTOR, { config: toIndexOptions(index, await table.countRows()) });
}

const StoredIndex = z.object({
  engine: z.literal('lance'),
  kind: z.enum([...LANCE_INDEX_KINDS, 'other']),
  m: z.number().nullable(),
  efConstruct: z.number().nullable(),
}) satisfies z.ZodType<LanceIndex>;

/** What is kept with the vectors' column: the index that an operator has chosen; the one before measuring. */
type Kept = 'paperql.index' | 'paperql.index_before_tuning';

export async function readKept(table: Table, key: Kept): Promise<LanceIndex | null> {
  const column = (await table.schema()).fields.find(({ name }) => name === VECTOR);
  const text = column?.metadata.get(key);
  return text === undefined ? null : StoredIndex.parse(JSON.parse(text));
}

export async function keep(table: Table, key: Kept, index: LanceIndex | null): Promise<void> {
  const value = index && JSON.stringify(index);
  await table.updateFieldMetadata([{ path: VECTOR, metadata: { [key]: value } }]);
}
