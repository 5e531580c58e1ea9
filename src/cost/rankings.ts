type Arguments = Readonly<Record<string, unknown>>;

/** Larger pages read the deep window of each ranking besides the near one. */
const NEAR_PAGE = 64;

/** How often a field asks the store for a ranking, where its arguments decide that; every other field asks once. */
const RANKINGS: Readonly<Record<string, (args: Arguments) => number>> = {
  'Query.search': countRankings,
  // Groups are made of a page of the largest size.
  'Query.searchGroups': (args) => 2 * countRankings(args),
  'Query.recommend': countComparisons,
};

export function rankingsOf(field: string, args: Arguments): number {
  return RANKINGS[field]?.(args) ?? 1;
}

/** Whether papers are found by a text, and whether its meaning counts. Without a text nothing can be highlighted. */
export function highlightsOf(args: Arguments): 'none' | 'words' | 'meaning' {
  const { query, mode } = args;
  if (typeof query !== 'string' || query.trim() === '') return 'none';
  return mode === 'KEYWORD' ? 'words' : 'meaning';
}

/** Two in HYBRID mode, each again for a deep window; one more reads the vectors that keep results apart. */
function countRankings(args: Arguments): number {
  const found = highlightsOf(args);
  if (found === 'none') return 1;
  const { mode, first, last, after, before, orderBy, ranking } = args;
  const rankings = mode === 'SEMANTIC' || mode === 'KEYWORD' ? 1 : 2;
  const isDeep = isGiven(after) || isGiven(before) || isGiven(orderBy) || Number(first ?? last) >= NEAR_PAGE;
  const isDiverse =
    typeof ranking === 'object' && ranking !== null && 'diversity' in ranking && ranking.diversity;
  return rankings * (isDeep ? 2 : 1) + (isDiverse ? 1 : 0);
}

/** One for an average; for the best score the nearest of each liked paper, and each example with all of these. */
function countComparisons({ like, unlike, strategy }: Arguments): number {
  return strategy === 'BEST_SCORE' ? 2 * lengthOf(like) + lengthOf(unlike) : 1;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
