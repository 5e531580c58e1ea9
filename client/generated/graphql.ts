/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/**
 * Conditions on author names. A name matches when all of its words occur in the name of one author; case, accents, hyphens
 * and word order are ignored. `Xu, Tian-Xing` and `tian xing xu` match Tian-Xing Xu; `Jing Li` does not match a paper by Jing
 * Wang and Li Chen. A single letter is an initial and matches any word that begins with it, in both directions: `T. Xu`
 * matches Tian-Xing Xu, and `Csaba Balázs` matches C. Balázs. At least one word must be written out in both names. A name of
 * four or more words is matched three words at a time.
 */
export type AuthorFilter = {
  /** At least one of these names must be among the authors. An empty list matches nothing. */
  any?: Array<string> | null | undefined;
  /** Whether the paper has any author. */
  exists?: boolean | null | undefined;
  /** One of these names exactly as papers spell it, which is what facets return. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /**
   * All of these names must be among the authors. A single name needs no brackets. An empty list excludes nothing; a name
   * without any word matches nothing.
   */
  match?: Array<string> | null | undefined;
  /** These words must occur next to each other, in this order, in one author's name as the paper spells it. */
  phrase?: string | null | undefined;
};

/**
 * A range of dates. A bound that is a day means the whole UTC day. A contradictory range matches nothing; papers without a
 * date match only a range without bounds.
 */
export type DateRangeInput = {
  /** Whether the date is known. */
  exists?: boolean | null | undefined;
  /** After this time; a day is excluded as a whole. */
  gt?: string | null | undefined;
  /** At or after this time. */
  gte?: string | null | undefined;
  /** Before this time; a day is excluded as a whole. */
  lt?: string | null | undefined;
  /** At or before this time; a day is included as a whole. */
  lte?: string | null | undefined;
};

/** A field whose values can be counted. A paper counts once for each of its values. */
export type FacetField =
  /** The archives of the paper's categories. */
  | 'ARCHIVE'
  /** The authors, as the paper spells their names. */
  | 'AUTHOR'
  /** All categories of a paper, including cross-lists. */
  | 'CATEGORY'
  /** The licence. */
  | 'LICENSE'
  /** The category the paper was announced in. */
  | 'PRIMARY_CATEGORY'
  /** The year of the first version. */
  | 'YEAR';

/** The papers whose values are counted. */
export type FacetScope =
  /** The papers that the search finds, as in `foundCount`. */
  | 'FOUND'
  /** All papers that the filters select, as in `totalCount`. */
  | 'SELECTED';

/** How to fuse two rankings. */
export type FusionInput = {
  /** How the scores of the two rankings are brought to one scale. */
  method?: FusionMethod;
  /**
   * Weight of the ranking by meaning, 0 to 1; the ranking by words gets the rest. `1` orders like SEMANTIC and `0` like
   * KEYWORD, with the papers of the other ranking at the end.
   */
  semanticWeight?: number;
};

/** How scores that are not comparable are brought to one scale. A paper gets nothing from a ranking that lacks it. */
export type FusionMethod =
  /**
   * The mean of each ranking's candidates is 0.5; three standard deviations above it is 1, three below is 0. Depends on all
   * candidates and rewards a paper that stands out.
   */
  | 'DISTRIBUTION_SCORE'
  /** The best candidate of each ranking is 1 and the worst 0. Depends on these two scores only. */
  | 'RELATIVE_SCORE'
  /** Reciprocal ranks: 61 / (60 + rank), which is 1 for the first paper. Considers ranks only, not how far scores lie apart. */
  | 'RRF';

/** A field of a paper that can be highlighted. */
export type HighlightField =
  /** `Paper.abstract` */
  | 'ABSTRACT'
  /** `Paper.title` */
  | 'TITLE';

/** Why a passage is shown. */
export type HighlightKind =
  /** It is the closest in meaning to the query among the abstract's first 10 sentences. */
  | 'SENTENCE'
  /** It contains words of the query. */
  | 'WORDS';

/** A range of whole numbers. A contradictory range matches nothing. */
export type IntRangeInput = {
  /** More than this number. */
  gt?: number | null | undefined;
  /** At least this number. */
  gte?: number | null | undefined;
  /** Less than this number. */
  lt?: number | null | undefined;
  /** At most this number. */
  lte?: number | null | undefined;
};

/** Conditions on a field with one value. */
export type KeywordFilter = {
  /** Whether the paper has a value. */
  exists?: boolean | null | undefined;
  /** One of these values. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** None of these values; papers without a value match. An empty list excludes nothing. */
  notIn?: Array<string> | null | undefined;
};

/** Conditions on a field with several values. */
export type KeywordsFilter = {
  /** All of these values. An empty list excludes nothing. */
  all?: Array<string> | null | undefined;
  /** Whether the paper has any value. */
  exists?: boolean | null | undefined;
  /** At least one of these values. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** None of these values: `notIn: ["cs.CV"]` excludes a paper in `cs.CV` and `cs.AI`. An empty list excludes nothing. */
  notIn?: Array<string> | null | undefined;
};

/** The direction of an order. */
export type OrderDirection =
  /** Lowest score or oldest first. */
  | 'ASC'
  /** Highest score or newest first. */
  | 'DESC';

/** Adjusts a ranking. */
export type RankingInput = {
  /**
   * How much the first 50 results should differ from one another, 0 to 1: 0 ranks by score alone, 0.3 separates
   * near-duplicates, 1 considers only differences (maximal marginal relevance over the embeddings). Scores do not change, so
   * they no longer decrease with rank. Requires best-first order.
   */
  diversity?: number;
  /** How to fuse the two rankings. HYBRID only. */
  fusion?: FusionInput | null | undefined;
  /** Ranks newer papers higher. Not applied by default. */
  recency?: RecencyInput | null | undefined;
  /**
   * Minimum cosine similarity of a paper's embedding to that of the text, -1 to 1: `0.4`. Not available in KEYWORD. In HYBRID
   * it applies to the semantic score and excludes papers without one, which were found by words alone. Which value is strict
   * depends on the embedding model. `totalCount` does not change.
   */
  scoreThreshold?: number | null | undefined;
};

/**
 * Ranks newer papers higher: each score is multiplied by `1 - weight + weight * 0.5 ^ (age / halfLifeDays)`, so the newer of
 * two equally good papers comes first. Age is measured from the submission of the first version to the time of the first
 * page; a paper without a date counts as infinitely old. Applies to the best 1,000 results.
 */
export type RecencyInput = {
  /** Half-life in days, above 0, at most 36,500. */
  halfLifeDays?: number;
  /** How much recency counts, 0 to 1: 0 has no effect; with 1, a paper one half-life old keeps half of its score. */
  weight?: number;
};

/**
 * Selects papers. All conditions that are given must hold (AND). An empty object selects every paper; a field or operator
 * that is null counts as omitted.
 *
 * Limits: 8 levels of nesting, 2,000 values and 50,000 characters in total, and 50 author names of more than three words. A
 * filter beyond them, or a value out of range, is refused with BAD_USER_INPUT; `extensions.argumentPath` names the place.
 */
export type SearchFilter = {
  /** Conditions on the abstract. */
  abstract?: TextFilter | null | undefined;
  /** All of these filters must match. An empty list matches every paper. */
  and?: Array<SearchFilter> | null | undefined;
  /** Conditions on the archives of the paper's categories, which are the parts before the dot: `cs`, `math`, `hep-th`. */
  archives?: KeywordsFilter | null | undefined;
  /** Conditions on the author names. */
  authors?: AuthorFilter | null | undefined;
  /** Conditions on all categories of the paper, by code (`cs.CV`). Case must be as in the taxonomy. */
  categories?: KeywordsFilter | null | undefined;
  /** Conditions on the authors' comments. */
  comments?: TextFilter | null | undefined;
  /**
   * DOI of the published paper, with or without `https://doi.org/`; case is ignored. One of arXiv's own DOIs
   * (`10.48550/arXiv.1706.03762`) selects the paper with that identifier.
   */
  doi?: KeywordFilter | null | undefined;
  /** arXiv identifiers of the papers to select, in any form that `paper` accepts. An empty list selects none. */
  ids?: Array<string | number> | null | undefined;
  /** Conditions on the journal reference. */
  journalRef?: TextFilter | null | undefined;
  /** URL of the licence; it must match exactly. */
  license?: KeywordFilter | null | undefined;
  /** This filter must not match. `{}` matches every paper, so `not: {}` matches none. */
  not?: SearchFilter | null | undefined;
  /** At least one of these filters must match. An empty list matches no paper. */
  or?: Array<SearchFilter> | null | undefined;
  /** The category the paper was announced in. */
  primaryCategory?: KeywordFilter | null | undefined;
  /** When the first version was submitted. */
  submitted?: DateRangeInput | null | undefined;
  /** Conditions on the title. */
  title?: TextFilter | null | undefined;
  /** When arXiv's record of the paper last changed. */
  updated?: DateRangeInput | null | undefined;
  /** The number of versions. */
  versionCount?: IntRangeInput | null | undefined;
};

/** How papers are ranked. */
export type SearchMode =
  /**
   * By meaning and by words; the two rankings are fused into one, see `RankingInput.fusion`. Finds what either finds, and
   * puts what both find first.
   */
  | 'HYBRID'
  /**
   * By words: the store's BM25 over title, abstract and authors, comparing words by their stems. Finds names, codes and rare
   * terms exactly; papers with none of the words are not results. Nothing is embedded.
   */
  | 'KEYWORD'
  /**
   * By meaning: similarity of the paper's embedding (title and abstract) to that of the text. Finds papers that use other
   * words. Ranks every paper.
   */
  | 'SEMANTIC';

/** A field to order results by. */
export type SearchOrderField =
  /** The score. A listing, which has no scores, is ordered by SUBMITTED. */
  | 'RELEVANCE'
  /** When the first version was submitted. */
  | 'SUBMITTED'
  /** When arXiv's record of the paper last changed. */
  | 'UPDATED';

/** An order of results. Ties are broken by an internal id, always the same way; papers without the date come last. */
export type SearchOrderInput = {
  /** The direction of the order. */
  direction?: OrderDirection;
  /** The field to order by. */
  field?: SearchOrderField;
};

/** A kind of store. */
export type StoreKind =
  /** Embedded LanceDB; its files are in `DATA_DIR`. */
  | 'LANCE'
  /** A Qdrant server or cluster. */
  | 'QDRANT';

/**
 * Conditions on text. A word is a run of letters and digits. Case and accents are ignored; parts of words do not match. A
 * condition without any word matches nothing.
 */
export type TextFilter = {
  /** At least one word of these texts must occur. An empty list matches nothing. */
  any?: Array<string> | null | undefined;
  /** Whether the paper has this text at all. */
  exists?: boolean | null | undefined;
  /** All of these words must occur, in any order. */
  match?: string | null | undefined;
  /** These words must occur next to each other, in this order. */
  phrase?: string | null | undefined;
};

export type CorpusOverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type CorpusOverviewQuery = { corpus: { count: number, earliest: string | null, latest: string | null, embeddingModel: string, dimension: number, store: StoreKind } | null };

export type ExplainedSearchQueryVariables = Exact<{
  query: string;
  mode?: SearchMode | null | undefined;
  ranking?: RankingInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ExplainedSearchQuery = { search: { edges: Array<{ cursor: string, node: { rank: number, score: number | null, paper: { id: string, title: string }, highlights: Array<{ field: HighlightField, kind: HighlightKind, score: number | null, parts: Array<{ text: string, isMatch: boolean }> }> | null, explanation: { scoreRank: number, semantic: { score: number, rank: number } | null, keyword: { score: number, rank: number } | null, fusion: { method: FusionMethod, semanticContribution: number, keywordContribution: number } | null, boosts: Array<{ factor: number, reason: string }> } | null } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type NarrowSearchQueryVariables = Exact<{
  query?: string | null | undefined;
  filter?: SearchFilter | null | undefined;
  mode?: SearchMode | null | undefined;
  field: FacetField;
  first?: number | null | undefined;
  of?: FacetScope | null | undefined;
}>;


export type NarrowSearchQuery = { search: { totalCount: number | null, facets: Array<{ value: string, label: string, count: number, isExact: boolean, filter: SearchFilter }> | null } | null };

export type PaperWithSimilarQueryVariables = Exact<{
  id: string | number;
  similar?: number | null | undefined;
}>;


export type PaperWithSimilarQuery = { paper: { id: string, title: string, abstract: string, submittedAt: string | null, updatedAt: string | null, doi: string | null, url: string, pdfUrl: string, authors: Array<{ name: string }>, categories: Array<{ code: string }>, similar: Array<{ score: number | null, paper: { id: string, title: string } }> | null } | null };

export type SearchPapersQueryVariables = Exact<{
  query?: string | null | undefined;
  filter?: SearchFilter | null | undefined;
  mode?: SearchMode | null | undefined;
  orderBy?: SearchOrderInput | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchPapersQuery = { search: { totalCount: number | null, interpretation: { text: string, authors: Array<string>, filter: SearchFilter | null }, edges: Array<{ cursor: string, node: { score: number | null, rank: number, paper: { id: string, title: string, submittedAt: string | null, url: string, authors: Array<{ name: string }>, categories: Array<{ code: string }> } } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null };

export type SimilarPapersQueryVariables = Exact<{
  id: string | number;
  filter?: SearchFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SimilarPapersQuery = { paper: { id: string, similarConnection: { edges: Array<{ cursor: string, node: { rank: number, score: number | null, paper: { id: string, title: string } } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null } | null };


export const CorpusOverviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CorpusOverview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"corpus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"earliest"}},{"kind":"Field","name":{"kind":"Name","value":"latest"}},{"kind":"Field","name":{"kind":"Name","value":"embeddingModel"}},{"kind":"Field","name":{"kind":"Name","value":"dimension"}},{"kind":"Field","name":{"kind":"Name","value":"store"}}]}}]}}]} as unknown as DocumentNode<CorpusOverviewQuery, CorpusOverviewQueryVariables>;
export const ExplainedSearchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExplainedSearch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"query"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"mode"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchMode"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ranking"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RankingInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"search"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"query"},"value":{"kind":"Variable","name":{"kind":"Name","value":"query"}}},{"kind":"Argument","name":{"kind":"Name","value":"mode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"mode"}}},{"kind":"Argument","name":{"kind":"Name","value":"ranking"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ranking"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"paper"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}},{"kind":"Field","name":{"kind":"Name","value":"highlights"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isMatch"}}]}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"explanation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semantic"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}}]}},{"kind":"Field","name":{"kind":"Name","value":"keyword"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fusion"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"semanticContribution"}},{"kind":"Field","name":{"kind":"Name","value":"keywordContribution"}}]}},{"kind":"Field","name":{"kind":"Name","value":"boosts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"factor"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scoreRank"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ExplainedSearchQuery, ExplainedSearchQueryVariables>;
export const NarrowSearchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NarrowSearch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"query"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"mode"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchMode"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"field"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"FacetField"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"of"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"FacetScope"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"search"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"query"},"value":{"kind":"Variable","name":{"kind":"Name","value":"query"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"mode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"mode"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"facets"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"field"},"value":{"kind":"Variable","name":{"kind":"Name","value":"field"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"of"},"value":{"kind":"Variable","name":{"kind":"Name","value":"of"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"isExact"}},{"kind":"Field","name":{"kind":"Name","value":"filter"}}]}}]}}]}}]} as unknown as DocumentNode<NarrowSearchQuery, NarrowSearchQueryVariables>;
export const PaperWithSimilarDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PaperWithSimilar"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"similar"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paper"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"abstract"}},{"kind":"Field","name":{"kind":"Name","value":"authors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"submittedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"doi"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"pdfUrl"}},{"kind":"Field","name":{"kind":"Name","value":"similar"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"similar"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"paper"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PaperWithSimilarQuery, PaperWithSimilarQueryVariables>;
export const SearchPapersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SearchPapers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"query"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"mode"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchMode"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchOrderInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"search"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"query"},"value":{"kind":"Variable","name":{"kind":"Name","value":"query"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"mode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"mode"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"interpretation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"authors"}},{"kind":"Field","name":{"kind":"Name","value":"filter"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"paper"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"authors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"submittedAt"}},{"kind":"Field","name":{"kind":"Name","value":"url"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<SearchPapersQuery, SearchPapersQueryVariables>;
export const SimilarPapersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SimilarPapers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paper"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"similarConnection"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"paper"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SimilarPapersQuery, SimilarPapersQueryVariables>;