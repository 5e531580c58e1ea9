import { ApolloServer, HeaderMap, type ApolloServerPlugin, type GraphQLRequest } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { FastifyBaseLogger } from 'fastify';
import {
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { findArgumentPaths, type ArgumentPath } from './argument-paths.js';
import { EXAMPLE_OPERATIONS } from './example-operations.js';
import { retryAfter } from './admission.js';
import { createNodeLog } from './node-log.js';
import type { Context } from '../callers/caller.js';
import type { Config, LimitsConfig } from '../config/config.js';
import { planOperation, priceSchema, type OperationPlan, type PricedSchema } from '../cost/plan-operation.js';
import { countValues } from '../cost/prices.js';
import { ClientGoneError, PublicError, TooExpensiveError, type PublicCode } from '../errors/errors.js';
import { formatError, isUnexpected, publicErrorOf } from '../errors/format-error.js';
import { readSchemaFiles } from '../package-root.js';
import { resolvers } from '../resolvers/resolvers.js';

/** Apollo Server as this API uses it: what it caches, rejects, logs and writes. */
export function createApollo(
  logger: FastifyBaseLogger,
  { explorer, limits, rerank }: Pick<Config, 'explorer' | 'limits' | 'rerank'>,
  documents: DocumentStore,
  plugins: readonly ApolloServerPlugin<Context>[] = [],
): ApolloServer<Context> {
  const errorLog = createErrorLog(logger);
  const bounded = new WeakSet<object>();
  return new ApolloServer<Context>({
    typeDefs: readSchemaFiles(),
    resolvers,
    formatError: errorLog.formatError,
    documentStore: documents,
    cache: createPersistedQueryCache(),
    parseOptions: { maxLexicalTokens: limits.tokens },
    validationOptions: { maxErrors: MAX_ERRORS },
    // The schema is public: frontend teams generate their types from it.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // The commands decide when to stop; see `commands/serve.ts`.
    stopOnTerminationSignals: false,
    stringifyResult: createAnswerWriter(limits.answerBytes, bounded),
    logger,
    plugins: [
      createLimitsPlugin(limits, rerank !== undefined, bounded),
      errorLog.plugin,
      ...plugins,
      createNodeLog(logger),
      // No field has a cache hint, and a plugin that is called for every field makes Apollo wrap every resolver: 8%
      // of the CPU time of a search. `server.ts` sends the header that the plugin would send.
      ApolloServerPluginCacheControlDisabled(),
      explorer === 'sandbox'
        ? ApolloServerPluginLandingPageLocalDefault({ document: EXAMPLE_OPERATIONS })
        : ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

/**
 * Maximum number of errors in a document or in its variables reported at once: each takes about a millisecond, and quotes
 * the value, which can be large.
 */
const MAX_ERRORS = 10;
/** Maximum nesting of objects and lists in variables; a filter of eight levels has about thirty. */
const MAX_VARIABLE_DEPTH = 100;

/**
 * Plans each operation before it is executed, and rejects it if it may exceed the limits. Admitted operations wait
 * for their turn, which depends on their cost.
 *
 * @param bounded gets the data of answers that the plan shows to be short.
 */
function createLimitsPlugin(
  limits: LimitsConfig,
  isReranked: boolean,
  bounded: WeakSet<object>,
): ApolloServerPlugin<Context> {
  let priced: PricedSchema | undefined;
  return {
    serverWillStart: async ({ schema }) => {
      priced = priceSchema(schema, { isReranked });
    },
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        if (!operation) return;
        if (!schema.getRootType(operation.operation))
          throw refusal(`This API has no ${operation.operation}s`);
        const variables = coerceVariables(schema, operation, request.variables ?? {});
        if (!variables || !priced) return;
        const plan = planOperation(priced, document, operation, variables, limits.cost);
        check(plan, limits);
        contextValue.plan = plan;
        await charge(contextValue, plan);
        try {
          await contextValue.takeTurn(plan.cost / limits.cost);
        } catch (error) {
          // It was not executed.
          contextValue.account?.refund(plan.cost);
          throw error;
        }
        contextValue.isCharged = true;
      },
      willSendResponse: ({ request, response, contextValue }) => {
        const { body } = response;
        if (body.kind === 'single') {
          const { data } = body.singleResult;
          if (data && contextValue.plan.answerBytes <= MAX_WHOLE_BYTES) bounded.add(data);
          settleCost(body.singleResult, request, contextValue);
        }
        return Promise.resolve();
      },
    }),
  };
}

async function charge({ account }: Context, { cost }: OperationPlan): Promise<void> {
  try {
    await account?.charge(cost);
  } catch (thrown) {
    if (thrown instanceof TooExpensiveError) throw refuseExpensive(thrown);
    if (!(thrown instanceof PublicError)) throw thrown;
    throw new GraphQLError(thrown.message, {
      originalError: thrown,
      extensions: { http: { status: 429, headers: new HeaderMap([['retry-after', retryAfter(thrown)]]) } },
    });
  }
}

/** Whether a request asks for `extensions.cost` with `"extensions": {"cost": true}`. */
function asksForCost({ extensions }: GraphQLRequest): boolean {
  return extensions?.['cost'] === true;
}

/**
 * Refunds the difference between the worst-case and the actual cost, and reports the cost to clients that have a
 * budget or ask for it: requested (the worst case), actual, and what is left.
 */
function settleCost(
  answer: FormattedExecutionResult,
  request: GraphQLRequest,
  { account, plan, isCharged }: Context,
): void {
  if (!account && !asksForCost(request)) return;
  const { cost: requested, work } = plan;
  const actual = isCharged ? Math.min(requested, Math.ceil(work + countValues(answer.data))) : 0;
  if (isCharged) account?.refund(requested - actual);
  answer.extensions = { ...answer.extensions, cost: { requested, actual, left: account?.left ?? null } };
}

function check({ depth, aliases, cost, answerBytes }: OperationPlan, limits: LimitsConfig): void {
  if (depth > limits.depth)
    throw refusal(`The operation nests ${depth} levels of fields; at most ${limits.depth} are allowed`);
  if (aliases > limits.aliases)
    throw refusal(`The operation has ${aliases} aliases; at most ${limits.aliases} are allowed`);
  if (cost > limits.cost)
    throw refuseExpensive(new TooExpensiveError('may cost', 'units', cost, limits.cost));
  if (answerBytes > limits.answerBytes)
    throw refuseExpensive(
      new TooExpensiveError('may be answered by', 'bytes', answerBytes, limits.answerBytes),
    );
}

function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  inputs: Record<string, unknown>,
): Record<string, unknown> | undefined {
  if (isNestedDeeper(inputs, MAX_VARIABLE_DEPTH)) {
    throw refusal(`The variables are nested more than ${MAX_VARIABLE_DEPTH} levels deep`);
  }
  const options = { maxErrors: MAX_ERRORS };
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], inputs, options);
  const [first] = errors ?? [];
  if (!first) return coerced;
  if (errors && errors.length > MAX_ERRORS) throw refusal(`${first.message} This and more of its kind`);
  return undefined;
}

/** Works level by level, because recursion, as in everything after this, would fail on deep documents. */
function isNestedDeeper(value: object, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels && level.length > 0; depth++) {
    level = level.flatMap((each): unknown[] =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    );
  }
  return level.length > 0;
}

/** The error in the form that Apollo reports, with the status of a client error. */
function refuseExpensive(error: TooExpensiveError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, http: { status: 400 } },
  });
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: ApolloServerErrorCode.BAD_USER_INPUT, http: { status: 400 } },
  });
}

const MAX_DOCUMENT_BYTES = 32_000_000;
const MAX_PERSISTED_BYTES = 8_000_000;

/**
 * Maximum memory of a parsed document, measured with documents of each shape: per token with its node, and per
 * character of the source, to which each node refers. A character takes the most if it is part of one of thousands of
 * escapes in a string.
 */
const BYTES_PER_TOKEN = 520;
const BYTES_PER_CHARACTER = 10;
/** A string has one or two bytes per character, in addition to the entry and its key. */
const BYTES_PER_STORED_CHARACTER = 2;
const BYTES_PER_ENTRY = 500;

/**
 * Parsed and validated documents, so that repeated operations skip both steps. Apollo's own store weighs a document
 * as JSON without its source: texts of 300 kB weighed 100 bytes, and all were kept.
 */
export class DocumentStore extends InMemoryLRUCache<DocumentNode> {
  readonly #texts: ReadonlySet<string>;

  constructor() {
    const texts = new Set<string>();
    super({
      maxSize: MAX_DOCUMENT_BYTES,
      // Adding one document evicts only a few others.
      maxEntrySize: MAX_DOCUMENT_BYTES / 8,
      sizeCalculation: weighDocument,
      onInsert: (document) => texts.add(textOf(document)),
      dispose: (document) => texts.delete(textOf(document)),
    });
    this.#texts = texts;
  }

  /** Whether it has the document with this text. */
  hasText(text: string): boolean {
    return this.#texts.has(text);
  }
}

function textOf({ loc }: DocumentNode): string {
  return loc?.source.body ?? '';
}

/** Texts of persisted queries, by their hash. */
export function createPersistedQueryCache(): InMemoryLRUCache {
  return new InMemoryLRUCache({
    maxSize: MAX_PERSISTED_BYTES,
    maxEntrySize: MAX_PERSISTED_BYTES / 8,
    sizeCalculation: (text) => BYTES_PER_ENTRY + BYTES_PER_STORED_CHARACTER * text.length,
  });
}

/** Upper bound of the memory that the document takes, including its source. */
export function weighDocument(document: DocumentNode): number {
  let tokens = 0;
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined) tokens++;
  return BYTES_PER_ENTRY + BYTES_PER_TOKEN * tokens + BYTES_PER_CHARACTER * textOf(document).length;
}

/**
 * Codes that do not indicate a failed dependency, unless they have a hint for the operator; a rejected request has
 * its own log line.
 */
const NOT_LOGGED: readonly PublicCode[] = ['BAD_USER_INPUT', 'OPERATION_TOO_EXPENSIVE', 'OVERLOADED'];

export interface ErrorLog {
  plugin: ApolloServerPlugin<Context>;
  /**
   * `formatError` also sees errors that plugins do not see, such as an answer that cannot be written as JSON.
   */
  formatError: (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;
}

/**
 * Logs errors that clients see masked or as a failed dependency, once, with their cause and the id of the request.
 */
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
    const cause = publicErrorOf(error);
    if (cause instanceof ClientGoneError) continue;
    // A failed batch is the error of every field that was part of it.
    if (logged.has(error.originalError ?? error)) continue;
    logged.add(error.originalError ?? error);
    if (isUnexpected(error)) {
      log.error({ err: error.originalError ?? error, path, operationName }, 'unexpected error');
    } else if (cause && (cause.hint !== undefined || !NOT_LOGGED.includes(cause.code))) {
      log.warn({ err: cause, path, operationName }, 'a dependency failed');
    }
  }
}

/**
 * Each piece of an answer is written without interruption. Other requests get a turn between pieces, after this much
 * time.
 */
const TURN_MS = 10;

/**
 * An answer is written in one piece, without looking at each value first, if its plan allows no more than this; that
 * takes at most a few milliseconds.
 */
const MAX_WHOLE_BYTES = 500_000;
/** Maximum length in UTF-8 of one UTF-16 code unit. */
const BYTES_PER_CODE_UNIT = 3;

/**
 * Writes answers as JSON. Unless an answer is known to be short, it is written piece by piece, so that a large answer
 * neither exceeds its limit nor blocks the event loop.
 *
 * @param maxBytes of the text in UTF-8.
 * @param bounded the data of answers that are known to be short.
 * @returns a function that rejects with `TooExpensiveError`.
 */
function createAnswerWriter(
  maxBytes: number,
  bounded: WeakSet<object>,
): (answer: FormattedExecutionResult) => Promise<string> {
  const check = (bytes: number) => {
    if (bytes > maxBytes)
      throw refuseExpensive(new TooExpensiveError('is answered by', 'bytes', bytes, maxBytes));
  };
  return async (answer) => {
    if (answer.data && bounded.has(answer.data)) {
      const whole = JSON.stringify(answer);
      if (whole.length * BYTES_PER_CODE_UNIT > maxBytes) check(Buffer.byteLength(whole));
      return whole;
    }
    let text = '';
    let bytes = 0;
    let turnBegan = performance.now();
    for (const piece of toPieces(answer)) {
      text += piece;
      bytes += Buffer.byteLength(piece);
      check(bytes);
      if (performance.now() - turnBegan < TURN_MS) continue;
      await new Promise(setImmediate);
      turnBegan = performance.now();
    }
    return text;
  };
}

/** A page of ten or thirty papers is written as one piece, in a fraction of a millisecond. */
const MAX_PIECE = { values: 1_000, characters: 50_000 };

/** JSON in pieces: one for each small part. */
function* toPieces(value: unknown): Generator<string> {
  if (!isHolder(value) || isSmall(value, { ...MAX_PIECE })) {
    yield JSON.stringify(value);
  } else if (Array.isArray(value)) {
    yield '[';
    for (const [at, entry] of value.entries()) {
      if (at > 0) yield ',';
      yield* toPieces(entry ?? null);
    }
    yield ']';
  } else {
    yield '{';
    let isFirst = true;
    for (const [key, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      yield `${isFirst ? '' : ','}${JSON.stringify(key)}:`;
      isFirst = false;
      yield* toPieces(entry);
    }
    yield '}';
  }
}

/** Whether the value is a list or an object; dates and similar values write themselves. */
function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('toJSON' in value);
}

/**
 * Whether the value has no more values and characters than `left`. The count is subtracted from `left`, and counting
 * stops at zero.
 */
function isSmall(value: unknown, left: { values: number; characters: number }): boolean {
  left.values--;
  if (typeof value === 'string') left.characters -= value.length;
  if (left.values < 0 || left.characters < 0) return false;
  if (!isHolder(value)) return true;
  const entries: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return entries.every((entry) => isSmall(entry, left));
}
