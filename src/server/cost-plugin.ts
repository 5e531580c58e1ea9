import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { costOf, type OperationCost } from './operation-cost.js';
import type { LimitsConfig } from '../config/config.js';

/** Mistakes in variables that are reported at once; each quotes the value, and values can be large. */
const MAX_VARIABLE_ERRORS = 10;
/** Objects and lists inside one another; a filter of eight levels takes some thirty. */
const MAX_VARIABLE_DEPTH = 100;

/** Refuses an operation that may ask for more than the limits before any of it is executed. */
export function createCostPlugin(limits: Pick<LimitsConfig, keyof OperationCost>): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request }) => {
        if (!operation) return;
        if (!schema.getRootType(operation.operation))
          throw refusal(`This API has no ${operation.operation}s`);
        const variables = coerceVariables(schema, operation, request.variables ?? {});
        if (!variables) return;
        const cost = costOf(schema, document, operation, variables);
        demand(cost.searches, limits.searches, 'searches');
        demand(cost.embeddings, limits.embeddings, 'texts to embed');
        demand(cost.listItems, limits.listItems, 'list entries');
        demand(cost.filterCharacters, limits.filterCharacters, 'characters of filters');
      },
    }),
  };
}

function demand(cost: number, most: number, things: string): void {
  if (cost <= most) return;
  throw refusal(
    `The operation may ask for ${cost} ${things}; at most ${most} are allowed in one operation. ` +
      'Ask for smaller pages or fewer nested lists',
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

/** Goes level by level: descending by recursion, as everything behind this does, is what depth would make impossible. */
function isNestedDeeper(value: object, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels && level.length > 0; depth++) {
    level = level.flatMap((each): unknown[] =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    );
  }
  return level.length > 0;
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: ApolloServerErrorCode.BAD_USER_INPUT, http: { status: 400 } },
  });
}
