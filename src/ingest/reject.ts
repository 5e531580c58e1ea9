/** Why a line of the input cannot be stored. */
export type RejectReason =
  /** No JSON, or cut off. */
  | 'invalid_json'
  /** JSON, but no object. */
  | 'not_a_record'
  | 'no_id'
  /** An id that is none of arXiv's. */
  | 'invalid_id'
  | 'no_title'
  | 'no_abstract'
  | 'line_too_long'
  | 'invalid_utf8'
  /** The compressed file is damaged or truncated here; nothing after this can be read. */
  | 'corrupt_input'
  | 'wrong_dimension'
  | 'non_finite_embedding'
  | 'zero_embedding'
  | 'embedding_refused'
  | 'store_refused';
