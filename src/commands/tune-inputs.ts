import { openEmbedder, openStore } from './open-parts.js';
import type { TuneOptions } from './tune-options.js';
import type { Config } from '../config/config.js';
import type { Embedder } from '../embedding/embedder.js';
import { PublicError } from '../errors/errors.js';
import { NEAR_WINDOW } from '../search/ranking.js';
import { checkCollection } from '../store/check-collection.js';
import type { FacetCount } from '../store/store.js';
import type { QueryParams, TuningStore, TuningTarget } from '../store/tuning.js';
import { isPlan, planExperiment, type ExperimentChoices, type Plan } from '../tuning/experiments.js';
import { findFilterLevels } from '../tuning/filters.js';
import { readQueries, sampleQueries, type QuerySet } from '../tuning/queries.js';
import type { Skipped } from '../tuning/report.js';

/** arXiv has about 150. */
const MOST_CATEGORIES = 500;

/** Minimum number of candidates that searches keep: the window from which pages are taken. */
export const LEAST_EF = NEAR_WINDOW;

/** The configured parameters of searches. */
export function toPresent({ searchParams }: Config, { defaultEf }: TuningTarget): QueryParams {
  const { hnswEf, probes, quantization: { rescore, oversampling } = {} } = searchParams;
  return {
    ef: hnswEf === undefined ? defaultEf : Math.max(LEAST_EF, hnswEf),
    ...(probes !== undefined && { probes }),
    ...(rescore !== undefined && { rescore }),
    ...(oversampling !== undefined && { oversampling }),
  };
}

/** @throws StartupError for a file that cannot be used. */
export function openQueries(
  config: Config,
  store: TuningStore,
  { dimension }: TuningTarget,
  { queries, sample, seed }: TuneOptions,
): Promise<QuerySet> {
  if (queries === undefined) return sampleQueries(store, sample, seed);
  return readQueries(queries, dimension, () => openMatchingEmbedder(config));
}

/** @throws StartupError if the collection's vectors come from another model. */
async function openMatchingEmbedder(config: Config): Promise<Embedder> {
  const embedder = await openEmbedder(config, 'loading');
  const store = await openStore(config, config.collection);
  try {
    const info = await store.describe();
    if (info) checkCollection(info, embedder);
    return embedder;
  } catch (error) {
    await embedder.close();
    throw error;
  } finally {
    await store.close();
  }
}

/** What the experiments measure on this collection, and the reason for each that cannot be measured. */
export async function planAll(
  config: Config,
  store: TuningStore,
  target: TuningTarget,
  present: QueryParams,
  { experiments, ef, graphs, oversampling, probes, selectivity }: TuneOptions,
): Promise<{ plans: Plan[]; skipped: Skipped[] }> {
  const { levels, skipped: missed } = experiments.includes('filters')
    ? await findFilterLevels(
        store,
        selectivity.map((percent) => percent / 100),
        await countCategories(config),
      )
    : { levels: [], skipped: [] };
  const choices: ExperimentChoices = {
    efs: ef,
    graphs,
    oversamplings: oversampling,
    probes,
    filters: levels,
    present,
  };
  const planned = experiments.map((name) => planExperiment(name, target, choices));
  const skipped = [...planned.flatMap((each) => (isPlan(each) ? [] : [each])), ...missed];
  return { plans: planned.filter(isPlan), skipped };
}

/** Empty if the collection cannot count them, such as one that another program created. */
async function countCategories(config: Config): Promise<FacetCount[]> {
  const store = await openStore(config, config.collection);
  try {
    const [counts] = await store.facets([{ field: 'categories', limit: MOST_CATEGORIES }]);
    return counts === undefined || counts instanceof Error ? [] : counts;
  } catch (error) {
    if (error instanceof PublicError) return [];
    throw error;
  } finally {
    await store.close();
  }
}
