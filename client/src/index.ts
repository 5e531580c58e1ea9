/** Everything except the parts for one cache, which are in `@paperql/client/apollo` and `@paperql/client/urql`. */
export * from './generated/operations.js';
export type * from './generated/schema.js';
export { createClient, type Client, type ClientOptions, type RequestOptions } from './create-client.js';
export { textOf, type Connection, type TypedDocument } from './documents.js';
export type { Answer } from './read-answer.js';
export { PaperQLError, type PaperQLErrorDetails } from './errors.js';
