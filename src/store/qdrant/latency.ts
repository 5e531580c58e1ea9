/** Number of remembered answers. */
const REMEMBERED = 200;
const LATE_SHARE = 0.95;
/** Number of answers after which the percentile is computed again. */
const LOOK_EVERY = 20;

/** The times of recent answers. */
export interface LatencyRecord {
  note(ms: number): void;
  /** The 95th percentile, so that one answer in twenty is late; at least `leastMs`. */
  lateMs(leastMs: number): number;
}

export function createLatencyRecord(): LatencyRecord {
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
