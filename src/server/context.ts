import { HeaderMap, type ApolloServerPlugin, type GraphQLRequest } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { FastifyBaseLogger } from 'fastify';
import {
  getVariableValues,
  GraphQLError,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { retryAfter } from './admission.js';
import type { Account } from '../access/budgets.js';
import type { LimitsConfig } from '../config/config.js';
import { readFieldCosts, type FieldCosts } from '../cost/field-costs.js';
import { NO_PLAN, planOperation, type OperationPlan } from '../cost/plan-operation.js';
import { countValues } from '../cost/prices.js';
import { PublicError, TooExpensiveError } from '../errors/errors.js';
import { createSources, type Deadline, type Services } from '../loaders/sources.js';

export type Context = ReturnType<typeof createContext>;

/** The request that a context is for. */
export interface Caller {
  log: FastifyBaseLogger;
  /** Aborted when nobody waits for the answer any longer. */
  signal: AbortSignal;
  /** Who pays; absent where nobody counts. */
  account?: Account | undefined;
  /** See `Admission.execute`. */
  takeTurn: (share: number, deadline: Deadline) => Promise<void>;
}

/** What the resolvers of one request, and the plugins before them, work with. */
export function createContext(services: Services, { log, signal, account, takeTurn }: Caller) {
  const { deadline, ...sources } = createSources(services, signal);
  return {
    log,
    account,
    takeTurn: (share: number) => takeTurn(share, deadline),
    ...sources,
    /** Plan of the operation; known before its first resolver runs. */
    plan: NO_PLAN,
    /** Whether it was charged to the account and executed. */
    isCharged: false,
  };
}

/** Mistakes in variables that are reported at once; each quotes the value, and values can be large. */
const MAX_VARIABLE_ERRORS = 10;
/** Objects and lists inside one another; a filter of eight levels takes some thirty. */
const MAX_VARIABLE_DEPTH = 100;

/**
 * Plans each operation before any of it is executed, and refuses what may take more than the limits allow. What is
 * admitted waits for its turn, which its cost decides.
 */
export function createLimitsPlugin(limits: LimitsConfig): ApolloServerPlugin<Context> {
  let costs: FieldCosts | undefined;
  return {
    serverWillStart: async ({ schema }) => {
      costs = readFieldCosts(schema);
    },
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        if (!operation) return;
        if (!schema.getRootType(operation.operation))
          throw refusal(`This API has no ${operation.operation}s`);
        const variables = coerceVariables(schema, operation, request.variables ?? {});
        if (!variables || !costs) return;
        const plan = planOperation({ schema, costs }, document, operation, variables, limits.cost);
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
        if (body.kind === 'single') settleCost(body.singleResult, request, contextValue);
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
 * Gives back what the answer is smaller than it might have been, and tells the cost to those who pay or ask: what was
 * requested, the worst case; actual, with the values that there are; and what is left.
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
  const options = { maxErrors: MAX_VARIABLE_ERRORS };
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], inputs, options);
  const [first] = errors ?? [];
  if (!first) return coerced;
  if (errors && errors.length > MAX_VARIABLE_ERRORS)
    throw refusal(`${first.message} This and more of its kind`);
  return undefined;
}

/** Goes level by level: descending by recursion, as everything after this does, is what depth would make impossible. */
function isNestedDeeper(value: object, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels && level.length > 0; depth++) {
    level = level.flatMap((each): unknown[] =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    );
  }
  return level.length > 0;
}

/** The error as Apollo reports it, with the status of a client's mistake. */
export function refuseExpensive(error: TooExpensiveError): GraphQLError {
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
