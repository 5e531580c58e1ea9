import type { OptimizeOptions } from './store.js';

/** Share of the work that must be done before the rest is estimated. */
const LEAST_SHARE = 0.05;

/**
 * Estimates how long the rest of some work takes: as long, in proportion to its cost, as what is done. The costs of
 * the parts may have any unit.
 */
export class Pace {
  readonly #startedAt: number;
  #done = 0;
  #doneAt: number;
  #running = 0;

  /**
   * @param total cost of all parts.
   * @param now returns the time in milliseconds.
   */
  constructor(
    private readonly total: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#startedAt = this.#doneAt = now();
  }

  /** A part begins. Several may run at a time. */
  begin(cost: number): void {
    this.#running += cost;
  }

  /** A part that has begun is done. */
  finish(cost: number): void {
    this.#running -= cost;
    this.#done += cost;
    this.#doneAt = this.now();
  }

  /** A part that nobody announced is done. */
  advance(cost: number): void {
    this.begin(cost);
    this.finish(cost);
  }

  /** Milliseconds until all parts are done; undefined at the beginning. */
  get remainingMs(): number | undefined {
    if (this.#done < LEAST_SHARE * this.total) return undefined;
    const perCost = (this.#doneAt - this.#startedAt) / this.#done;
    const rest = this.total - this.#done;
    // A part that takes longer than expected does not make the others shorter.
    return Math.max(perCost * rest - (this.now() - this.#doneAt), perCost * (rest - this.#running), 0);
  }

  /** The share of the time that has passed, from 0 to 1. */
  get share(): number {
    const elapsedMs = this.now() - this.#startedAt;
    const remainingMs = this.remainingMs;
    return remainingMs === undefined ? this.#done / this.total : elapsedMs / (elapsedMs + remainingMs || 1);
  }
}

/** A part of some work. The costs of parts are comparable. */
export interface WorkPart {
  title: string;
  cost: number;
}

const TELL_EVERY_MS = 1_000;

/**
 * Reports the progress of work that consists of parts, every second and whenever a part begins.
 *
 * @param work runs all parts; stops before the next one when the signal is aborted.
 * @throws the signal's reason; what `work` throws.
 */
export async function withProgress(
  parts: readonly WorkPart[],
  { onProgress, signal }: OptimizeOptions,
  work: (run: (part: WorkPart, make: () => Promise<void>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const pace = new Pace(parts.reduce((sum, { cost }) => sum + cost, 0));
  let name = '';
  const tell = () =>
    onProgress?.({ name, done: Math.floor(100 * pace.share), total: 100, remainingMs: pace.remainingMs });
  const ticks = setInterval(tell, TELL_EVERY_MS);
  try {
    await work(async ({ title, cost }, make) => {
      signal?.throwIfAborted();
      name = title;
      pace.begin(cost);
      tell();
      await make();
      pace.finish(cost);
    });
  } finally {
    clearInterval(ticks);
  }
}
