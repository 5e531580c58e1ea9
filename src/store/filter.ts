import type { Schemas } from '@qdrant/js-client-rest';

/**
 * The one filter language inside PaperQL: Qdrant's (https://qdrant.tech/documentation/concepts/filtering/). Types
 * only; just `store/qdrant/` uses the client itself.
 */
export type Filter = Schemas['Filter'];
export type FieldCondition = Schemas['FieldCondition'];
export type FilterCondition = Schemas['Condition'];
