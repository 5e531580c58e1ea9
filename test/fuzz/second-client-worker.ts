import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createSender } from './send.js';

/**
 * Asks `{ corpus { count } }` again and again on a connection of its own, in a thread of its own: what the fuzzer itself is
 * busy with does not count as the server's delay. Posts each wait.
 */
const { url, pid, everyMs } = workerData as { url: string; pid: number; everyMs: number }; // as `second-client.ts` gives it
const { send } = createSender(url, 1);
const request = {
  method: 'POST',
  path: '/graphql',
  headers: { 'content-type': 'application/json' },
  body: '{"query":"{ corpus { count } }"}',
};

for (;;) {
  const from = Date.now();
  const starvedBefore = readStarvedMs();
  const outcome = await send(request).then(
    ({ status, body }) => (status === 200 ? body.toString() : `status ${status}`),
    (error: unknown) => String(error),
  );
  const starvedMs = readStarvedMs() - starvedBefore;
  parentPort?.postMessage({ from, until: Date.now(), starvedMs, outcome });
  await wait(everyMs);
}

/**
 * How long the server's main thread has had work and no processor, which is no fault of its own: other programs of the
 * machine had it. https://docs.kernel.org/scheduler/sched-stats.html
 */
function readStarvedMs(): number {
  try {
    const [, waitedNs] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return 0; // not Linux, or the server is gone
  }
}
