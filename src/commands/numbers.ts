import { InvalidArgumentError } from 'commander';
import { parseWholeNumber } from '../parse-number.js';

/** Parses the value of an option. */
export type Parse<Value> = (text: string) => Value;

/** Parses a whole number from `least` to `most`; commander adds the option's name to the message. */
export function wholeNumberOption(least: number, most: number = Number.MAX_SAFE_INTEGER): Parse<number> {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = parseWholeNumber(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number ${bounds}`);
  };
}
