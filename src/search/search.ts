import { cutRanking, type WindowSource } from './rank-window.js';
import { parsePage, toCursor, toFingerprint, type PageArguments } from './paging.js';
import { parseQuery, uninterpreted, type ParsedQuery } from './parse-query.js';
import { toRankedPapers, type RankedPaper } from './ranked-paper.js';
import { joinFilters, toQdrantFilter } from './to-qdrant-filter.js';
import { BadUserInputError } from '../errors/errors.js';
import type { SearchFilter } from '../generated/graphql.js';
import type { PayloadField } from '../papers/payload.js';
import type { Filter } from '../store/filter.js';
import type { Ranking } from '../store/store.js';

const MAX_QUERY_LENGTH = 10_000;
const MAX_AUTHORS = 20;
const NEWEST_FIRST: Ranking = { kind: 'listing', by: 'submitted_at', direction: 'desc' };

export interface SearchArguments extends PageArguments {
  query?: string | null | undefined;
  filter?: SearchFilter | null | undefined;
  interpret: boolean;
}

export interface SearchSource extends WindowSource {
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
  interpretation: ParsedQuery;
  tookMs: number;
}

/**
 * Reads the query, embeds what is left of it, and cuts the page out of what the store ranks.
 *
 * @param fields payload fields that the page's papers must carry.
 * @throws BadUserInputError for input out of bounds; what `source` throws.
 */
export async function search(
  source: SearchSource,
  args: SearchArguments,
  fields: readonly PayloadField[],
): Promise<SearchPage> {
  const startedAt = performance.now();
  const interpretation = readQuery(args);
  const { authors } = interpretation;
  const filter = joinFilters(
    toQdrantFilter(args.filter),
    authors.length === 0 ? undefined : toQdrantFilter({ authors: { match: authors } }),
  );
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

function readQuery({ query, interpret }: SearchArguments): ParsedQuery {
  const typed = query ?? '';
  if (typed.length > MAX_QUERY_LENGTH) {
    throw new BadUserInputError(
      `A query may have at most ${MAX_QUERY_LENGTH} characters, this has ${typed.length}`,
      ['query'],
    );
  }
  const parsed = interpret ? parseQuery(typed) : uninterpreted(typed);
  if (parsed.authors.length > MAX_AUTHORS) {
    throw new BadUserInputError(
      `A query may name at most ${MAX_AUTHORS} authors, this names ${parsed.authors.length}`,
      ['query'],
    );
  }
  return parsed;
}

async function toRanking(source: SearchSource, text: string): Promise<Ranking> {
  return text === '' ? NEWEST_FIRST : { kind: 'nearest', vector: await source.embed(text) };
}
