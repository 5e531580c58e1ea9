import type {
  QueryParams,
  TimedAnswer,
  TuningStore,
  TuningTarget,
  VectorQuery,
} from '../../../src/store/tuning.js';

export const TARGET: TuningTarget = {
  engine: 'Stand-in',
  version: '1',
  points: 1_000,
  dimension: 2,
  distance: 'Cosine',
  index: { engine: 'qdrant', m: 16, efConstruct: 100, quantization: 'none' },
  defaultEf: 100,
  partitions: null,
  indexing: { indexed: 1_000, total: 1_000, state: 'idle' },
};

/** Returns the ids from `answer`, best first, with scores 1, 0.9, …; `asked` contains the parameters of each search. */
export function standInStore(
  answer: (query: VectorQuery) => string[],
  changes: Partial<TuningStore> = {},
): [TuningStore, QueryParams[]] {
  const asked: QueryParams[] = [];
  const store: TuningStore = {
    kind: 'qdrant',
    collection: 'papers',
    describe: () => Promise.resolve(TARGET),
    query(query) {
      asked.push(query.params);
      return Promise.resolve(toAnswer(answer(query)));
    },
    sample: () => Promise.resolve([]),
    count: () => Promise.resolve(TARGET.points),
    refuses: () => null,
    reindex: () => Promise.resolve(12),
    restore: () => Promise.resolve(false),
    memory: () =>
      Promise.resolve({
        parts: [{ name: 'vectors', bytes: 8_000 }],
        partsFrom: 'counted',
        processBytes: null,
      }),
    copies: () => Promise.resolve([]),
    dropCopy: () => Promise.resolve(),
    copy: () => Promise.reject(new Error('not here')),
    close: () => Promise.resolve(),
    ...changes,
  };
  return [store, asked];
}

export function toAnswer(ids: readonly string[]): TimedAnswer {
  const hits = ids.map((id, at) => ({ id, score: 1 - at / 10 }));
  return { hits, clientMs: 2, serverMs: 1 };
}
