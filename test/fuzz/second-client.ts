import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** One request of the second client; times are `Date.now()`. */
export interface Wait {
  from: number;
  until: number;
  /** The part of this time in which other programs used the processor that the server needed. */
  starvedMs: number;
  /** The answer's body, or what was received instead. */
  outcome: string;
}

export interface SecondClient {
  /** Everything since the last call; waits for the answer to a request sent after this call. */
  takeWaits(): Promise<Wait[]>;
  stop(): Promise<void>;
}

/** A client with cheap requests, which must not notice what another client does. */
export function startSecondClient(url: string, pid: number, everyMs = 50): SecondClient {
  const worker = new Worker(path.join(import.meta.dirname, 'second-client-worker.js'), {
    workerData: { url, pid, everyMs },
  });
  let waits: Wait[] = [];
  let listeners: ((wait: Wait) => void)[] = [];
  worker.on('message', (wait: Wait) => {
    waits.push(wait);
    for (const listener of listeners) listener(wait);
  });
  return {
    takeWaits: async () => {
      const now = Date.now();
      await new Promise<void>((resolve) => {
        listeners.push((wait) => {
          if (wait.from >= now) resolve();
        });
      });
      listeners = [];
      const taken = waits;
      waits = [];
      return taken;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
