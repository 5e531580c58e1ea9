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

/** `a third of the`, to go on with what the ratio is of; a plain fraction where that is met within a tenth. */
export function ratioInWords(ratio: number): string {
  const fraction = FRACTIONS.find(([value]) => Math.abs(ratio / value - 1) < CLOSE);
  if (fraction) return fraction[1];
  return ratio < 1 ? `${ratio.toFixed(2)} of the` : `${ratio.toFixed(1)} times the`;
}

/** `a third of the time`: medians. */
export function toRatio(one: Measurement, other: Measurement): string {
  return `${ratioInWords(timeOf(one).value / timeOf(other).value)} time`;
}

/** Whether other queries of the same kind might tell otherwise. */
export function doubt({ precision }: { precision: Estimate }, target: number): string {
  if (precision.low >= target) return '';
  return ` These queries do not rule out a precision below ${target}; use more of them to be sure (--sample).`;
}
