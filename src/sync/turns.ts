import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Clock } from './clock.js';
import { SourceError } from './source-error.js';
import { takeLock } from '../ingest/run-lock.js';
import { writeWhole } from '../write-whole.js';

/** What arXiv asks of everybody: one request in three seconds (https://info.arxiv.org/help/api/tou.html). */
const ARXIV_PAUSE_MS = 3_000;
/** Somebody who is asked to wait longer than this does better to come again later. */
export const PATIENCE_MS = 3_600_000;

const Pace = z.object({
  /** When the next request may begin; null while one is under way. */
  notBefore: z.number().nullable(),
  /** When the last one ended. */
  endedAt: z.number().nullable(),
});

/** Whether the host is one of arXiv's own, whose pace counts for all of them together. */
function isArxivHost(hostname: string): boolean {
  return /(?:^|\.)arxiv\.org\.?$/i.test(hostname);
}

/** The pause that is kept, whatever the configuration says. */
export function toPauseMs(hostname: string, pauseMs: number): number {
  return isArxivHost(hostname) ? Math.max(pauseMs, ARXIV_PAUSE_MS) : pauseMs;
}

export interface Turns {
  /**
   * Does one request when its turn has come. Requests follow one another: the next begins no earlier than the pause after
   * the end of this one, also in another process, also when this one is killed on the way. A host that asks for more than
   * the pause holds up its own requests alone.
   *
   * @throws SourceError when the host asked to be left alone for long.
   * @param work returns what came of it, and how long after its end nothing may be asked, if that is more than the pause.
   */
  take<Result>(
    url: URL,
    signal: AbortSignal,
    work: () => Promise<{ result: Result; holdMs: number }>,
  ): Promise<Result>;
}

/** @param folder where processes that share it keep the time of the last request. */
export function createTurns(folder: string, pauseMs: number, clock: Clock): Turns {
  // A redirect leads from host to host, and a host has several names: one request at a time, whatever the host.
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
          throw new SourceError(`${url.host} asked to be left alone until ${until}`);
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

/** How long the host must be left alone yet. A process that was killed while it asked did so just now, for all we know. */
async function leftOf(file: string, pauseMs: number, clock: Clock): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return 0;
  const { data } = Pace.safeParse(tryJson(text));
  const { notBefore, endedAt } = data ?? { notBefore: null, endedAt: null };
  if (notBefore === null || endedAt === null) return pauseMs;
  // By a clock that was set back, the last request has yet to end.
  return Math.max(0, notBefore - Math.max(clock.now(), endedAt));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function write(file: string, pace: z.infer<typeof Pace>): Promise<void> {
  await writeWhole(file, JSON.stringify(pace));
}
