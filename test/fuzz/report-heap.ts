import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { runInNewContext } from 'node:vm';

/** Preloaded into the server's process: answers each message with the bytes retained after a garbage collection. */
if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // defined by the flag
  process.on('message', () => {
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.(heapUsed + external);
  });
  // The channel must not keep the server's process alive.
  process.channel?.unref();
}
