import type { Schemas } from '@qdrant/js-client-rest';

/**
 * The only filter language inside PaperQL is Qdrant's (https://qdrant.tech/documentation/concepts/filtering/). This
 * file has only types; the client itself is used only in `store/qdrant/`.
 */
export type Filter = Schemas['Filter'];
export type FieldCondition = Schemas['FieldCondition'];
export type FilterCondition = Schemas['Condition'];
