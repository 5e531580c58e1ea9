import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { z } from 'zod';
import { BadUserInputError, PublicError, TooExpensiveError } from './errors.js';

/** Codes that Apollo gives to what the client got wrong; their messages are meant for it. */
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

/**
 * What the outside sees of an error, whatever was thrown: the public ones with their code (input at fault with the
 * path to the argument), the client's own mistakes as Apollo words them, anything else masked.
 *
 * @param argumentPath to the value that graphql-js refused, see `findArgumentPaths`.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  argumentPath?: readonly (string | number)[],
): GraphQLFormattedError {
  const { locations, path, extensions } = formatted;
  const message = shorten(formatted.message);
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const cause = toPublicError(thrown);
  if (cause) return { message: shorten(cause.message), ...place, extensions: toExtensions(cause) };
  if (CLIENT_CODES.has(extensions?.['code'])) {
    const code = extensions?.['code'];
    return { message, ...place, extensions: { code, ...LASTING, ...(argumentPath && { argumentPath }) } };
  }
  // A null that came by a variable: graphql-js finds it as it executes the field, and gives it no code.
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

/** The public error that caused what graphql-js reports; undefined for client mistakes and unexpected errors. */
export function toPublicError(thrown: unknown): PublicError | undefined {
  const original = unwrapResolverError(thrown);
  if (original instanceof PublicError) return original;
  const inner = original instanceof GraphQLError ? original.originalError : undefined;
  return inner instanceof PublicError ? inner : undefined;
}

/** Whether somebody should look at it: neither public nor the client's mistake. */
export function isUnexpected(error: GraphQLError): boolean {
  return !toPublicError(error) && !CLIENT_CODES.has(codeOf(error)) && !isRefusedRequest(error);
}

/** What Apollo gives a client's status but no code, such as the hash of a persisted query that does not fit. */
function isRefusedRequest(thrown: unknown): boolean {
  return RefusedRequest.safeParse(thrown).success;
}

/** graphql-js may hand on what is no GraphQLError, when it runs out of stack. */
function codeOf(error: Partial<Pick<GraphQLError, 'extensions'>>): unknown {
  return error.extensions?.['code'];
}

/** graphql-js quotes whole values, however long. */
function shorten(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}

/** The `extensions` of a public error, over GraphQL and beside it. */
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
