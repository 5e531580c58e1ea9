import type { Table } from '@lancedb/lancedb';

import { makeIndex, type LanceIndex } from './tuning-index.js';
import { PublicError, toError } from '../../errors/errors.js';
import type { BuildOptions } from '../tuning.js';

const TICK_MS = 1_000;

/**
 * Builds indexes of a table, one after another. The engine cannot be stopped, and does not say how far it is: whoever
 * waits is told how long it has taken, and when it takes too long; what comes next waits until it is done.
 */
export function createBuilder(table: Table) {
  let work: Promise<void> = Promise.resolve();
  const settled = () => work.catch(() => undefined);
  return {
    settled,
    /**
     * @returns how long it took, in milliseconds.
     * @throws PublicError when it fails or takes longer than it may.
     */
    async start(index: LanceIndex, options: BuildOptions): Promise<number> {
      await settled();
      options.signal.throwIfAborted();
      const startedAt = performance.now();
      work = makeIndex(table, index).catch((error: unknown) => {
        throw failed(`failed: ${toError(error).message}`, error);
      });
      await withinLimit(work, options);
      return performance.now() - startedAt;
    },
  };
}

async function withinLimit(work: Promise<void>, { limitMs, onProgress }: BuildOptions): Promise<void> {
  let seconds = 0;
  const ticks = setInterval(() => onProgress({ name: 'seconds of indexing', done: ++seconds }), TICK_MS);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const most = Math.round(limitMs / 1_000);
      reject(failed(`was not done within ${most} s`));
    }, limitMs);
  });
  await Promise.race([work, limit]).finally(() => {
    clearInterval(ticks);
    clearTimeout(timer);
  });
}

function failed(how: string, cause?: unknown): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `Indexing by LanceDB ${how}`, { lasting: true, cause });
}
