import { nameSpellings } from './author-name.js';
import { toWords } from './words.js';

/** Letters of a word that count: eight letters leave few candidates. */
const PREFIX_LENGTH = 8;

/** Beginnings of all words of the text, folded as `toWords` does, each once. */
export function textPrefixes(text: string): string[] {
  return prefixesOf(toWords(text));
}

/** The same of a name, see `nameWords`. */
export function namePrefixes(name: string): string[] {
  return prefixesOf(nameWords(name));
}

/** The words of a name, whose hyphens and apostrophes may be left out: `Tian-Xing`, `Tianxing`; `O'Brien`, `OBrien`. */
export function nameWords(name: string): string[] {
  return [...new Set([...toWords(name), ...nameSpellings(name).flat()])];
}

/** What each typed word must be the beginning of some word by. */
export function toTypedPrefixes(typed: string): string[] {
  return [...new Set(toWords(typed).map((word) => Array.from(word).slice(0, PREFIX_LENGTH).join('')))];
}

function prefixesOf(words: readonly string[]): string[] {
  const prefixes = new Set<string>();
  for (const word of words) {
    let prefix = '';
    for (const letter of Array.from(word).slice(0, PREFIX_LENGTH)) prefixes.add((prefix += letter));
  }
  return [...prefixes];
}
