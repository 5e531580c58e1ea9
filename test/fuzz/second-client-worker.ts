import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createSender } from './send.js';

/**
 * Sends `{ corpus { count } }` repeatedly, on its own connection and in its own thread, so that the fuzzer's own work does
 * not count as a delay of the server. Posts each wait.
 */
const { url, pid, everyMs } = workerData as { url: string; pid: number; everyMs: number }; // as passed by `second-client.ts`
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
 * How long the server's main thread was ready to run but had no processor, because other programs used it.
 * https://docs.kernel.org/scheduler/sched-stats.html
 */
function readStarvedMs(): number {
  try {
    const [, waitedNs] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return 0; // not Linux, or the server has ended
  }
}
