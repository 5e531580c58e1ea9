import { authorKeyAlternatives, authorKeys } from '../papers/author-name.js';
import { spelledLength, toWords } from '../papers/words.js';
import { tooLong } from '../search/search-filter.js';
import type { AuthorEntry, DirectoryEntry, DirectoryQuery } from '../store/directory.js';

/** The directory; the caller batches the requests. */
export interface DirectorySource {
  findEntries(query: DirectoryQuery): Promise<DirectoryEntry[]>;
}

/**
 * Maximum number of spellings of one name that are considered. A name with more does not identify anybody in
 * particular.
 */
export const MAX_VARIANTS = 200;
const MAX_NAME_LENGTH = 1_000;

/** The spellings of a name in the corpus that a search by this author matches, those with the most papers first. */
export async function findVariants(source: DirectorySource, name: string): Promise<AuthorEntry[]> {
  const alternatives = authorKeyAlternatives(name);
  if (alternatives.length === 0) return [];
  const entries = await source.findEntries({ by: 'keys', alternatives, limit: MAX_VARIANTS });
  return entries.filter((entry) => entry.kind === 'author');
}

/**
 * The name that represents an author: the most frequent name with the same words, otherwise the given one. Null if no
 * author has the name.
 *
 * @param argumentPath path of the argument that contains the name.
 * @throws BadUserInputError for a name that is too long.
 */
export async function findAuthor(
  source: DirectorySource,
  name: string,
  argumentPath: readonly string[] = ['name'],
): Promise<string | null> {
  if (spelledLength(name) > MAX_NAME_LENGTH) throw tooLong(name, MAX_NAME_LENGTH, 'A name', argumentPath);
  const variants = await findVariants(source, name);
  if (variants.length === 0) return null;
  const asked = wordsOf(name);
  return variants.find(({ text }) => wordsOf(text) === asked)?.text ?? name.replace(/\s+/gu, ' ').trim();
}

function wordsOf(name: string): string {
  return toWords(name).sort().join(' ');
}

/** The first and last year of papers with these spellings, as far as they are known. */
export function yearsOf(variants: readonly AuthorEntry[]): { first: number | null; last: number | null } {
  const firsts = variants.flatMap(({ firstYear }) => firstYear ?? []);
  const lasts = variants.flatMap(({ lastYear }) => lastYear ?? []);
  return {
    first: firsts.length === 0 ? null : Math.min(...firsts),
    last: lasts.length === 0 ? null : Math.max(...lasts),
  };
}

/** Whether a search by the author matches this name. */
export function createNameTest(author: string): (name: string) => boolean {
  const alternatives = authorKeyAlternatives(author);
  return (name) => {
    const keys = new Set(authorKeys([name]));
    return alternatives.some((lists) => lists.every((list) => list.some((key) => keys.has(key))));
  };
}
