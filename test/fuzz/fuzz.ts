import { setTimeout as wait } from 'node:timers/promises';
import { confirmStalls, toMs } from './confirm-stalls.js';
import { collectFindings, type Finding } from './findings.js';
import type { FuzzedServer } from './fuzzed-server.js';
import { gather } from './gather.js';
import { startSecondClient, type SecondClient } from './second-client.js';
import { createOperationSender } from './send-operations.js';
import { createSender, type Send } from './send.js';

export interface FuzzOptions {
  seed: number;
  /** Minimum number of requests to send; the last operation is always sent completely. */
  count: number;
  /** Index of the first operation. */
  from?: number;
  /** Requests in flight at once. */
  lanes?: number;
}

export interface FuzzReport {
  findings: Finding[];
  /** Requests sent. */
  sent: number;
  /** Requests that were executed at least partly. */
  served: number;
  statuses: Record<number, number>;
  /** The second client's longest wait; NaN if the server has ended. */
  worstWaitMs: number;
  /** Retained bytes after the first operations and at the end. */
  heapBytes: { before: number; after: number };
}

/** Bytes that may be retained when everything has been answered, because of caches, all of which are bounded. */
const MOST_GROWTH_BYTES = 64 * 2 ** 20;
/** Requests that fill caches and compile code before memory is measured. */
const WARM_UP = 200;
/** How long abandoned requests may continue. */
const SETTLING_SECONDS = 20;

/** Sends hostile requests to the server, determined by the seed, and observes it from outside. */
export async function fuzz(server: FuzzedServer, options: FuzzOptions): Promise<FuzzReport> {
  const { send, close } = createSender(server.url, options.lanes ?? 4);
  const secondClient = startSecondClient(server.url, server.pid);
  try {
    return await watch(server, options, send, secondClient);
  } finally {
    await secondClient.stop();
    close();
  }
}

async function watch(
  server: FuzzedServer,
  { seed, count, from = 0, lanes = 4 }: FuzzOptions,
  send: Send,
  secondClient: SecondClient,
): Promise<FuzzReport> {
  const findings = collectFindings();
  const sender = createOperationSender({ server, send, seed, lanes, origin: await gather(send), findings });
  const next = await sender.sendUntil(Math.min(count, WARM_UP), from);
  const before = await server.heapBytes();
  await sender.sendUntil(count, next);

  const waits = server.exit() === undefined ? await secondClient.takeWaits() : [];
  const sent = sender.log.length;
  for (const finding of await confirmStalls(waits, sender, secondClient)) findings.add(finding);
  const after = await settle(server, before);
  const growth = Math.round((after - before) / 2 ** 20);
  if (after - before > MOST_GROWTH_BYTES) findings.add({ complaint: `${growth} MiB more stay than before` });
  const logged = server.logOfErrors();
  if (logged !== undefined) findings.add({ complaint: `the server's log says ${logged}` });
  return {
    findings: findings.list,
    sent,
    served: sender.served(),
    statuses: sender.statuses,
    worstWaitMs: Math.max(...waits.map(toMs)),
    heapBytes: { before, after },
  };
}

/** Retained bytes once abandoned requests have ended, too. */
async function settle(server: FuzzedServer, before: number): Promise<number> {
  let bytes = await server.heapBytes();
  for (let seconds = 0; seconds < SETTLING_SECONDS && bytes - before > MOST_GROWTH_BYTES; seconds++) {
    await wait(1_000);
    bytes = await server.heapBytes();
  }
  return bytes;
}
