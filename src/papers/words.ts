import asciiFolder from 'fold-to-ascii';
import { stem } from 'porter2';
import { STOP_WORDS } from './stop-words.js';

/**
 * Letters and digits, units that are one character (`㎏`), and in between what text does not show: soft hyphens, joiners, marks of
 * byte order.
 */
const WORD =
  /[\p{Alphabetic}\p{N}\u3300-\u33ff](?:[\u00ad\u200c-\u200d\u2060\ufeff]*[\p{Alphabetic}\p{N}\u3300-\u33ff])*/gu;
const UNSEEN = /[\u00ad\u200c-\u200d\u2060\ufeff]/g;
const ASCII_WORD = /[a-z0-9]+/g;
const ASCII_ONLY = /^[\x00-\x7f]*$/; // eslint-disable-line no-control-regex -- the ASCII range itself

/** Marks that follow one another and that no writing system needs; https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format. */
const MARKS = /(\p{M}{30})\p{M}+/gu;

/**
 * The text in Unicode NFC, runs of combining marks cut at 30: bringing longer ones into order takes time that grows with
 * the square of their length.
 */
export function toNfc(text: string): string {
  return text.replace(MARKS, '$1').normalize('NFC');
}

/**
 * The words of a text, in order, repeats kept: maximal runs of letters and digits, folded (see `fold`) and in lower case.
 * Text is taken in Unicode NFC. `C++` is the word `c`; unbroken Chinese text is one word.
 *
 * A Qdrant text index makes the same words (tokenizer `word`, lower case, ASCII folding), save that it knows no
 * compatibility forms such as `ℓ` and the micro sign.
 */
export function toWords(text: string): string[] {
  // Most texts: a fifth of the time, which counts when millions are loaded.
  if (ASCII_ONLY.test(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  const runs = toNfc(text).match(WORD) ?? [];
  return runs.flatMap(foldRun);
}

/** What `toWords` gives, with each run's place in the text (which must be in NFC). Few runs are several words: `½`. */
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
 * Letters without accents, ligatures and compatibility forms (`é` → `e`, `ø` → `o`, `ß` → `ss`, `ﬃ` → `ffi`, `ℓ` → `l`);
 * other scripts stay as they are.
 */
export function fold(text: string): string {
  return ASCII_ONLY.test(text) ? text : asciiFolder.foldMaintaining(text.normalize('NFKC'));
}

/** Terms that are kept; most of what texts say is among the latest of them. */
const MAX_KEPT_TERMS = 30_000;
const kept = new Map<string, string | null>();

/**
 * What keyword search compares, of papers and of queries, in both stores: the words of a text, folded and then reduced to
 * their English stems (Snowball English, "Porter 2"), in order, repeats kept, stop words left out.
 */
export function toTerms(text: string): string[] {
  return toWords(text).flatMap((word) => toTerm(word) ?? []);
}

/** The term of a word that is folded already; null for a stop word. */
export function toTerm(word: string): string | null {
  const known = kept.get(word);
  if (known !== undefined) return known;
  const term = STOP_WORDS.has(word) ? null : stem(word);
  if (kept.size === MAX_KEPT_TERMS) kept.clear();
  kept.set(word, term);
  return term;
}

/** Letters of a word that its beginnings go up to: eight letters leave few candidates. */
const PREFIX_LENGTH = 8;

/** Beginnings of all words of the text, folded as `toWords` does, each once. */
export function textPrefixes(text: string): string[] {
  return prefixesOf(toWords(text));
}

/** What each typed word must be the beginning of some word by. */
export function toTypedPrefixes(typed: string): string[] {
  return [...new Set(toWords(typed).map((word) => Array.from(word).slice(0, PREFIX_LENGTH).join('')))];
}

/** All beginnings of the words of up to `most` letters, each once. */
export function prefixesOf(words: readonly string[], most = PREFIX_LENGTH): string[] {
  const prefixes = new Set<string>();
  for (const word of words) {
    let prefix = '';
    for (const letter of Array.from(word).slice(0, most)) prefixes.add((prefix += letter));
  }
  return [...prefixes];
}
