import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../server/context.js';

/** Results may be worked on for so long before everything else that waits for the event loop has its turn. */
const SLICE_MS = 10;

const waiting: (() => void)[] = [];
let isRunning = false;
let sliceBegan = 0;

/**
 * The resolver, whose results are completed one after the other, with a pause for timers, connections and other requests
 * every 10 ms. A batch settles hundreds of them in one moment, and all that follows would run without a break.
 *
 * Results below which more is asked for go on at once, so that this still goes out as one batch; they are few.
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
  // From within a promise job, a tick comes after all promise jobs, those that the turn set off included.
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
