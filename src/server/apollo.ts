import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { FastifyBaseLogger } from 'fastify';
import type { DocumentNode, FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { findArgumentPaths, type ArgumentPath } from './argument-paths.js';
import { EXAMPLE_OPERATIONS } from './example-operations.js';
import { createLimitsPlugin, refuseExpensive, type Context } from './context.js';
import { createNodeLog } from './node-log.js';
import { readSchemaFiles } from './schema.js';
import type { Config } from '../config/config.js';
import { ClientGoneError, TooExpensiveError, type PublicCode } from '../errors/errors.js';
import { formatError, isUnexpected, toPublicError } from '../errors/format-error.js';
import { resolvers } from '../resolvers/resolvers.js';

/** Apollo Server as this API runs it: what it keeps between requests, refuses, logs and writes. */
export function createApollo(
  logger: FastifyBaseLogger,
  { explorer, limits }: Pick<Config, 'explorer' | 'limits'>,
  plugins: readonly ApolloServerPlugin<Context>[] = [],
): ApolloServer<Context> {
  const errorLog = createErrorLog(logger);
  return new ApolloServer<Context>({
    typeDefs: readSchemaFiles(),
    resolvers,
    formatError: errorLog.formatError,
    documentStore: createDocumentStore(),
    cache: createPersistedQueryCache(),
    parseOptions: { maxLexicalTokens: limits.tokens },
    // The schema is public: frontend teams generate their types from it.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // The commands decide when to stop; see `commands/serve.ts`.
    stopOnTerminationSignals: false,
    stringifyResult: createAnswerWriter(limits.answerBytes),
    logger,
    plugins: [
      createLimitsPlugin(limits),
      errorLog.plugin,
      ...plugins,
      createNodeLog(logger),
      // No field has a cache hint, and a plugin that hears of every field makes Apollo wrap every resolver: 8% of the
      // CPU time of a search. `server.ts` sends the header that the plugin would.
      ApolloServerPluginCacheControlDisabled(),
      explorer === 'sandbox'
        ? ApolloServerPluginLandingPageLocalDefault({ document: EXAMPLE_OPERATIONS })
        : ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

const MAX_DOCUMENT_BYTES = 32_000_000;
const MAX_PERSISTED_BYTES = 8_000_000;

/**
 * What a parsed document takes at most, measured over documents of each shape: a token with its node, and a character
 * of the source, which each node refers to, where it is one of thousands of escapes in a string.
 */
const BYTES_PER_TOKEN = 520;
const BYTES_PER_CHARACTER = 10;
/** A string has one or two bytes a character; the entry itself and its key come on top. */
const BYTES_PER_STORED_CHARACTER = 2;
const BYTES_PER_ENTRY = 500;

/**
 * Documents that have been parsed and found valid, so that an operation that is sent again is spared both. Apollo's own
 * store weighs a document as JSON, which leaves out its source: texts of 300 kB weighed 100 bytes, and were all kept.
 */
export function createDocumentStore(): InMemoryLRUCache<DocumentNode> {
  return new InMemoryLRUCache<DocumentNode>({
    maxSize: MAX_DOCUMENT_BYTES,
    // One document drives out few others.
    maxEntrySize: MAX_DOCUMENT_BYTES / 8,
    sizeCalculation: weighDocument,
  });
}

/** Texts of persisted queries, by their hash. */
export function createPersistedQueryCache(): InMemoryLRUCache {
  return new InMemoryLRUCache({
    maxSize: MAX_PERSISTED_BYTES,
    maxEntrySize: MAX_PERSISTED_BYTES / 8,
    sizeCalculation: (text) => BYTES_PER_ENTRY + BYTES_PER_STORED_CHARACTER * text.length,
  });
}

/** Upper bound of the memory that the document keeps, its source included. */
export function weighDocument({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens++;
  return BYTES_PER_ENTRY + BYTES_PER_TOKEN * tokens + BYTES_PER_CHARACTER * (loc?.source.body.length ?? 0);
}

/** Codes of what is no failure of a dependency, unless it has a hint for the operator; a refused request has its own line. */
const NOT_LOGGED: readonly PublicCode[] = ['BAD_USER_INPUT', 'OPERATION_TOO_EXPENSIVE', 'OVERLOADED'];

export interface ErrorLog {
  plugin: ApolloServerPlugin<Context>;
  /** `formatError`, which is the last to see what no plugin is told, such as an answer that cannot be written as JSON. */
  formatError: (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;
}

/** Logs what clients see masked or as a failed dependency, once, with its cause and the request's id. */
export function createErrorLog(logger: FastifyBaseLogger): ErrorLog {
  const seen = new WeakSet<object>();
  const argumentPaths = new WeakMap<object, ArgumentPath>();
  return {
    plugin: {
      requestDidStart: async () => ({
        didEncounterErrors: async ({ contextValue, errors, operationName, schema, document, request }) => {
          for (const error of errors) seen.add(error);
          const variables = request.variables ?? {};
          const paths = document && findArgumentPaths(errors, { schema, document, variables });
          for (const [error, path] of paths ?? []) argumentPaths.set(error, path);
          const unplaced = errors.filter((error) => !argumentPaths.has(error));
          logErrors(contextValue.log, unplaced, operationName);
        },
      }),
    },
    formatError(formatted, thrown) {
      const isObject = typeof thrown === 'object' && thrown !== null;
      const answer = formatError(formatted, thrown, isObject ? argumentPaths.get(thrown) : undefined);
      const isNew = isObject && !seen.has(thrown);
      if (isNew && answer.extensions?.['code'] === 'INTERNAL_SERVER_ERROR') {
        logger.error({ err: thrown }, 'unexpected error');
      }
      return answer;
    },
  };
}

function logErrors(
  log: FastifyBaseLogger,
  errors: readonly GraphQLError[],
  operationName: string | null | undefined,
): void {
  const logged = new Set<unknown>();
  for (const error of errors) {
    const path = error.path?.join('.');
    const cause = toPublicError(error);
    if (cause instanceof ClientGoneError) continue;
    // One failed batch is the error of every field that was part of it.
    if (logged.has(error.originalError ?? error)) continue;
    logged.add(error.originalError ?? error);
    if (isUnexpected(error)) {
      log.error({ err: error.originalError ?? error, path, operationName }, 'unexpected error');
    } else if (cause && (cause.hint !== undefined || !NOT_LOGGED.includes(cause.code))) {
      log.warn({ err: cause, path, operationName }, 'a dependency failed');
    }
  }
}

/** A piece of an answer is written at once; between pieces other requests get their turn when so much time has passed. */
const TURN_MS = 10;

/**
 * Writes answers as JSON, piece by piece, so that a large one neither outgrows its bound nor holds the event loop.
 *
 * @param maxBytes of the text in UTF-8.
 * @returns a function that rejects with `TooExpensiveError`.
 */
function createAnswerWriter(maxBytes: number): (answer: FormattedExecutionResult) => Promise<string> {
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
