import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { costOf, type OperationCost } from './operation-cost.js';
import type { LimitsConfig } from '../config/config.js';

/** Refuses an operation that may ask for more than the limits before any of it is executed. */
export function createCostPlugin(limits: Pick<LimitsConfig, keyof OperationCost>): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request }) => {
        if (!operation) return;
        const cost = costOf(schema, document, operation, request.variables ?? {});
        if (cost.searches > limits.searches) {
          throw tooCostly(
            `${cost.searches} searches; at most ${limits.searches} are allowed in one operation`,
          );
        }
        if (cost.listItems > limits.listItems) {
          throw tooCostly(
            `${cost.listItems} list entries; at most ${limits.listItems} are allowed in one operation`,
          );
        }
      },
    }),
  };
}

function tooCostly(complaint: string): GraphQLError {
  return new GraphQLError(
    `The operation may ask for ${complaint}. Ask for smaller pages or fewer nested lists`,
    {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
    },
  );
}
