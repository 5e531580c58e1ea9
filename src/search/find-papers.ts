import { NOTHING_READ } from './interpret.js';
import {
  foundByFilter,
  LISTING_DEPTH,
  parsePage,
  readClock,
  toSearchPage,
  type CountSource,
  type PageArguments,
  type SearchPage,
} from './paging.js';
import { cutRanking, type RankingSource } from './ranking.js';
import type { SearchFilter } from './search-filter.js';
import { joinFilters, notAnArxivId, toQdrantFilter } from './to-qdrant-filter.js';
import { PublicError } from '../errors/errors.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import type { PayloadField } from '../papers/payload.js';
import { toPointId } from '../papers/point-id.js';
import type { Ranking, StoredPaper } from '../store/store.js';

type PaperSource = Pick<RankingSource, 'retrieve'>;

/**
 * The paper with an arXiv id in any common form; null if the corpus does not have it.
 *
 * @throws BadUserInputError if the text is not an arXiv id.
 */
export async function findPaper(
  source: PaperSource,
  id: string,
  fields: readonly PayloadField[],
): Promise<StoredPaper | null> {
  const arxivId = parseArxivId(id);
  if (arxivId === null) throw notAnArxivId(id, ['id']);
  const [paper] = await source.retrieve([toPointId(arxivId)], fields);
  return paper ?? null;
}

/**
 * Papers by arXiv id in any common form, in the requested order. Invalid ids and missing papers are errors at their
 * own places and do not affect the others.
 */
export async function findPapers(
  source: PaperSource,
  ids: readonly string[],
  fields: readonly PayloadField[],
): Promise<(StoredPaper | Error)[]> {
  const arxivIds = ids.map(parseArxivId);
  const asked = [...new Set(arxivIds.filter((id) => id !== null))];
  const found = asked.length === 0 ? [] : await source.retrieve(asked.map(toPointId), fields);
  const papers = new Map(asked.map((id, at) => [id, found[at]]));
  return arxivIds.map((arxivId, at) => {
    const id = ids[at] ?? '';
    if (arxivId === null) return notAnArxivId(id, ['ids', at]);
    return papers.get(arxivId) ?? notHeld(arxivId);
  });
}

function notHeld(arxivId: string): PublicError {
  return new PublicError('NOT_FOUND', `The corpus has no paper with the identifier ${arxivId}`, {
    lasting: true,
  });
}

const NEWEST_FIRST: Ranking = { kind: 'listing', by: 'submitted_at', direction: 'desc' };

interface ListArguments extends PageArguments {
  filter?: SearchFilter | null | undefined;
}

/**
 * The papers of another node (a category, an author), newest first, paged like a search without a query.
 *
 * @param node selects the papers that belong to the node.
 * @throws BadUserInputError for invalid arguments; and any error of `source`.
 */
export async function listPapers(
  source: RankingSource & CountSource,
  node: SearchFilter,
  args: ListArguments,
  fields: readonly PayloadField[],
): Promise<SearchPage> {
  const startedAt = performance.now();
  const filter = joinFilters(toQdrantFilter(node), toQdrantFilter(args.filter));
  const pages = parsePage(args, {
    identity: ['', filter],
    clock: readClock(args) ?? new Date(),
    depth: LISTING_DEPTH,
  });
  const results = await cutRanking(source, { ranking: NEWEST_FIRST, filter }, fields, pages.slice);
  return toSearchPage(results, pages, {
    filter,
    found: foundByFilter(source, filter),
    interpretation: NOTHING_READ,
    tookMs: performance.now() - startedAt,
  });
}

/** The time at which the first (`asc`) or last (`desc`) paper of the corpus was submitted; null if unknown. */
export async function findSubmissionEnd(
  source: Pick<RankingSource, 'search'>,
  direction: 'asc' | 'desc',
): Promise<string | null> {
  const [paper] = await source.search({
    ranking: { kind: 'listing', by: 'submitted_at', direction },
    offset: 0,
    limit: 1,
    window: 1,
    fields: ['submitted_at'],
  });
  return paper?.payload.submitted_at ?? null;
}
