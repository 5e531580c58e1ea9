import type { PublicCode } from '../src/errors/errors.js';

/** Maximum growth of memory from the middle third of the time to the last one. The first third is the warm-up. */
const MAX_GROWTH = 0.05;
/** Failures that clients must expect of an overloaded server, or one with unavailable parts (docs/clients.md). */
const NAMED: readonly PublicCode[] = ['OVERLOADED', 'TIMEOUT', 'STORE_UNAVAILABLE', 'EMBEDDING_UNAVAILABLE'];

export interface Verdict {
  isMet: boolean;
  words: string;
}

/**
 * @param samples resident memory in MiB at regular intervals. Single samples rise and fall with garbage collections.
 */
export function judgeMemory(samples: readonly number[]): Verdict {
  const third = Math.floor(samples.length / 3);
  const middle = median(samples.slice(third, 2 * third));
  const last = median(samples.slice(2 * third));
  const growth = last / middle - 1;
  const isMet = growth <= MAX_GROWTH;
  return {
    isMet,
    words:
      `Memory: median ${middle.toFixed(0)} MiB in the middle third, ${last.toFixed(0)} MiB in the last, ` +
      `${(100 * growth).toFixed(1)} % more; goal: at most ${100 * MAX_GROWTH} %: ${inWords(isMet)}`,
  };
}

/** @param failures number of failed searches by kind. */
export function judgeFailures(failures: ReadonlyMap<string, number>, answers: number): Verdict {
  const isNamed = (kind: string) => NAMED.some((code) => kind.endsWith(` ${code}`));
  const named = [...failures].filter(([kind]) => isNamed(kind));
  const others = [...failures].filter(([kind]) => !isNamed(kind));
  const isMet = others.length === 0 && answers > 0;
  return {
    isMet,
    words:
      `Searches: ${answers} answered; failures that the contract names: ${list(named)}; ` +
      `others: ${list(others)}; goal: no others: ${inWords(isMet)}`,
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function list(failures: readonly [kind: string, count: number][]): string {
  return failures.length === 0 ? 'none' : failures.map(([kind, count]) => `${count} x ${kind}`).join(', ');
}

function inWords(isMet: boolean): string {
  return isMet ? 'met' : 'MISSED';
}
