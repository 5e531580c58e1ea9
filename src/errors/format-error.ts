import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { z } from 'zod';
import { BadUserInputError, PublicError, TooExpensiveError } from './errors.js';

/** Codes that Apollo gives to mistakes of the client, whose messages are meant for the client. */
const CLIENT_CODES: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_FOUND,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_SUPPORTED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.BAD_REQUEST,
]);

const RefusedRequest = z.object({
  extensions: z.object({ http: z.object({ status: z.number().min(400).max(499) }) }),
});

const LASTING = { isRetryable: false };

const MAX_MESSAGE_LENGTH = 1_000;

/** graphql-js limits its comparisons of fields with one name, and then says no more than this. */
const ABORTED = 'Validation aborted.';
const TOO_REPETITIVE =
  'The document repeats fields or fragments too often to be validated; select each field once, and use fewer fragments';

/**
 * The public form of any error: public errors with their code (invalid input with the path to the argument), mistakes
 * of the client in Apollo's words, all others masked.
 *
 * @param argumentPath leads to the value that graphql-js rejected, see `findArgumentPaths`.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  argumentPath?: readonly (string | number)[],
): GraphQLFormattedError {
  const { locations, path, extensions } = formatted;
  const message = formatted.message === ABORTED ? TOO_REPETITIVE : shorten(formatted.message);
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const cause = publicErrorOf(thrown);
  if (cause) return { message: shorten(cause.message), ...place, extensions: toExtensions(cause) };
  if (CLIENT_CODES.has(extensions?.['code'])) {
    const code = extensions?.['code'];
    return { message, ...place, extensions: { code, ...LASTING, ...(argumentPath && { argumentPath }) } };
  }
  // A null from a variable: graphql-js detects it when it executes the field, and gives it no code.
  if (argumentPath) {
    return { message, ...place, extensions: { code: 'BAD_USER_INPUT', ...LASTING, argumentPath } };
  }
  if (isRefusedRequest(thrown)) return { message, ...place, extensions: { code: 'BAD_REQUEST', ...LASTING } };
  return {
    message: 'Internal server error',
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...LASTING },
  };
}

/**
 * The public error that caused an error of graphql-js; undefined for mistakes of the client and unexpected errors.
 */
export function publicErrorOf(thrown: unknown): PublicError | undefined {
  const original = unwrapResolverError(thrown);
  if (original instanceof PublicError) return original;
  const inner = original instanceof GraphQLError ? original.originalError : undefined;
  return inner instanceof PublicError ? inner : undefined;
}

/** Whether it needs attention: it is neither public nor a mistake of the client. */
export function isUnexpected(error: GraphQLError): boolean {
  return !publicErrorOf(error) && !CLIENT_CODES.has(codeOf(error)) && !isRefusedRequest(error);
}

/** Errors to which Apollo gives a client error status but no code, such as a mismatched hash of a persisted query. */
function isRefusedRequest(thrown: unknown): boolean {
  return RefusedRequest.safeParse(thrown).success;
}

/** graphql-js may pass on something other than a GraphQLError when it runs out of stack. */
function codeOf(error: Partial<Pick<GraphQLError, 'extensions'>>): unknown {
  return error.extensions?.['code'];
}

/** graphql-js quotes values in full, however long they are. */
function shorten(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}

/** The `extensions` of a public error, in GraphQL answers and others. */
export function toExtensions(error: PublicError): Record<string, unknown> {
  const { code, isRetryable, retryAfterMs } = error;
  const told = { code, isRetryable, ...(isRetryable && retryAfterMs !== undefined && { retryAfterMs }) };
  if (error instanceof BadUserInputError && error.argumentPath.length > 0)
    return { ...told, argumentPath: error.argumentPath };
  if (error instanceof TooExpensiveError) {
    const { unit, requested, allowed } = error;
    return { ...told, cost: { unit, requested, allowed } };
  }
  return told;
}
