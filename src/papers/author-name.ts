import { prefixesOf, toWords } from './words.js';

/**
 * Matches author names, by keyword equality alone.
 *
 * A text index mixes the words of all authors of a paper, so "Jing Li" would match a paper by Jing Wang and Li Chen.
 * Instead, every author adds one key for each choice of up to three words of the name, with each word in full (`xu`)
 * or as an initial (`t.`). A name in a query becomes such a key too, and the keys need only be compared for equality.
 * Keys are sorted, so word order does not matter, and consist of folded words, so case, accents and hyphens do not
 * matter either.
 *
 * An initial matches both ways: "T. Xu" finds Tian-Xing Xu through the latter's key `t. xu`; "Csaba Balázs" finds C.
 * Balázs through `balazs c`, a key that only names with the literal initial have.
 */

/** Maximum number of words in one key. Longer names match if choices of three words match. */
const WORDS_PER_KEY = 3;
/** Longer names are those of collaborations or institutions, whose words are not abbreviated. */
const MAX_ABBREVIATED_WORDS = 6;
/** Only this many words of a name are used, in papers and in queries. */
const MAX_WORDS = 12;

/** The keys of all authors of a paper, without duplicates: the payload's `author_keys`. */
export function authorKeys(names: readonly string[]): string[] {
  const keys = new Set<string>();
  for (const name of names) {
    for (const words of nameSpellings(name)) addNameKeys(words, keys);
  }
  return [...keys];
}

/**
 * Conditions on a paper's `author_keys` so that one of its authors has all words of `name`. One of the alternatives
 * must be met (a hyphenated name has two spellings). An alternative is met if the paper has at least one key from
 * each of its lists. A name without words has no alternatives, so it matches nothing.
 *
 * @param options.isLastFull the last word must be written in full in the author's name: "adam optimizers" is not Adam
 * O. Smith.
 */
export function authorKeyAlternatives(name: string, { isLastFull = false } = {}): string[][][] {
  const alternatives = nameSpellings(name).map((words) =>
    toKeyLists(words, isLastFull ? words.at(-1) : undefined),
  );
  if (alternatives.every((lists) => lists.length === 1)) {
    const keys = new Set(alternatives.flat(2));
    return keys.size === 0 ? [] : [[[...keys]]];
  }
  return alternatives;
}

function addNameKeys(words: readonly string[], keys: Set<string>): void {
  if (words.every(isInitial)) {
    // No word of the name can be written in full ("W. E"), so it is found by all of its initials.
    keys.add(toKey(words.map(toInitial)));
    return;
  }
  const isAbbreviated = words.length <= MAX_ABBREVIATED_WORDS;
  const initials = isAbbreviated ? words.map(toInitial) : words;
  /** Adds all keys that begin with these words; at least one word of a key is written in full. */
  const extend = (chosen: readonly string[], isFull: boolean, from: number) => {
    if (isFull) keys.add(toKey(chosen));
    if (chosen.length === WORDS_PER_KEY) return;
    for (let at = from; at < words.length; at++) {
      const word = words[at] ?? '';
      const initial = initials[at] ?? '';
      extend([...chosen, word], isFull || !isInitial(word), at + 1);
      if (initial !== word) extend([...chosen, initial], isFull, at + 1);
    }
  };
  extend([], false, 0);
}

/** All combinations with one form of each word. */
function combine(words: readonly string[], writingsOf: (word: string) => string[]): string[][] {
  return words.reduce<string[][]>(
    (rows, word) => rows.flatMap((row) => writingsOf(word).map((written) => [...row, written])),
    [[]],
  );
}

function toKeyLists(words: readonly string[], inFull?: string): string[][] {
  if (words.every(isInitial)) return [[toKey(words.map(toInitial))]];
  if (words.length <= MAX_ABBREVIATED_WORDS)
    return groupsOf(words, WORDS_PER_KEY).map((group) => queryKeys(group, inFull));
  // Names this long are not abbreviated. Combines the two longest words with each other word: all choices of three
  // would be hundreds.
  const [first = '', second = '', ...others] = [...words].sort((a, b) => b.length - a.length);
  return others.map((word) => [toKey([first, second, word])]);
}

/**
 * The author keys that a group of query words may match. A full word also matches the literal initial of a name
 * ("Csaba" matches the author "C."), if at least one word is written in full on both sides.
 *
 * @param inFull a word that matches only itself.
 */
function queryKeys(group: readonly string[], inFull?: string): string[] {
  const rows = combine(group, (word) => {
    if (isInitial(word)) return [toInitial(word)];
    if (word === inFull) return [word];
    return isInitial(firstLetter(word)) ? [word, firstLetter(word)] : [word];
  });
  const keys = rows
    .filter((row) => row.some((word, at) => word === group[at] && !isInitial(word)))
    .map(toKey);
  return [...new Set(keys)];
}

/** One group of all words if they fit into a key, otherwise every choice of three that has a word written in full. */
function groupsOf(words: readonly string[], size: number): string[][] {
  if (words.length <= size) return [[...words]];
  return choose(words, size).filter((group) => group.length === size && !group.every(isInitial));
}

/** Every choice of one to `size` of the words, in their original order. */
function choose(words: readonly string[], size: number): string[][] {
  const chosen: string[][] = [];
  const extend = (prefix: string[], from: number) => {
    if (prefix.length > 0) chosen.push(prefix);
    if (prefix.length === size) return;
    for (let at = from; at < words.length; at++) {
      const word = words[at];
      if (word !== undefined) extend([...prefix, word], at + 1);
    }
  };
  extend([], 0);
  return chosen;
}

const HYPHEN = /[-‐‑]/u;
/** Apostrophes, and the letters that scholars use instead: U+02B9 to U+02BF. */
const APOSTROPHE = /['’‘`´\u02b9-\u02bf\u2032\uff07]/gu;
const CLOSED_HYPHEN = /(?<=\p{L}\p{L})[-‐‑](?=\p{L}\p{L})/gu;
/** `AY` in `Ng AY`, which means `A. Y.`; not a numeral, as in `Miller III`. */
const BARE_INITIALS = /(?<![\p{L}\p{M}\p{N}.-])(?!I{2,3}\b|IV\b)\p{Lu}{2,3}(?![\p{L}\p{M}\p{N}-])/gu;
const HAS_LOWER_CASE = /\p{Ll}/u;

/**
 * The words of the name. If hyphens separate some of them ("Tian-Xing"), also a spelling with these joined
 * ("tianxing"). If initials without full stops precede a name in lower case ("DW Latham"), also a spelling with each
 * initial as a word.
 */
function nameSpellings(name: string): string[][] {
  const plain = name.replace(APOSTROPHE, '');
  const written = splitName(plain);
  if (written.length === 0) return [];
  const spellings = [written];
  if (HYPHEN.test(plain)) {
    const joined = splitName(plain.replace(CLOSED_HYPHEN, ''));
    if (joined.length < written.length) spellings.push(joined);
  }
  if (HAS_LOWER_CASE.test(plain)) {
    const spelled = plain.replace(BARE_INITIALS, (initials) => Array.from(initials).join(' '));
    if (spelled !== plain) spellings.push(splitName(spelled));
  }
  return spellings;
}

/** Prefixes of all words of a name, see `nameWords`; for other texts use `textPrefixes`. */
export function namePrefixes(name: string): string[] {
  return prefixesOf(nameWords(name));
}

/**
 * The words of a name, with and without its hyphens and apostrophes: `Tian-Xing`, `Tianxing`; `O'Brien`, `OBrien`.
 */
export function nameWords(name: string): string[] {
  return [...new Set([...toWords(name), ...nameSpellings(name).flat()])];
}

function splitName(name: string): string[] {
  return toWords(name).slice(0, MAX_WORDS);
}

/** A single letter of a script with upper and lower case. A single Chinese character is a word. */
function isInitial(word: string): boolean {
  return word.length === 1 && word.toLowerCase() !== word.toUpperCase();
}

function toInitial(word: string): string {
  const letter = firstLetter(word);
  return isInitial(letter) ? `${letter}.` : word;
}

function firstLetter(word: string): string {
  return String.fromCodePoint(word.codePointAt(0) ?? 0);
}

function toKey(words: readonly string[]): string {
  const [first = '', second = ''] = words;
  if (words.length === 1) return first;
  if (words.length === 2) return first < second ? `${first} ${second}` : `${second} ${first}`;
  return [...words].sort().join(' ');
}
