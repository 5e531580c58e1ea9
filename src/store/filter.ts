import type { Schemas } from '@qdrant/js-client-rest';

/**
 * The one filter language inside: Qdrant's (https://qdrant.tech/documentation/concepts/filtering/). Types only; the
 * client itself is for `store/qdrant/`.
 */
export type Filter = Schemas['Filter'];
export type FieldCondition = Schemas['FieldCondition'];
export type FilterCondition = Schemas['Condition'];
