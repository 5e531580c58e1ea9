import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** The source of all of the fuzzer's randomness. */
export interface Dice {
  /** A whole number, including both ends. */
  int(least: number, most: number): number;
  /** A size from 1 to `most`; every order of magnitude is equally likely. */
  size(most: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** Gives the same results for the same seed and index on every machine. */
export function createDice(seed: number, index: number): Dice {
  const generator = xoroshiro128plus(Math.imul(index + 1, 0x9e3779b1) ^ seed);
  const int = (least: number, most: number) => uniformInt(generator, least, Math.max(least, most));
  const fraction = () => int(0, 2 ** 30) / 2 ** 30;
  return {
    int,
    size: (most) => Math.max(1, Math.round(Math.exp(fraction() * Math.log(Math.max(1, most))))),
    chance: (probability) => fraction() < probability,
    pick(items) {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new Error('Nothing to pick from');
      return item;
    },
  };
}
