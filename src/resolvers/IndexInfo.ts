import type { IndexInfoResolvers, IndexState } from '../generated/graphql.js';
import type { IndexingState } from '../store/store.js';

const STATES: Record<IndexingState['state'], IndexState> = {
  idle: 'IDLE',
  building: 'BUILDING',
  failed: 'FAILED',
};

export const IndexInfo: IndexInfoResolvers = {
  state: ({ state }) => STATES[state],
  problem: ({ problem }) => problem ?? null,
};
