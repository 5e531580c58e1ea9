export interface RecencyOptions {
  /** Days after which a paper's newness has halved. */
  halfLifeDays: number;
  /** 0 leaves scores as they are; 1 multiplies them by the newness alone. */
  weight: number;
}

export interface Newness {
  /** Null where the date is not known. */
  ageDays: number | null;
  /** What the score is multiplied by, `1 - weight` to 1. */
  factor: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * How new a paper is and what that does to its score: newness is 1 on the day of submission and halves with every
 * half-life; without a date it is 0, and a date ahead of the clock counts as now.
 */
export function toNewness(
  submittedAt: string | undefined,
  nowMs: number,
  { halfLifeDays, weight }: RecencyOptions,
): Newness {
  if (submittedAt === undefined) return { ageDays: null, factor: 1 - weight };
  const ageDays = Math.max(0, nowMs - Date.parse(submittedAt)) / DAY_MS;
  return { ageDays, factor: 1 - weight + weight * 0.5 ** (ageDays / halfLifeDays) };
}

/** A cosine below 0 stays: a factor below 1 would raise it. */
export function applyFactor(score: number, factor: number): number {
  return score > 0 ? score * factor : score;
}
