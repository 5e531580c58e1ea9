import leven from 'leven';
import { findVariants, type DirectorySource } from './author.js';
import { toTypedPrefixes, toWords } from '../papers/words.js';
import type { DirectoryQuery } from '../store/directory.js';

/** A name that no author in the corpus has. */
export interface UnknownAuthor {
  name: string;
  /** Names that differ by a few letters, the closest first, then those with the most papers. */
  didYouMean: string[];
}

const MOST_SUGGESTED = 3;
/** Number of names to consider for each kind of typing mistake. */
const CANDIDATES = 100;
/** Maximum number of words of a name that are compared. */
const MAX_WORDS = 6;
/** Maximum number of letters in which a whole name may differ. */
const MAX_DISTANCE = 3;

/** Finds the names that no author has. Calls the directory only twice, whatever the number of names. */
export async function findUnknownAuthors(
  source: DirectorySource,
  names: readonly string[],
): Promise<UnknownAuthor[]> {
  const variants = await Promise.all(names.map((name) => findVariants(source, name)));
  const unknown = names.filter((_name, at) => variants[at]?.length === 0);
  return Promise.all(unknown.map(async (name) => ({ name, didYouMean: await findClosest(source, name) })));
}

async function findClosest(source: DirectorySource, name: string): Promise<string[]> {
  const words = toWords(name).slice(0, MAX_WORDS);
  const found = await Promise.all(toCandidateQueries(words).map((query) => source.findEntries(query)));
  const authors = new Map(
    found.flat().flatMap((entry) => (entry.kind === 'author' ? [[entry.text, entry] as const] : [])),
  );
  return [...authors.values()]
    .map((entry) => ({ ...entry, distance: distanceBetween(words, toWords(entry.text)) }))
    .filter(({ distance }) => distance <= MAX_DISTANCE)
    .sort((a, b) => a.distance - b.distance || b.papers - a.papers || (a.text < b.text ? -1 : 1))
    .slice(0, MOST_SUGGESTED)
    .map(({ text }) => text);
}

/**
 * Queries for names to compare with: names in which all words begin the same; in which one word differs after its
 * first letter and the others are right; in which one word is completely different and the others are right.
 */
function toCandidateQueries(words: readonly string[]): DirectoryQuery[] {
  const whole = words.flatMap(toTypedPrefixes);
  const begun = words.map((word) => beginning(word, Math.min(3, Math.ceil(word.length / 2))));
  const others = whole.flatMap((_word, at) => {
    const rest = whole.filter((_other, other) => other !== at);
    return [[...rest, beginning(words[at] ?? '', 1)], rest];
  });
  return [begun, ...others]
    .filter((prefixes) => prefixes.length > 0)
    .map((prefixes) => ({
      by: 'prefixes',
      kind: 'author',
      prefixes: [...new Set(prefixes)],
      limit: CANDIDATES,
    }));
}

function beginning(word: string, letters: number): string {
  return Array.from(word).slice(0, letters).join('');
}

/**
 * Number of letters that differ, with each word compared to the closest word of the other name. `Infinity` if a word
 * has no counterpart, or only initials match.
 */
function distanceBetween(words: readonly string[], others: readonly string[]): number {
  const full = words.filter((word) => word.length > 1);
  const agreesInFull = full.some((word) => others.some((other) => other.length > 1 && isClose(word, other)));
  if (full.length > 0 && !agreesInFull) return Infinity;
  return words.reduce((sum, word) => {
    const distances = others.filter((other) => isClose(word, other)).map((other) => distanceTo(word, other));
    return sum + Math.min(Infinity, ...distances);
  }, 0);
}

function isClose(word: string, other: string): boolean {
  return distanceTo(word, other) <= allowedDistance(word);
}

/** An initial matches every word that begins with it, in both directions. */
function distanceTo(word: string, other: string): number {
  const isInitial = word.length === 1 || other.length === 1;
  if (isInitial && word.startsWith(other.charAt(0))) return 0;
  return leven(word, other, { maxDistance: MAX_DISTANCE + 1 });
}

/** One letter in four and at least one, but none in initials. */
function allowedDistance(word: string): number {
  return word.length === 1 ? 0 : Math.max(1, Math.floor(word.length / 4));
}
