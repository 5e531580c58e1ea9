import type { KeyingConfig, ResolverConfig } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';

const embedded = () => null;

/** Keys for Graphcache's `cacheExchange`: types without an `id` are stored in the object that contains them. */
export const keys: KeyingConfig = {
  AuthorCategory: embedded,
  AuthorVariant: embedded,
  Coauthor: embedded,
  Corpus: embedded,
  DirectoryInfo: embedded,
  FacetBucket: embedded,
  FusionExplanation: embedded,
  HighlightPart: embedded,
  IndexInfo: embedded,
  InterpretedDates: embedded,
  PaperVersion: embedded,
  QueryInterpretation: embedded,
  QueryPart: embedded,
  RankerExplanation: embedded,
  RerankExplanation: embedded,
  ScoreBoost: embedded,
  SearchDegradation: embedded,
  SearchExplanation: embedded,
  SearchGroup: embedded,
  SearchHighlight: embedded,
  Suggestion: embedded,
  UnknownAuthor: embedded,
};

/** Resolvers for Graphcache's `cacheExchange`. They join the pages of a list as they are fetched, with `after` or `before`. */
export const resolvers: ResolverConfig = {
  Query: { search: relayPagination(), recommend: relayPagination() },
  Author: { papers: relayPagination() },
  Category: { papers: relayPagination() },
  Paper: { similarConnection: relayPagination() },
};
