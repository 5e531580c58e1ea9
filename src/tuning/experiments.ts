import type { ExperimentName, Skipped } from './report.js';
import { indexInWords, paramsInWords, LANCE_NAMES, QUANTIZATION_NAMES } from './settings.js';
import type { Filter } from '../store/filter.js';
import {
  LANCE_INDEX_KINDS,
  QUANTIZATIONS,
  type QueryParams,
  type TuningTarget,
  type VectorIndex,
} from '../store/tuning.js';

/** A filter, and the number of papers that it selects. */
export interface FilterLevel {
  /** Share of the papers that it should select, 0 to 1. */
  share: number;
  selected: number;
  filter: Filter;
  description: string;
}

/** One set of search parameters to measure. */
export interface Setting {
  /** Unique within the experiment. */
  label: string;
  params: QueryParams;
  filter: FilterLevel | null;
}

/** Settings that are measured on one index. */
export interface Stage {
  index: VectorIndex;
  settings: Setting[];
}

export interface Plan {
  name: ExperimentName;
  /** The question that it answers, for people. */
  question: string;
  /** Whether its stages build their own indexes; otherwise they query the collection as it is. */
  changesIndex: boolean;
  stages: Stage[];
}

/** Values that an operator can choose. */
export interface ExperimentChoices {
  efs: number[];
  graphs: { m: number; efConstruct: number }[];
  oversamplings: number[];
  probes: number[];
  filters: FilterLevel[];
  /** Parameters that PaperQL's searches use now. Settings differ from them only in what they measure. */
  present: QueryParams;
}

/** What the experiment measures on this collection, or the reason why it measures nothing. */
export function planExperiment(
  name: ExperimentName,
  target: TuningTarget,
  choices: ExperimentChoices,
): Plan | Skipped {
  switch (name) {
    case 'precision':
      return asItIs(
        name,
        target,
        'How much of an exact search does the index find, and how much time does it save?',
        [toSetting({ exact: true }), { label: 'approximate', params: choices.present, filter: null }],
      );
    case 'hnsw-ef':
      return planEf(target, choices);
    case 'hnsw':
      return planGraphs(target, choices);
    case 'quantization':
      return planQuantization(target, choices);
    case 'filters':
      return asItIs(
        name,
        target,
        'How do filters affect precision and time?',
        choices.filters.map((filter) => ({ label: filter.description, params: choices.present, filter })),
      );
    case 'probes':
      return planProbes(target, choices);
  }
}

export function isPlan(planned: Plan | Skipped): planned is Plan {
  return 'stages' in planned;
}

function asItIs(name: ExperimentName, target: TuningTarget, question: string, settings: Setting[]): Plan {
  return { name, question, changesIndex: false, stages: [{ index: target.index, settings }] };
}

/** Includes the current value as a reference. */
function planEf(target: TuningTarget, { efs, present }: ExperimentChoices): Plan | Skipped {
  const { index } = target;
  if (index.engine === 'lance' && index.kind !== 'none' && !isGraph(index)) {
    return {
      label: 'hnsw-ef',
      reason: `the index of the collection is ${indexInWords(index)}, which has no graph`,
    };
  }
  const different = [...new Set([...efs, ...(present.ef === undefined ? [] : [present.ef])])].sort(
    (a, b) => a - b,
  );
  const settings = different.map((ef) => ({ ...toSetting({ ef }), params: { ...present, ef } }));
  return asItIs('hnsw-ef', target, 'How many candidates should a search keep?', settings);
}

function planGraphs(target: TuningTarget, { graphs, present }: ExperimentChoices): Plan | Skipped {
  const { index } = target;
  const withGraph = ({ m, efConstruct }: ExperimentChoices['graphs'][number]): VectorIndex =>
    index.engine === 'qdrant'
      ? { ...index, m, efConstruct }
      : {
          engine: 'lance',
          kind: index.kind === 'ivf_hnsw_pq' ? 'ivf_hnsw_pq' : 'ivf_hnsw_sq',
          m,
          efConstruct,
        };
  if (index.engine === 'qdrant' && index.quantization === 'other') {
    return { label: 'hnsw', reason: 'the collection has a quantization that PaperQL does not know' };
  }
  const indexes = [...(isGraph(index) ? [index] : []), ...graphs.map(withGraph)];
  const different = [...new Map(indexes.map((each) => [indexInWords(each), each])).values()];
  const stages = different.map((each) => asPresent(each, present));
  return {
    name: 'hnsw',
    question: 'How dense should the graph be, and how carefully should it be built?',
    changesIndex: true,
    stages,
  };
}

function asPresent(index: VectorIndex, present: QueryParams): Stage {
  return { index, settings: [{ label: indexInWords(index), params: present, filter: null }] };
}

function isGraph(index: VectorIndex): boolean {
  return index.engine === 'qdrant' || index.kind === 'ivf_hnsw_sq' || index.kind === 'ivf_hnsw_pq';
}

/** Graphs that the collection does not have yet are built as PaperQL builds its own. */
const LANCE_GRAPH = { m: 16, efConstruct: 100 };

function planQuantization(
  { index }: TuningTarget,
  { oversamplings, present: { ef } }: ExperimentChoices,
): Plan {
  const question = 'How much memory and time do compressed vectors save, and at what price?';
  const stages =
    index.engine === 'qdrant'
      ? QUANTIZATIONS.map((quantization): Stage => {
          const name = QUANTIZATION_NAMES[quantization];
          const plain = [{ label: name, params: withEf(ef, {}), filter: null }];
          const settings = crossRescoring(oversamplings).map((params) => label(name, params, ef));
          return { index: { ...index, quantization }, settings: quantization === 'none' ? plain : settings };
        })
      : LANCE_INDEX_KINDS.map((kind): Stage => {
          const name = LANCE_NAMES[kind];
          if (kind === 'none') return { index: withoutGraph(kind), settings: [label(name, { exact: true })] };
          // Without rescoring, the engine takes no more candidates than it returns, so oversampling has no effect.
          const settings = [{ rescore: false }, ...rescored(oversamplings)].map((params) =>
            label(name, params, ef),
          );
          return {
            index:
              kind === 'ivf_pq' || kind === 'ivf_rq'
                ? withoutGraph(kind)
                : { engine: 'lance', kind, ...LANCE_GRAPH },
            settings,
          };
        });
  return { name: 'quantization', question, changesIndex: true, stages };
}

function crossRescoring(oversamplings: readonly number[]): QueryParams[] {
  return [
    ...oversamplings.map((oversampling) => ({ rescore: false, oversampling })),
    ...rescored(oversamplings),
  ];
}

function rescored(oversamplings: readonly number[]): QueryParams[] {
  return oversamplings.map((oversampling) => ({ rescore: true, oversampling }));
}

function withoutGraph(kind: 'none' | 'ivf_pq' | 'ivf_rq'): VectorIndex {
  return { engine: 'lance', kind, m: null, efConstruct: null };
}

/** Also measures an existing graph, so that partitions are recommended only if they are better. */
function planProbes(
  { index, partitions }: TuningTarget,
  { probes, oversamplings, present }: ExperimentChoices,
): Plan | Skipped {
  if (index.engine === 'qdrant' || partitions === null) {
    return { label: 'probes', reason: 'Qdrant has no index with partitions' };
  }
  const oversampling = Math.max(...oversamplings);
  const different = [...new Set(probes.map((count) => Math.min(count, partitions)))];
  const settings = different.map((count) => label('IVF_PQ', { probes: count, rescore: true, oversampling }));
  return {
    name: 'probes',
    question: `How many of ${partitions} partitions should a search look into?`,
    changesIndex: true,
    // The same index as in `quantization`, so that it is not built twice.
    stages: [
      { index: withoutGraph('ivf_pq'), settings },
      ...(isGraph(index) ? [asPresent(index, present)] : []),
    ],
  };
}

function toSetting(params: QueryParams): Setting {
  return { label: paramsInWords(params), params, filter: null };
}

function label(name: string, params: QueryParams, ef?: number): Setting {
  return { label: `${name}, ${paramsInWords(params)}`, params: withEf(ef, params), filter: null };
}

function withEf(ef: number | undefined, params: QueryParams): QueryParams {
  return { ...(ef !== undefined && { ef }), ...params };
}
