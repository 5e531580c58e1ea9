import asciiFolder from 'fold-to-ascii';
import { stem } from 'porter2';
import { STOP_WORDS } from './stop-words.js';

/**
 * Letters and digits, units that are one character (`㎏`), and invisible characters between them: soft hyphens,
 * joiners, byte order marks.
 */
const WORD =
  /[\p{Alphabetic}\p{N}\u3300-\u33ff](?:[\u00ad\u200c-\u200d\u2060\ufeff]*[\p{Alphabetic}\p{N}\u3300-\u33ff])*/gu;
const UNSEEN = /[\u00ad\u200c-\u200d\u2060\ufeff]/g;
const ASCII_WORD = /[a-z0-9]+/g;
const ASCII_ONLY = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex -- the ASCII range itself

/**
 * Consecutive marks in excess of what any writing system needs;
 * https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format.
 */
const MARKS = /(\p{M}{30})\p{M}+/gu;

/**
 * The text in Unicode NFC. Runs of combining marks are cut at 30, because sorting a run takes time quadratic in its
 * length.
 */
export function toNfc(text: string): string {
  return text.replace(MARKS, '$1').normalize('NFC');
}

/**
 * The text with each ligature as the letters that it stands for: `ﷺ` becomes 18 characters, `㎢` three. The
 * work on a text grows with these.
 */
export function spellOut(text: string): string {
  return ASCII_ONLY.test(text) ? text : toNfc(text).normalize('NFKC');
}

/** No limit on the length of a text is higher. */
const LONGEST = 10_000;

/** The length of a text for limits, with its ligatures spelled out unless it is too long anyway. */
export function spelledLength(text: string): number {
  return text.length > LONGEST ? text.length : Math.max(text.length, spellOut(text).length);
}

/**
 * The words of a text, in order and with repetitions: maximal runs of letters and digits, folded (see `fold`) and in
 * lower case. The text is first converted to Unicode NFC. `C++` gives the word `c`; Chinese text without spaces gives
 * one word.
 *
 * A Qdrant text index makes the same words (tokenizer `word`, lower case, ASCII folding), except that it does not
 * fold compatibility forms such as `ℓ` and the micro sign.
 */
export function toWords(text: string): string[] {
  // Most texts are ASCII and take a fifth of the time this way, which matters when millions are loaded.
  if (ASCII_ONLY.test(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  const runs = toNfc(text).match(WORD) ?? [];
  return runs.flatMap(foldRun);
}

/**
 * The result of `toWords`, with the place of each run in the text (which must be in NFC). Few runs give several
 * words, such as `½`.
 */
export function* findWords(text: string): Generator<{ words: string[]; start: number; length: number }> {
  for (const { 0: run, index } of text.matchAll(WORD)) {
    yield { words: foldRun(run), start: index, length: run.length };
  }
}

function foldRun(run: string): string[] {
  if (ASCII_ONLY.test(run)) return [run.toLowerCase()];
  const words = fold(run.replace(UNSEEN, '')).toLowerCase();
  return words.replaceAll('ς', 'σ').match(WORD) ?? []; // a sigma at the end of a Greek word
}

/**
 * Folds letters with accents, ligatures and compatibility forms (`é` → `e`, `ø` → `o`, `ß` → `ss`, `ﬃ` → `ffi`, `ℓ` →
 * `l`); other scripts are not changed.
 */
export function fold(text: string): string {
  return ASCII_ONLY.test(text) ? text : asciiFolder.foldMaintaining(text.normalize('NFKC'));
}

/** Number of cached terms. Most words of a text are among the most recent ones. */
const MAX_KEPT_TERMS = 30_000;
const kept = new Map<string, string | null>();

/**
 * The terms that keyword search compares, for papers and queries, in both stores: the words of a text, folded and
 * then reduced to their English stems (Snowball English, "Porter 2"), in order and with repetitions, without stop
 * words.
 */
export function toTerms(text: string): string[] {
  return toWords(text).flatMap((word) => toTerm(word) ?? []);
}

/** The term of an already folded word; null for a stop word. */
export function toTerm(word: string): string | null {
  const known = kept.get(word);
  if (known !== undefined) return known;
  const term = STOP_WORDS.has(word) ? null : stem(word);
  if (kept.size === MAX_KEPT_TERMS) kept.clear();
  kept.set(word, term);
  return term;
}

/** Maximum length of a word's prefixes: eight letters leave few candidates. */
const PREFIX_LENGTH = 8;

/** Prefixes of all words of the text, folded as by `toWords`, without duplicates. */
export function textPrefixes(text: string): string[] {
  return prefixesOf(toWords(text));
}

/** Prefixes for a typed text: each must begin a word. */
export function toTypedPrefixes(typed: string): string[] {
  return [...new Set(toWords(typed).map((word) => Array.from(word).slice(0, PREFIX_LENGTH).join('')))];
}

/** All prefixes of the words with at most `most` letters, without duplicates. */
export function prefixesOf(words: readonly string[], most = PREFIX_LENGTH): string[] {
  const prefixes = new Set<string>();
  for (const word of words) {
    let prefix = '';
    for (const letter of Array.from(word).slice(0, most)) prefixes.add((prefix += letter));
  }
  return [...prefixes];
}
