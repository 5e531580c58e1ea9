import type { QueryParams, VectorIndex } from '../store/tuning.js';

/** Describes an index in the terms of its engine: `m 16, ef_construct 100, int8`. */
export function indexInWords(index: VectorIndex): string {
  if (index.engine === 'qdrant') {
    const { m, efConstruct, quantization } = index;
    const compressed = quantization === 'none' ? '' : `, ${QUANTIZATION_NAMES[quantization]}`;
    return `m ${m}, ef_construct ${efConstruct}${compressed}`;
  }
  const graph = index.m === null ? '' : ` (m ${index.m}, ef_construct ${index.efConstruct ?? '?'})`;
  return `${LANCE_NAMES[index.kind]}${graph}`;
}

export const QUANTIZATION_NAMES = {
  none: 'no quantization',
  scalar: 'int8',
  product: 'product x16',
  binary: 'binary',
  turbo4: 'TurboQuant 4 bit',
  turbo2: 'TurboQuant 2 bit',
  turbo1: 'TurboQuant 1 bit',
  other: 'another quantization',
} as const;

export const LANCE_NAMES = {
  none: 'no index',
  ivf_hnsw_sq: 'HNSW_SQ',
  ivf_hnsw_pq: 'HNSW_PQ',
  ivf_pq: 'IVF_PQ',
  ivf_rq: 'IVF_RQ',
  other: 'another index',
} as const;

/** Describes the parameters of a query: `ef 50, rescored, oversampling 2`. */
export function paramsInWords({ exact, ef, probes, rescore, oversampling }: QueryParams): string {
  if (exact) return 'exact';
  return [
    ...(ef === undefined ? [] : [`ef ${ef}`]),
    ...(probes === undefined ? [] : [`${probes} probes`]),
    ...(rescore === undefined ? [] : [rescore ? 'rescored' : 'not rescored']),
    ...(oversampling === undefined ? [] : [`oversampling ${oversampling}`]),
  ].join(', ');
}
