import { interpretQuery, type Interpretation } from './interpret.js';
import { cutRanking, type WindowSource } from './rank-window.js';
import { parsePage, toCursor, toFingerprint, type PageArguments } from './paging.js';
import { toRankedPapers, type RankedPaper } from './ranked-paper.js';
import type { AuthorSource } from './settle.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
import type { SearchFilter } from '../generated/graphql.js';
import type { PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import type { Ranking } from '../store/store.js';

const NEWEST_FIRST: Ranking = { kind: 'listing', by: 'submitted_at', direction: 'desc' };

export interface SearchArguments extends PageArguments {
  query?: string | null | undefined;
  filter?: SearchFilter | null | undefined;
  interpret: boolean;
}

export interface SearchSource extends WindowSource, AuthorSource {
  /** The embedding of a query's text. */
  embed(text: string): Promise<Float32Array>;
}

/** One page of a search. */
export interface SearchPage {
  edges: { cursor: string; node: RankedPaper }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** What was searched in: the filter given and the one read from the query. */
  filter: Filter | undefined;
  interpretation: Interpretation;
  tookMs: number;
}

/**
 * Reads the query, embeds what is left of it, and cuts the page out of what the store ranks.
 *
 * @param fields payload fields that the page's papers must carry.
 * @param clock what "last year" in the query counts from.
 * @throws BadUserInputError for input out of bounds; what `source` throws.
 */
export async function search(
  source: SearchSource,
  args: SearchArguments,
  fields: readonly PayloadField[],
  clock = new Date(),
): Promise<SearchPage> {
  const startedAt = performance.now();
  const { interpretation, filter: read } = await interpretQuery(source, args, clock);
  const filter = joinFilters(toQdrantFilter(args.filter), read);
  const fingerprint = toFingerprint([interpretation.text, filter]);
  const slice = parsePage(args, fingerprint);

  const ranking = await toRanking(source, interpretation.text);
  const { hits, hasMore } = await cutRanking(source, ranking, filter, fields, slice);
  return {
    edges: toRankedPapers(hits, slice.offset).map((node) => ({
      cursor: toCursor(node.rank, fingerprint),
      node,
    })),
    hasNextPage: hasMore,
    hasPreviousPage: slice.offset > 0,
    filter,
    interpretation,
    tookMs: performance.now() - startedAt,
  };
}

async function toRanking(source: SearchSource, text: string): Promise<Ranking> {
  return text === '' ? NEWEST_FIRST : { kind: 'nearest', vector: await source.embed(text) };
}
