import os from 'node:os';
import { z } from 'zod';
import { LANCE_INDEX_KINDS, QUANTIZATIONS } from '../store/tuning.js';

/**
 * What `reports/<name>.json` holds: every raw figure, and all it takes to read them. Times are milliseconds, sizes bytes.
 */

export const EXPERIMENTS = ['precision', 'hnsw-ef', 'hnsw', 'quantization', 'filters', 'probes'] as const;
export type ExperimentName = (typeof EXPERIMENTS)[number];

const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

const Latency = z.object({ mean: Estimate, p50: Estimate, p95: Estimate, p99: Estimate });
export type Latency = z.infer<typeof Latency>;

const VectorIndexSchema = z.discriminatedUnion('engine', [
  z.object({
    engine: z.literal('qdrant'),
    m: z.number(),
    efConstruct: z.number(),
    quantization: z.enum([...QUANTIZATIONS, 'other']),
  }),
  z.object({
    engine: z.literal('lance'),
    kind: z.enum([...LANCE_INDEX_KINDS, 'other']),
    m: z.number().nullable(),
    efConstruct: z.number().nullable(),
  }),
]);

const QueryParamsSchema = z.object({
  exact: z.boolean().exactOptional(),
  ef: z.number().exactOptional(),
  probes: z.number().exactOptional(),
  rescore: z.boolean().exactOptional(),
  oversampling: z.number().exactOptional(),
});

const Memory = z.object({
  parts: z.array(
    z.object({ name: z.enum(['vectors', 'graph', 'compressed vectors', 'index files']), bytes: z.number() }),
  ),
  partsFrom: z.string(),
  processBytes: z.number().nullable(),
});

const Build = z.object({
  index: VectorIndexSchema,
  /** Null when the index was there already. */
  buildMs: z.number().nullable(),
  indexed: z.number(),
  total: z.number(),
  memory: Memory,
});
export type Build = z.infer<typeof Build>;

const Measurement = z.object({
  /** Names the setting within its experiment. */
  label: z.string(),
  /** Place of its index in `builds`. */
  build: z.number(),
  params: QueryParamsSchema,
  filter: z.object({ share: z.number(), selected: z.number(), description: z.string() }).nullable(),
  /** Mean over the queries; null when it means nothing, see `problem`. */
  precision: Estimate.nullable(),
  /** Why there is no precision. */
  problem: z.string().nullable(),
  clientMs: Latency,
  /** Null where the engine runs in this process. */
  serverMs: Latency.nullable(),
  /** Many queries at once; null when it was not asked for. */
  throughput: z.object({ concurrency: z.number(), queriesPerSecond: z.number() }).nullable(),
  raw: z.object({
    /** A number for each query. */
    precision: z.array(z.number()),
    /** For each query its times, one a repetition. */
    clientMs: z.array(z.array(z.number())),
    serverMs: z.array(z.array(z.number())).nullable(),
  }),
});
export type Measurement = z.infer<typeof Measurement>;

const Recommendation = z.object({
  sentence: z.string(),
  /** Label of the setting it is about; null when there is nothing to change. */
  label: z.string().nullable(),
  /** What applies it: an index of the collection, variables of the environment. */
  index: VectorIndexSchema.nullable(),
  environment: z.record(z.string(), z.string()),
});
export type Recommendation = z.infer<typeof Recommendation>;

const Skipped = z.object({ label: z.string(), reason: z.string() });
export type Skipped = z.infer<typeof Skipped>;

const Experiment = z.object({
  name: z.enum(EXPERIMENTS),
  question: z.string(),
  ranOn: z.enum(['collection', 'scratch copy']),
  builds: z.array(Build),
  measurements: z.array(Measurement),
  skipped: z.array(Skipped),
  recommendation: Recommendation,
});
export type Experiment = z.infer<typeof Experiment>;

const Machine = z.object({
  system: z.string(),
  cpu: z.string(),
  cores: z.number(),
  memoryBytes: z.number(),
  /** Load average of the last minute when it started; on Windows always 0. */
  load: z.number(),
});
export type Machine = z.infer<typeof Machine>;

/** This machine, without which the figures mean little. */
export function readMachine(): Machine {
  const cpus = os.cpus();
  return {
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    load: os.loadavg()[0] ?? 0,
  };
}

export const Report = z.object({
  format: z.literal('paperql-tuning-1'),
  name: z.string(),
  startedAt: z.string(),
  seconds: z.number(),
  versions: z.object({ paperql: z.string(), node: z.string(), engine: z.string() }),
  machine: Machine,
  store: z.object({
    kind: z.enum(['lance', 'qdrant']),
    address: z.string(),
    collection: z.string(),
    points: z.number(),
    dimension: z.number(),
    index: VectorIndexSchema,
  }),
  queries: z.object({
    source: z.string(),
    /** Texts, or point ids of held-out papers. */
    names: z.array(z.string()),
  }),
  parameters: z.object({
    k: z.number(),
    /** Papers asked for, where they are more than are judged. */
    window: z.number().exactOptional(),
    repeats: z.number(),
    seed: z.number(),
    target: z.number(),
    concurrency: z.number().nullable(),
    confidence: z.number(),
  }),
  experiments: z.array(Experiment),
  /** Experiments that this store has nothing for. */
  skipped: z.array(Skipped),
});
export type Report = z.infer<typeof Report>;
