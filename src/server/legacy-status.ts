import type { onSendHookHandler } from 'fastify';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { PublicCode } from '../errors/errors.js';

/** What makes a well-formed request fail before it is executed. */
const REFUSALS: readonly string[] = [
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  'OPERATION_TOO_EXPENSIVE' satisfies PublicCode,
];

/**
 * The status of refused documents in the legacy media type. With `application/json` a client cannot tell a GraphQL answer
 * from an intermediary's error page, so GraphQL over HTTP asks for 200 there, where Apollo answers 400 in either type.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
export const settleLegacyStatus: onSendHookHandler = (_request, reply, payload, done) => {
  const type = String(reply.getHeader('content-type'));
  if (reply.statusCode === 400 && type.startsWith('application/json') && isRefusal(payload))
    void reply.code(200);
  done(null, payload);
};

/** Whether the answer, as Apollo writes it, reports one of the refusals. */
function isRefusal(payload: unknown): boolean {
  return typeof payload === 'string' && REFUSALS.some((code) => payload.includes(`"code":"${code}"`));
}
