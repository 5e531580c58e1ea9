import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { onSendHookHandler } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { refuseExpensive } from './limits-plugin.js';
import { TooExpensiveError, type PublicCode } from '../errors/errors.js';

/** A piece of an answer is written at once; between pieces other requests get their turn when so much time has passed. */
const TURN_MS = 10;

/**
 * Writes answers as JSON, piece by piece, so that a large one neither outgrows its bound nor holds the event loop.
 *
 * @param maxBytes of the text in UTF-8.
 * @returns a function that rejects with `TooExpensiveError`.
 */
export function createAnswerWriter(maxBytes: number): (answer: FormattedExecutionResult) => Promise<string> {
  return async (answer) => {
    let text = '';
    let bytes = 0;
    let turnBegan = performance.now();
    for (const piece of toPieces(answer)) {
      text += piece;
      bytes += Buffer.byteLength(piece);
      if (bytes > maxBytes)
        throw refuseExpensive(new TooExpensiveError('is answered by', 'bytes', bytes, maxBytes));
      if (performance.now() - turnBegan < TURN_MS) continue;
      await new Promise(setImmediate);
      turnBegan = performance.now();
    }
    return text;
  };
}

/** JSON in pieces: one for each entry of a list within a list, and for each object without others in it. */
function* toPieces(value: unknown, isInList = false): Generator<string> {
  if (Array.isArray(value)) {
    yield '[';
    for (const [at, entry] of value.entries()) {
      if (at > 0) yield ',';
      if (isInList) yield JSON.stringify(entry ?? null);
      else yield* toPieces(entry ?? null, true);
    }
    yield ']';
  } else if (isHolder(value)) {
    yield '{';
    let isFirst = true;
    for (const [key, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      yield `${isFirst ? '' : ','}${JSON.stringify(key)}:`;
      isFirst = false;
      yield* toPieces(entry, isInList);
    }
    yield '}';
  } else {
    yield JSON.stringify(value);
  }
}

/** Whether it is an object that holds others; dates and the like write themselves. */
function isHolder(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  return Object.values(value).some((each) => typeof each === 'object' && each !== null);
}

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
