/** Answers that are remembered. */
const REMEMBERED = 200;
const LATE_SHARE = 0.95;
/** Answers between two looks at all that are remembered. */
const LOOK_EVERY = 20;

/** How long answers took of late. */
export interface Pace {
  note(ms: number): void;
  /** The 95th percentile, so that one answer in twenty is late, or `leastMs` where that is more. */
  lateMs(leastMs: number): number;
}

export function createPace(): Pace {
  const times: number[] = [];
  let noted = 0;
  let late = 0;
  return {
    note(ms) {
      times[noted % REMEMBERED] = ms;
      noted++;
      if (noted % LOOK_EVERY > 0) return;
      const sorted = times.toSorted((a, b) => a - b);
      late = sorted[Math.floor(LATE_SHARE * sorted.length)] ?? 0;
    },
    lateMs: (leastMs) => Math.max(late, leastMs),
  };
}
