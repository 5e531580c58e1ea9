import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Clock } from './clock.js';
import { takeLock } from '../ingest/run-lock.js';
import { parseJson } from '../parse-json.js';
import { writeWhole } from '../write-whole.js';

/** The source of papers cannot be asked any further for now; everything received is kept. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/** arXiv's rule for everybody: one request every three seconds (https://info.arxiv.org/help/api/tou.html). */
const ARXIV_PAUSE_MS = 3_000;
/** If the required wait is longer, the sync stops instead and can be run again later. */
export const PATIENCE_MS = 3_600_000;

const HostPace = z.object({
  /** When the next request may begin; null during a request. */
  notBefore: z.number().nullable(),
  /** When the last request ended. */
  endedAt: z.number().nullable(),
});

/** Whether the host is one of arXiv's, which share one pace. */
function isArxivHost(hostname: string): boolean {
  return /(?:^|\.)arxiv\.org\.?$/i.test(hostname);
}

/** The pause in effect, whatever the configuration says. */
export function toPauseMs(hostname: string, pauseMs: number): number {
  return isArxivHost(hostname) ? Math.max(pauseMs, ARXIV_PAUSE_MS) : pauseMs;
}

export interface Turns {
  /**
   * Makes one request when its turn has come. Requests are made one after another: the next begins no earlier than
   * the pause after the end of this one, even in another process, and even if this process is killed in between. A
   * host that asks for more than the pause only delays its own requests.
   *
   * @throws SourceError if the host asked for a long wait.
   * @param work returns its result, and how long after its end the host may not be asked, if that is longer than the
   * pause.
   */
  take<Result>(
    url: URL,
    signal: AbortSignal,
    work: () => Promise<{ result: Result; holdMs: number }>,
  ): Promise<Result>;
}

/**
 * @param folder shared by processes, which keep the time of the last request in it.
 */
export function createTurns(folder: string, pauseMs: number, clock: Clock): Turns {
  // A redirect leads from host to host, and a host has several names, so only one request runs at a time, whatever
  // the host.
  const anyHost = path.join(folder, 'pace.json');
  return {
    async take(url, signal, work) {
      const name = isArxivHost(url.hostname) ? 'arxiv.org' : url.host.replace(/[^a-z0-9.-]+/gi, '_');
      const file = path.join(folder, `pace-${name}.json`);
      const pause = toPauseMs(url.hostname, pauseMs);
      const release = await takeLock(`${anyHost}.lock`, { signal, onWait: () => undefined });
      try {
        const left = Math.max(await leftOf(file, pause, clock), await leftOf(anyHost, pause, clock));
        if (left > PATIENCE_MS) {
          const until = new Date(clock.now() + left).toISOString();
          throw new SourceError(`${url.host} asked clients to send no requests before ${until}`);
        }
        if (left > 0) await clock.sleep(left, signal);
        await write(anyHost, { notBefore: null, endedAt: null });
        await write(file, { notBefore: null, endedAt: null });
        let holdMs = pause;
        try {
          const done = await work();
          holdMs = Math.max(pause, done.holdMs);
          return done.result;
        } finally {
          const endedAt = clock.now();
          await write(file, { notBefore: endedAt + holdMs, endedAt });
          await write(anyHost, { notBefore: endedAt + pause, endedAt });
        }
      } finally {
        await release();
      }
    },
  };
}

/**
 * How long the host must still be left alone. A process that was killed during a request may have sent it just now.
 */
async function leftOf(file: string, pauseMs: number, clock: Clock): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return 0;
  const { data } = HostPace.safeParse(parseJson(text));
  const { notBefore, endedAt } = data ?? { notBefore: null, endedAt: null };
  if (notBefore === null || endedAt === null) return pauseMs;
  // If the clock was set back, the end of the last request is in the future.
  return Math.max(0, notBefore - Math.max(clock.now(), endedAt));
}

async function write(file: string, pace: z.infer<typeof HostPace>): Promise<void> {
  await writeWhole(file, JSON.stringify(pace));
}
