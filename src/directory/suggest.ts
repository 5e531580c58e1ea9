import type { DirectorySource } from './author.js';
import { CATEGORIES, type TaxonomyCategory } from '../papers/taxonomy.js';
import { spelledLength, textPrefixes, toTypedPrefixes } from '../papers/words.js';
import { checkPageSize } from '../search/paging.js';
import { tooLong } from '../search/search-filter.js';

/** A completion of a typed text. */
export type Suggested =
  | { kind: 'AUTHOR'; name: string; papers: number }
  | { kind: 'CATEGORY'; code: string; name: string }
  | { kind: 'TITLE'; title: string; paperId: string };

export type SuggestionKind = Suggested['kind'];

export interface SuggestArguments {
  prefix: string;
  kinds: readonly SuggestionKind[];
  first: number;
}

const MAX_PREFIX_LENGTH = 200;
const MAX_SIZE = 20;

/**
 * Suggestions of each kind in which each typed word is the prefix of some word.
 *
 * @throws BadUserInputError for arguments out of range, and errors of `source`.
 */
export async function suggestTexts(
  source: DirectorySource,
  { prefix, kinds, first }: SuggestArguments,
): Promise<Suggested[]> {
  if (spelledLength(prefix) > MAX_PREFIX_LENGTH)
    throw tooLong(prefix, MAX_PREFIX_LENGTH, '"prefix"', ['prefix']);
  const limit = checkPageSize(first, 'first', MAX_SIZE);
  const prefixes = toTypedPrefixes(prefix);
  if (prefixes.length === 0) return [];
  const found = [...new Set(kinds)].map((kind) => suggestKind(source, kind, prefixes, limit));
  return (await Promise.all(found)).flat();
}

async function suggestKind(
  source: DirectorySource,
  kind: SuggestionKind,
  prefixes: readonly string[],
  limit: number,
): Promise<Suggested[]> {
  switch (kind) {
    case 'CATEGORY':
      return suggestCategories(prefixes).slice(0, limit);
    case 'AUTHOR': {
      const entries = await source.findEntries({ by: 'prefixes', kind: 'author', prefixes, limit });
      return entries.flatMap((entry) =>
        entry.kind === 'author' ? [{ kind, name: entry.text, papers: entry.papers }] : [],
      );
    }
    case 'TITLE': {
      const entries = await source.findEntries({ by: 'prefixes', kind: 'title', prefixes, limit });
      return entries.flatMap((entry) =>
        entry.kind === 'title' ? [{ kind, title: entry.text, paperId: entry.paperId }] : [],
      );
    }
  }
}

interface FoundCategory {
  category: TaxonomyCategory;
  codePrefixes: ReadonlySet<string>;
  prefixes: ReadonlySet<string>;
}

const FINDABLE: readonly FoundCategory[] = CATEGORIES.map((category) => ({
  category,
  codePrefixes: new Set(textPrefixes(category.code)),
  prefixes: new Set(textPrefixes(`${category.code} ${category.name}`)),
}));

/** Names that several categories share, such as "Information Theory" of cs.IT and math.IT. */
const SHARED_NAMES: ReadonlySet<string> = new Set(
  CATEGORIES.filter(({ name }, at) => CATEGORIES.findIndex((each) => each.name === name) !== at).map(
    ({ name }) => name,
  ),
);

/** Current categories first, and among them those whose code matches the typed text. */
function suggestCategories(typed: readonly string[]): Suggested[] {
  const found = FINDABLE.filter(({ prefixes }) => typed.every((prefix) => prefixes.has(prefix)));
  const place = ({ category, codePrefixes }: FoundCategory) =>
    (category.isCurrent ? 0 : 2) + (typed.every((prefix) => codePrefixes.has(prefix)) ? 0 : 1);
  return found
    .sort((a, b) => place(a) - place(b))
    .map(({ category: { code, name } }) => ({
      kind: 'CATEGORY',
      code,
      name: SHARED_NAMES.has(name) ? `${name} (${code})` : name,
    }));
}
