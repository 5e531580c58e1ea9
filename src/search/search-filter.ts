import type { DateBound } from './date-bound.js';

type Given<T> = T | null | undefined;

/** Which papers to consider, as users say it; `schema/filter.graphql` says what each field means. */
export interface SearchFilter {
  and?: Given<readonly SearchFilter[]>;
  or?: Given<readonly SearchFilter[]>;
  not?: Given<SearchFilter>;
  ids?: Given<readonly string[]>;
  authors?: Given<AuthorFilter>;
  title?: Given<TextFilter>;
  abstract?: Given<TextFilter>;
  categories?: Given<KeywordsFilter>;
  primaryCategory?: Given<KeywordFilter>;
  archives?: Given<KeywordsFilter>;
  submitted?: Given<DateRange>;
  updated?: Given<DateRange>;
  versionCount?: Given<IntRange>;
  doi?: Given<KeywordFilter>;
  journalRef?: Given<TextFilter>;
  license?: Given<KeywordFilter>;
  comments?: Given<TextFilter>;
}

export interface TextFilter {
  match?: Given<string>;
  any?: Given<readonly string[]>;
  phrase?: Given<string>;
  exists?: Given<boolean>;
}

export interface AuthorFilter {
  match?: Given<readonly string[]>;
  any?: Given<readonly string[]>;
  in?: Given<readonly string[]>;
  phrase?: Given<string>;
  exists?: Given<boolean>;
}

export interface KeywordFilter {
  in?: Given<readonly string[]>;
  notIn?: Given<readonly string[]>;
  exists?: Given<boolean>;
}

export interface KeywordsFilter extends KeywordFilter {
  all?: Given<readonly string[]>;
}

export interface DateRange {
  gte?: Given<DateBound>;
  gt?: Given<DateBound>;
  lte?: Given<DateBound>;
  lt?: Given<DateBound>;
  exists?: Given<boolean>;
}

export interface IntRange {
  gte?: Given<number>;
  gt?: Given<number>;
  lte?: Given<number>;
  lt?: Given<number>;
}
