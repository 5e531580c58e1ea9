import { setTimeout as wait } from 'node:timers/promises';
import { UnexpectedAnswerError } from './http-sender.js';
import type { Send } from './load.js';

/**
 * More requests than a server queues. If this many are unanswered, the server hangs, and more requests would only
 * fill this process.
 */
const MAX_UNANSWERED = 500;

/** Outcomes of the requests that were due in a period. */
export interface Tally {
  answers: number;
  /** Times from when a request was due to the last byte of its answer, in ms. */
  waits: number[];
  /** Number of failures by kind: the status and code of the answer, or Node's error code. */
  failures: Map<string, number>;
}

export interface OpenLoop {
  /** The outcomes since the last call. */
  take(): Tally;
  /** Stops sending, and waits for requests in flight. */
  stop(): Promise<void>;
}

/** Sends requests when they are due, whether or not earlier ones have been answered. */
export function startOpenLoop(send: Send, perSecond: number): OpenLoop {
  let tally = newTally();
  let isOver = false;
  const underWay = new Set<Promise<void>>();

  async function sendOne(turn: number, dueAt: number): Promise<void> {
    try {
      await send(turn);
      tally.answers++;
      tally.waits.push(performance.now() - dueAt);
    } catch (error) {
      countFailure(tally, toKind(error));
    }
  }

  async function sendAll(): Promise<void> {
    const startedAt = performance.now();
    for (let turn = 0; !isOver; turn++) {
      const dueAt = startedAt + (1_000 * turn) / perSecond;
      const leftMs = dueAt - performance.now();
      if (leftMs > 0) await wait(leftMs);
      if (underWay.size >= MAX_UNANSWERED) {
        countFailure(tally, `not sent, with ${MAX_UNANSWERED} unanswered`);
        continue;
      }
      const sent = sendOne(turn, dueAt).finally(() => underWay.delete(sent));
      underWay.add(sent);
    }
    await Promise.all(underWay);
  }

  const sending = sendAll();
  return {
    take() {
      const taken = tally;
      tally = newTally();
      return taken;
    },
    async stop() {
      isOver = true;
      await sending;
    },
  };
}

function newTally(): Tally {
  return { answers: 0, waits: [], failures: new Map() };
}

function countFailure({ failures }: Tally, kind: string): void {
  failures.set(kind, (failures.get(kind) ?? 0) + 1);
}

function toKind(error: unknown): string {
  if (error instanceof UnexpectedAnswerError) {
    const code = /"code":"(\w+)"/.exec(error.body)?.[1] ?? 'without a code';
    return `${error.status} ${code}`;
  }
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
