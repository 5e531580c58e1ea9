import os from 'node:os';
import { z } from 'zod';
import { LANCE_INDEX_KINDS, QUANTIZATIONS } from '../store/tuning.js';

/**
 * The contents of `reports/<name>.json`: all raw figures, and everything needed to interpret them. Times are in
 * milliseconds, sizes in bytes.
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
  /** Null if the index already existed. */
  buildMs: z.number().nullable(),
  indexed: z.number(),
  total: z.number(),
  memory: Memory,
});
export type Build = z.infer<typeof Build>;

const Measurement = z.object({
  /** Unique name of the setting within its experiment. */
  label: z.string(),
  /** Index of its entry in `builds`. */
  build: z.number(),
  params: QueryParamsSchema,
  filter: z.object({ share: z.number(), selected: z.number(), description: z.string() }).nullable(),
  /** Mean over the queries; null if it would be meaningless, see `problem`. */
  precision: Estimate.nullable(),
  /** Why there is no precision. */
  problem: z.string().nullable(),
  clientMs: Latency,
  /** Null if the engine runs in this process. */
  serverMs: Latency.nullable(),
  /** With many concurrent queries; null if it was not measured. */
  throughput: z.object({ concurrency: z.number(), queriesPerSecond: z.number() }).nullable(),
  raw: z.object({
    /** One number per query. */
    precision: z.array(z.number()),
    /** The times of each query, one per repetition. */
    clientMs: z.array(z.array(z.number())),
    serverMs: z.array(z.array(z.number())).nullable(),
  }),
});
export type Measurement = z.infer<typeof Measurement>;

const Recommendation = z.object({
  sentence: z.string(),
  /** Label of the recommended setting; null if nothing should change. */
  label: z.string().nullable(),
  /** The changes that apply it: an index of the collection, environment variables. */
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
  /** Load average of the minute before the start; always 0 on Windows. */
  load: z.number(),
});
export type Machine = z.infer<typeof Machine>;

/** Describes this machine, because the figures depend on it. */
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
    /** Number of papers requested, if more than are judged. */
    window: z.number().exactOptional(),
    repeats: z.number(),
    seed: z.number(),
    target: z.number(),
    concurrency: z.number().nullable(),
    confidence: z.number(),
  }),
  experiments: z.array(Experiment),
  /** Experiments that do not apply to this store. */
  skipped: z.array(Skipped),
});
export type Report = z.infer<typeof Report>;
