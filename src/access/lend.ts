import type { Worker } from 'node:cluster';
import { createLocalBuckets, type Buckets, type Charge } from './buckets.js';

/**
 * Shares buckets between processes: the primary process keeps them and lends them to the processes that it started.
 */

/** Distinguishes these messages from others between the processes. */
const TOPIC = 'buckets';

interface Request {
  topic: typeof TOPIC;
  number: number;
  bucket: string;
  budget: number;
  /** Negative for a refund. */
  units: number;
}

interface Response {
  topic: typeof TOPIC;
  number: number;
  charge: Charge;
}

/** A primary process that has not answered after this time is treated as unavailable. */
const ANSWER_MS = 1_000;

/** Charges the buckets on behalf of the process until it ends. */
export function lendBuckets({ charge }: Pick<Buckets, 'charge'>, worker: Worker): void {
  worker.on('message', (message: unknown) => {
    if (!isRequest(message)) return;
    const { number, bucket, budget, units } = message;
    void charge(bucket, budget, units).then((charged) => {
      if (worker.isConnected()) worker.send({ topic: TOPIC, number, charge: charged } satisfies Response);
    });
  });
}

/**
 * The buckets that the primary process lends to this one. Charges that it does not answer in time go to buckets of
 * this process, so that no client is rejected because the primary process failed.
 */
export function borrowBuckets(): Buckets {
  const local = createLocalBuckets();
  const waiting = new Map<number, (charge: Charge) => void>();
  let count = 0;
  const onMessage = (message: unknown) => {
    if (isResponse(message)) waiting.get(message.number)?.(message.charge);
  };
  process.on('message', onMessage);

  /** Null if the answer is late. */
  function ask(bucket: string, budget: number, units: number): Promise<Charge | null> {
    const number = count++;
    return new Promise<Charge | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), ANSWER_MS);
      waiting.set(number, (charge) => {
        clearTimeout(timer);
        resolve(charge);
      });
      process.send?.({ topic: TOPIC, number, bucket, budget, units } satisfies Request);
    }).finally(() => waiting.delete(number));
  }

  return {
    charge: async (bucket, budget, units) =>
      (await ask(bucket, budget, units)) ?? local.charge(bucket, budget, units),
    async refund(bucket, budget, units) {
      await ask(bucket, budget, -units);
    },
    isShared: () => true,
    close() {
      process.off('message', onMessage);
      local.close();
    },
  };
}

function isRequest(message: unknown): message is Request {
  return isOnTopic(message) && 'units' in message;
}

function isResponse(message: unknown): message is Response {
  return isOnTopic(message) && 'charge' in message;
}

function isOnTopic(message: unknown): message is object {
  return typeof message === 'object' && message !== null && 'topic' in message && message.topic === TOPIC;
}
