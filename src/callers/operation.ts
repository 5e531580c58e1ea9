import type { FormattedExecutionResult } from 'graphql';
import type { Caller } from './caller.js';

/** A document of the server itself, with values for its variables. */
export interface Operation {
  document: string;
  variables: Record<string, unknown>;
}

/**
 * Executes an operation that did not arrive at `/graphql` as if it had: it waits for the same turns, and has the
 * same limits, batches, masked errors and log. The result is the JSON that clients get; failures are in `errors`.
 */
export type ExecuteOperation = (operation: Operation, caller: Caller) => Promise<FormattedExecutionResult>;
