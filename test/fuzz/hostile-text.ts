import type { Dice } from './dice.js';

/** Makes texts of one kind; `length` is in UTF-16 units and approximate. */
type Text = (dice: Dice, length: number) => string;

const WORDS = ['neural', 'network', 'learning', 'quantum', 'graph', 'data', 'Balázs', 'naïve', 'x'];

const repeat = (text: string, length: number) => text.repeat(Math.ceil(length / text.length));

/** Joins parts until the length is reached. */
function fill(length: number, part: (at: number) => string): string {
  let text = '';
  for (let at = 0; text.length < length; at++) text += `${part(at)} `;
  return text;
}

const TEXTS: readonly Text[] = [
  (dice, length) => fill(length, () => dice.pick(WORDS)),
  // Combining marks in an order that normalisation must change.
  (dice, length) => dice.pick(WORDS) + repeat('\u0315\u0301\u0328', length),
  (_dice, length) => fill(length, () => `e${'\u0301\u0323\u0328'.repeat(12)}`),
  // Characters that expand to several when compatibility forms are replaced or letter case changes.
  (dice, length) => repeat(dice.pick(['ﷺ', 'İ', 'ß', 'ΐ', 'ﬃ', '㋿', '½']), length),
  (_dice, length) => repeat('\ud800', length),
  (_dice, length) => repeat('\udc00\ud83d', length),
  (_dice, length) => repeat('\u202egnp.\u2066\u200b\u200d\ufeff', length),
  (_dice, length) => repeat('👩‍👩‍👧‍👦🏳️‍🌈', length),
  (_dice, length) => repeat('ᄀᄀᄀ각ᆨᆨ', length),
  (_dice, length) => repeat('漢字かな交じり文', length),
  (dice, length) => repeat(dice.pick(['\0', '\n', '\t', '\u0085', '\u2028', ' ', '　']), length),
  (dice, length) => repeat(dice.pick(['"', "'", '\\', '%', '_', '*', '(', '[a-z]+', '${x}', '`']), length),
  (dice, length) => repeat(dice.pick(['9', '-', '.', '0x', '1e']), length),
  (dice) => dice.pick(['', ' ', '__proto__', 'constructor', 'null', 'NaN', "' OR 1=1 --"]),
  // Syntax of the query language.
  (dice, length) => fill(length, (at) => `"${dice.pick(WORDS)} ${at}"`),
  (dice, length) => fill(length, (at) => `-${dice.pick(WORDS)}${at}`),
  (dice, length) => fill(length, (at) => `by ${dice.pick(WORDS)}${at} and`),
  (dice, length) =>
    fill(length, () => dice.pick(['cat:cs.*', 'in 2021', 'since March 2022', 'title:x', 'id:1'])),
  (_dice, length) => repeat('"', length),
  (_dice, length) => repeat('-"', length),
  (_dice, length) => repeat('author:"', length),
];

/** A text that might cause problems, of at most about this many UTF-16 units. */
export function hostileText(dice: Dice, most: number): string {
  const text = dice.pick(TEXTS)(dice, dice.size(most));
  return dice.chance(0.2) ? `${text} ${dice.pick(TEXTS)(dice, dice.size(most))}` : text;
}
