import { timeOf } from './figures.js';
import type { Measurement } from './report.js';
import type { Estimate } from '../evaluation/statistics.js';

/** Figures in plain words. */

/** `0.996 (0.988 to 1.000)` */
export function toFigures({ value, low, high }: Estimate): string {
  const digits = (number: number) => number.toFixed(3);
  return low === high ? digits(value) : `${digits(value)} (${digits(low)} to ${digits(high)})`;
}

const FRACTIONS: [number, string][] = [
  [1, 'about the'],
  [1 / 2, 'half the'],
  [1 / 3, 'a third of the'],
  [1 / 4, 'a quarter of the'],
  [1 / 5, 'a fifth of the'],
  [1 / 10, 'a tenth of the'],
];
const CLOSE = 0.1;

/**
 * A phrase such as `a third of the`, to be followed by a noun. A plain fraction is used if the ratio is within a
 * tenth of it.
 */
export function ratioInWords(ratio: number): string {
  const fraction = FRACTIONS.find(([value]) => Math.abs(ratio / value - 1) < CLOSE);
  if (fraction) return fraction[1];
  return ratio < 1 ? `${ratio.toFixed(2)} of the` : `${ratio.toFixed(1)} times the`;
}

/** `a third of the time`, by medians. */
export function toRatio(one: Measurement, other: Measurement): string {
  return `${ratioInWords(timeOf(one).value / timeOf(other).value)} time`;
}

/** A warning if other queries of the same kind might give a different result. */
export function doubt({ precision }: { precision: Estimate }, target: number): string {
  if (precision.low >= target) return '';
  return ` These queries do not rule out a precision below ${target}; use more of them to be sure (--sample).`;
}
