import { prefixesOf, toWords } from './words.js';

/**
 * How author names match, by keyword equality alone.
 *
 * A text index pools the words of all authors of a paper, so "Jing Li" would match a paper by Jing Wang and Li Chen.
 * Instead every author contributes one key for each choice of up to three words of the name, each word written in
 * full (`xu`) or as an initial (`t.`). A query name becomes such a key too, and equality is the whole test. Keys are
 * sorted, so word order does not matter, and made of folded words, so case, accents and hyphens do not.
 *
 * An initial matches both ways: "T. Xu" finds Tian-Xing Xu through the key `t. xu` of the latter; "Csaba Balázs" finds
 * C. Balázs through `balazs c`, the key that only a name with the literal initial has.
 */

/** Words in one key. Names with more words match when choices of three of them do. */
const WORDS_PER_KEY = 3;
/** Beyond this a name is a collaboration or an institution: its words are not abbreviated. */
const MAX_ABBREVIATED_WORDS = 6;
/** Words of a name that are looked at, in names and in queries alike. */
const MAX_WORDS = 12;

/** The keys of all authors of a paper, without repeats: the payload's `author_keys`. */
export function authorKeys(names: readonly string[]): string[] {
  const keys = new Set<string>();
  for (const name of names) {
    for (const words of nameSpellings(name)) addNameKeys(words, keys);
  }
  return [...keys];
}

/**
 * What a paper's `author_keys` must hold for one of its authors to have all words of `name`: one of the alternatives
 * must be met (a hyphenated name has two spellings); an alternative is met when each of its lists has a key among the
 * paper's. A name without any word has no alternative: nothing matches it.
 *
 * @param options.isLastFull the last word must stand in full in the author's name: "adam optimizers" is not Adam O. Smith.
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
    // Nothing in the name can stand in full ("W. E"): it is found by its initials, all of them.
    keys.add(toKey(words.map(toInitial)));
    return;
  }
  const isAbbreviated = words.length <= MAX_ABBREVIATED_WORDS;
  const initials = isAbbreviated ? words.map(toInitial) : words;
  /** All keys that begin with these words; one of a key's words at least stands in full. */
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

/** Every row that takes one of the writings of each word. */
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
  // No name so long is abbreviated. Its two longest words with each other one: all choices of three would be hundreds.
  const [first = '', second = '', ...others] = [...words].sort((a, b) => b.length - a.length);
  return others.map((word) => [toKey([first, second, word])]);
}

/**
 * The keys of an author that a group of query words may hit. A full word also hits the literal initial of a name
 * ("Csaba" the author "C."), as long as one word stands in full on both sides.
 *
 * @param inFull a word that hits nothing but itself.
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

/** One group of all words when they fit into a key, else every choice of three with a word written in full. */
function groupsOf(words: readonly string[], size: number): string[][] {
  if (words.length <= size) return [[...words]];
  return choose(words, size).filter((group) => group.length === size && !group.every(isInitial));
}

/** Every choice of one to `size` of the words, their order kept. */
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
/** Apostrophes, and the letters that scholars write for one: U+02B9 to U+02BF. */
const APOSTROPHE = /['’‘`´\u02b9-\u02bf\u2032\uff07]/gu;
const CLOSED_HYPHEN = /(?<=\p{L}\p{L})[-‐‑](?=\p{L}\p{L})/gu;
/** `AY` in `Ng AY`, which is `A. Y.`; no number as in `Miller III`. */
const BARE_INITIALS = /(?<![\p{L}\p{M}\p{N}.-])(?!I{2,3}\b|IV\b)\p{Lu}{2,3}(?![\p{L}\p{M}\p{N}-])/gu;
const HAS_LOWER_CASE = /\p{Ll}/u;

/**
 * The name's words; where hyphens split some ("Tian-Xing"), also with those joined ("tianxing"); where initials stand without full
 * stops beside a name in small letters ("DW Latham"), also with each a word.
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

/** Beginnings of all words of a name, see `nameWords`; of other texts `textPrefixes` gives them. */
export function namePrefixes(name: string): string[] {
  return prefixesOf(nameWords(name));
}

/** The words of a name, whose hyphens and apostrophes may be left out: `Tian-Xing`, `Tianxing`; `O'Brien`, `OBrien`. */
export function nameWords(name: string): string[] {
  return [...new Set([...toWords(name), ...nameSpellings(name).flat()])];
}

function splitName(name: string): string[] {
  return toWords(name).slice(0, MAX_WORDS);
}

/** A lone letter of a script with upper and lower case. A lone Chinese character is a word. */
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
