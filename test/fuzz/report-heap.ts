import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { runInNewContext } from 'node:vm';

/** Imported into the server's process before it: answers each message with the bytes that stay after a collection. */
if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // what the flag defines
  process.on('message', () => {
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.(heapUsed + external);
  });
  // The channel alone does not keep the server from ending.
  process.channel?.unref();
}
