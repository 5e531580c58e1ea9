import { CATEGORIES } from '../papers/taxonomy.js';
import { MAX_GROUP_SIZE } from '../search/groups.js';
import { MAX_EMBEDDED_SENTENCES } from '../search/highlight/highlight.js';

type ArgumentCost = (args: Record<string, unknown>) => number;

/** Entries of a list field with these arguments; fields that are not named list nothing. */
export const LIST_SIZES: Record<string, ArgumentCost> = {
  'Query.search': (args) => toSize(args['first'] ?? args['last'], 10),
  'Query.papers': (args) => lengthOf(args['ids']),
  'Paper.similar': (args) => toSize(args['first'], 5),
  'Paper.authors': (args) => toSize(args['first'], 50),
  // As many as a paper has, at the most that have been seen.
  'Paper.categories': () => 10,
  'Query.categories': () => CATEGORIES.length,
  'Category.papers': (args) => toSize(args['first'] ?? args['last'], 10),
  'Author.papers': (args) => toSize(args['first'] ?? args['last'], 10),
  'Author.variants': (args) => toSize(args['first'], 20),
  'Author.coauthors': (args) => toSize(args['first'], 10),
  'Author.categories': (args) => toSize(args['first'], 10),
  'Query.recommend': (args) => toSize(args['first'], 10),
  'Query.searchGroups': (args) => toSize(args['first'], 10),
  'SearchGroup.nodes': () => MAX_GROUP_SIZE,
  'SearchConnection.facets': (args) => toSize(args['first'], 10),
  'Query.suggest': (args) => toSize(args['first'], 5) * lengthOf(args['kinds']),
};

/** Ranked lists, look-ups and counts that a field asks of the store. */
export const SEARCHES: Record<string, ArgumentCost> = {
  'Query.search': countRankings,
  // A page of the largest size has both windows of each ranking behind it.
  'Query.searchGroups': (args) => 2 * countRankings(args),
  'Query.recommend': countComparisons,
  'Query.author': () => 1,
  'Paper.similar': () => 1,
  'Category.papers': () => 1,
  'Author.papers': () => 1,
  'Author.variants': () => 1,
  'Author.firstYear': () => 1,
  'Author.lastYear': () => 1,
  'Author.coauthors': () => 1,
  'Author.categories': () => 1,
  'SearchConnection.facets': () => 1,
  'SearchConnection.totalCount': () => 1,
};

/** Texts that a field embeds. */
export const EMBEDDINGS: Record<string, ArgumentCost> = {
  'Query.search': (args) => (comparesMeaning(args) ? 1 : 0),
  'Query.searchGroups': (args) => (hasQuery(args) ? 1 : 0),
  'SearchResult.highlights': () => MAX_EMBEDDED_SENTENCES,
};

const ONCE = new Set([
  'SearchConnection.facets',
  'SearchConnection.totalCount',
  'SearchConnection.interpretation',
]);

/** Whether a connection gives the field once, however many entries its page has. */
export function isGivenOnce(name: string): boolean {
  return ONCE.has(name);
}

/** One ranking for an average; for the best score the nearest of each liked paper, and each example with all of these. */
function countComparisons({ like, unlike, strategy }: Record<string, unknown>): number {
  if (strategy !== 'BEST_SCORE') return 1;
  return 2 * lengthOf(like) + lengthOf(unlike);
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

/** Sizes out of range are refused by the field itself; here they must not be negative. */
function toSize(value: unknown, byDefault: number): number {
  return typeof value === 'number' ? Math.max(0, value) : byDefault;
}

/** Two for HYBRID, and each again with a deep window for later pages and other orders; one more reads vectors. */
function countRankings(args: Record<string, unknown>): number {
  if (!hasQuery(args)) return 1;
  const rankings = args['mode'] === 'SEMANTIC' || args['mode'] === 'KEYWORD' ? 1 : 2;
  const windows = args['after'] || args['before'] || args['orderBy'] ? 2 : 1;
  return rankings * windows + (isRecord(args['ranking']) && args['ranking']['diversity'] ? 1 : 0);
}

export function comparesMeaning(args: Record<string, unknown>): boolean {
  return hasQuery(args) && args['mode'] !== 'KEYWORD';
}

function hasQuery({ query }: Record<string, unknown>): boolean {
  return typeof query === 'string' && query.trim() !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
