import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../callers/caller.js';

/** How long results may be completed before other work on the event loop gets a turn. */
const SLICE_MS = 10;

const waiting: (() => void)[] = [];
let isRunning = false;
let sliceBegan = 0;

/**
 * Wraps a resolver so that its results are completed one after another, with a pause for timers, connections and
 * other requests every 10 ms. A batch settles hundreds of results at once, and completing them would otherwise run
 * without a break.
 *
 * Results with fields that call the store are not delayed, so that these calls still form one batch; they are few.
 */
export function inTurns<Parent, Args, Result>(
  resolve: (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Promise<Result>,
) {
  return async (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo): Promise<Result> => {
    const result = await resolve(parent, args, context, info);
    if (!info.fieldNodes.some((node) => context.plan.asksBelow.has(node))) await nextTurn();
    return result;
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (isRunning) return;
    isRunning = true;
    sliceBegan = performance.now();
    process.nextTick(takeTurn);
  });
}

function takeTurn(): void {
  waiting.shift()?.();
  // A tick that is queued in a promise job runs after all promise jobs, including those that the turn started.
  void Promise.resolve().then(() => process.nextTick(goOn));
}

function goOn(): void {
  isRunning = waiting.length > 0;
  if (!isRunning) return;
  if (performance.now() - sliceBegan < SLICE_MS) {
    takeTurn();
    return;
  }
  setImmediate(() => {
    sliceBegan = performance.now();
    takeTurn();
  });
}
