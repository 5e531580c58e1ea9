/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/**
 * Conditions on author names. A name matches when all of its words are in the name of one author, whatever the case,
 * accents, hyphens and order: `Xu, Tian-Xing` and `tian xing xu` match Tian-Xing Xu, `Jing Li` does not match a paper by
 * Jing Wang and Li Chen. A single letter is an initial and matches any word it begins, in both directions: `T. Xu` matches
 * Tian-Xing Xu, `Csaba Balázs` matches C. Balázs; one word must stand in full on both sides. A name of four
 * words or more is matched three words at a time.
 */
export type AuthorFilter = {
  /** Names of which at least one must be among the authors. An empty list matches nothing. */
  any?: Array<string> | null | undefined;
  /** Whether the paper names any author. */
  exists?: boolean | null | undefined;
  /** One of these names, letter by letter as papers have them: what facets give. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /**
   * Names that must all be among the authors. One name may stand without brackets. An empty list excludes nothing; a name
   * without any word matches nothing.
   */
  match?: Array<string> | null | undefined;
  /** These words next to each other, in this order, in one author's name as the paper has it. */
  phrase?: string | null | undefined;
};

/**
 * A range of time. A day as a bound means the whole UTC day. A range that contradicts itself matches nothing; papers
 * without the date match only a range without bounds.
 */
export type DateRangeInput = {
  /** Whether the date is known. */
  exists?: boolean | null | undefined;
  /** After this; after the end of a day. */
  gt?: string | null | undefined;
  /** At or after this. */
  gte?: string | null | undefined;
  /** Before this; before the start of a day. */
  lt?: string | null | undefined;
  /** At or before this; a day is included to its end. */
  lte?: string | null | undefined;
};

/** How two rankings become one. */
export type FusionInput = {
  /** How scores that do not compare are brought to one scale. */
  method?: FusionMethod;
  /**
   * Weight of the ranking by meaning, 0 to 1; the one by words has the rest. `1` orders as SEMANTIC does and `0` as KEYWORD
   * does, with the other's papers behind.
   */
  semanticWeight?: number;
};

/** How scores that do not compare are brought to one scale. A paper that one ranking lacks gets nothing from it. */
export type FusionMethod =
  /**
   * Of each ranking's candidates the mean is 0.5, three standard deviations above it 1 and three below 0. Depends on all of
   * them, and rewards a paper that stands out.
   */
  | 'DISTRIBUTION_SCORE'
  /** Of each ranking's candidates the best is 1 and the worst 0. Depends on these two alone. */
  | 'RELATIVE_SCORE'
  /** Reciprocal ranks: 61 / (60 + rank), 1 for the first of a ranking. Looks at places alone, not at how far ahead one is. */
  | 'RRF';

/** Fields of a paper that are highlighted. */
export type HighlightField =
  /** `Paper.abstract` */
  | 'ABSTRACT'
  /** `Paper.title` */
  | 'TITLE';

/** Why a piece is shown. */
export type HighlightKind =
  /** Of the abstract's first 10 sentences it is the closest to the query in meaning. */
  | 'SENTENCE'
  /** It has words of the query. */
  | 'WORDS';

/** A range of whole numbers. A range that contradicts itself matches nothing. */
export type IntRangeInput = {
  /** More than. */
  gt?: number | null | undefined;
  /** At least. */
  gte?: number | null | undefined;
  /** Less than. */
  lt?: number | null | undefined;
  /** At most. */
  lte?: number | null | undefined;
};

/** Conditions on a field with one value. */
export type KeywordFilter = {
  /** Whether the paper has a value. */
  exists?: boolean | null | undefined;
  /** One of these values. An empty list matches nothing. */
  in?: Array<string> | null | undefined;
  /** None of these values; papers without a value pass. An empty list excludes nothing. */
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
  /** None of these values: `notIn: ["cs.CV"]` leaves out a paper in `cs.CV` and `cs.AI`. An empty list excludes nothing. */
  notIn?: Array<string> | null | undefined;
};

/** Which end comes first. */
export type OrderDirection =
  /** Lowest score or oldest first. */
  | 'ASC'
  /** Highest score or newest first. */
  | 'DESC';

/** How a ranking is made. */
export type RankingInput = {
  /**
   * How much the first 50 results should differ from one another, 0 to 1: 0 ranks by score alone, 0.3 keeps
   * near-duplicates apart, 1 looks at differences alone (maximal marginal relevance over the embeddings). Scores stay as
   * they are, so they no longer fall from rank to rank. Goes with best-first order only.
   */
  diversity?: number;
  /** How the two rankings become one. HYBRID only. */
  fusion?: FusionInput | null | undefined;
  /** Raises newer papers. Not applied unless given. */
  recency?: RecencyInput | null | undefined;
  /**
   * Least cosine similarity of a paper's embedding to the text's, -1 to 1: `0.4`. Not with KEYWORD. In HYBRID it is asked of
   * each paper's semantic score, and papers without one, found by words alone, are left out. What value is strict depends on
   * the embedding model. `totalCount` does not change.
   */
  scoreThreshold?: number | null | undefined;
};

/**
 * Raises newer papers: a score is multiplied by `1 - weight + weight * 0.5 ^ (age / halfLifeDays)`, so that of two equally
 * good papers the newer comes first. The age counts from the first version's submission to the moment of the first page; a
 * paper without a date counts as infinitely old. The best 1,000 results take part.
 */
export type RecencyInput = {
  /** Days in which newness halves, above 0, at most 36,500. */
  halfLifeDays?: number;
  /** How much newness counts, 0 to 1: 0 nothing, 1 means that a paper one half-life old keeps half of its score. */
  weight?: number;
};

/**
 * Which papers to consider. All fields that are given must hold (AND). An empty object selects every paper; a field or an
 * operator that is null counts as not given.
 *
 * At most 8 levels deep, 2,000 values and 50,000 characters in all, 50 author names of more than three words; beyond, and for values out of range, BAD_USER_INPUT with the path to the
 * culprit in `extensions.argumentPath`.
 */
export type SearchFilter = {
  /** Words of the abstract. */
  abstract?: TextFilter | null | undefined;
  /** All of these must hold. An empty list holds for every paper. */
  and?: Array<SearchFilter> | null | undefined;
  /** The archives of the paper's categories: what stands before the dot (`cs`, `math`, `hep-th`). */
  archives?: KeywordsFilter | null | undefined;
  /** Who wrote the paper. */
  authors?: AuthorFilter | null | undefined;
  /** Any of the paper's categories, by code (`cs.CV`), letter case as in the taxonomy. */
  categories?: KeywordsFilter | null | undefined;
  /** Words of the authors' remarks. */
  comments?: TextFilter | null | undefined;
  /**
   * DOI of the published paper, in any letter case, with or without `https://doi.org/`. One of arXiv's own DOIs
   * (`10.48550/arXiv.1706.03762`) names the paper by its identifier.
   */
  doi?: KeywordFilter | null | undefined;
  /** One of these papers: arXiv identifiers in any form that `paper` reads. An empty list selects none. */
  ids?: Array<string | number> | null | undefined;
  /** Words of the reference to the journal. */
  journalRef?: TextFilter | null | undefined;
  /** URL of the licence, letter by letter. */
  license?: KeywordFilter | null | undefined;
  /** This must not hold. `{}` holds for every paper, so `not: {}` holds for none. */
  not?: SearchFilter | null | undefined;
  /** At least one of these must hold. An empty list holds for none. */
  or?: Array<SearchFilter> | null | undefined;
  /** The category the paper was announced in. */
  primaryCategory?: KeywordFilter | null | undefined;
  /** When the first version was submitted. */
  submitted?: DateRangeInput | null | undefined;
  /** Words of the title. */
  title?: TextFilter | null | undefined;
  /** Day of the last change to arXiv's record. */
  updated?: DateRangeInput | null | undefined;
  /** How many versions there are. */
  versionCount?: IntRangeInput | null | undefined;
};

/** What papers are ranked by. */
export type SearchMode =
  /**
   * By meaning and by words; the two rankings are fused into one, see `RankingInput.fusion`. Finds what either finds, and
   * puts first what both find.
   */
  | 'HYBRID'
  /**
   * By words: the store's BM25 over title, abstract and authors, words compared by their stems. Finds names, codes and rare
   * terms exactly; papers with none of the words are no results. Nothing is embedded.
   */
  | 'KEYWORD'
  /**
   * By meaning: closeness of the paper's embedding (title and abstract) to the text's. Finds papers that say it in other
   * words, and leaves no paper out.
   */
  | 'SEMANTIC';

/** What results are ordered by. */
export type SearchOrderField =
  /** The score. A listing has none and goes by SUBMITTED. */
  | 'RELEVANCE'
  /** When the first version was submitted. */
  | 'SUBMITTED'
  /** When arXiv's record of the paper last changed. */
  | 'UPDATED';

/** An order of results. Equal ones are ordered by an internal id, always the same way; papers without the date come last. */
export type SearchOrderInput = {
  /** Which end comes first. */
  direction?: OrderDirection;
  /** What decides. */
  field?: SearchOrderField;
};

/** Where papers are kept. */
export type StoreKind =
  /** Embedded LanceDB, files below `DATA_DIR`. */
  | 'LANCE'
  /** A Qdrant server or cluster. */
  | 'QDRANT';

/**
 * Conditions on text. Words are runs of letters and digits; case and accents do not count, parts of words do not match.
 * A text without any word matches nothing.
 */
export type TextFilter = {
  /** At least one word of these texts. An empty list matches nothing. */
  any?: Array<string> | null | undefined;
  /** Whether the paper has such a text at all. */
  exists?: boolean | null | undefined;
  /** All words of this text, in any order. */
  match?: string | null | undefined;
  /** These words next to each other, in this order. */
  phrase?: string | null | undefined;
};

export type CorpusOverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type CorpusOverviewQuery = { corpus: { count: number, earliest: string | null, latest: string | null, embeddingModel: string, dimension: number, store: StoreKind } | null };

export type ExplainedSearchQueryVariables = Exact<{
  query: string;
  mode?: SearchMode | null | undefined;
  ranking?: RankingInput | null | undefined;
  first?: number | null | undefined;
}>;


export type ExplainedSearchQuery = { search: { nodes: Array<{ rank: number, score: number | null, paper: { id: string, title: string }, highlights: Array<{ field: HighlightField, kind: HighlightKind, score: number | null, parts: Array<{ text: string, isMatch: boolean }> }> | null, explanation: { scoreRank: number, semantic: { score: number, rank: number } | null, keyword: { score: number, rank: number } | null, fusion: { method: FusionMethod, semanticContribution: number, keywordContribution: number } | null, boosts: Array<{ factor: number, reason: string }> } | null }> } | null };

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


export type SearchPapersQuery = { search: { totalCount: number | null, interpretation: { text: string, authors: Array<string> }, nodes: Array<{ score: number | null, rank: number, paper: { id: string, title: string, submittedAt: string | null, url: string, authors: Array<{ name: string }>, categories: Array<{ code: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };


export const CorpusOverviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CorpusOverview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"corpus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"earliest"}},{"kind":"Field","name":{"kind":"Name","value":"latest"}},{"kind":"Field","name":{"kind":"Name","value":"embeddingModel"}},{"kind":"Field","name":{"kind":"Name","value":"dimension"}},{"kind":"Field","name":{"kind":"Name","value":"store"}}]}}]}}]} as unknown as DocumentNode<CorpusOverviewQuery, CorpusOverviewQueryVariables>;
export const ExplainedSearchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExplainedSearch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"query"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"mode"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchMode"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ranking"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RankingInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"search"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"query"},"value":{"kind":"Variable","name":{"kind":"Name","value":"query"}}},{"kind":"Argument","name":{"kind":"Name","value":"mode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"mode"}}},{"kind":"Argument","name":{"kind":"Name","value":"ranking"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ranking"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"paper"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}},{"kind":"Field","name":{"kind":"Name","value":"highlights"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"parts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"isMatch"}}]}},{"kind":"Field","name":{"kind":"Name","value":"score"}}]}},{"kind":"Field","name":{"kind":"Name","value":"explanation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"semantic"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}}]}},{"kind":"Field","name":{"kind":"Name","value":"keyword"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fusion"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"semanticContribution"}},{"kind":"Field","name":{"kind":"Name","value":"keywordContribution"}}]}},{"kind":"Field","name":{"kind":"Name","value":"boosts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"factor"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scoreRank"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ExplainedSearchQuery, ExplainedSearchQueryVariables>;
export const PaperWithSimilarDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PaperWithSimilar"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"similar"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paper"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"abstract"}},{"kind":"Field","name":{"kind":"Name","value":"authors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"submittedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"doi"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"pdfUrl"}},{"kind":"Field","name":{"kind":"Name","value":"similar"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"similar"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"paper"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PaperWithSimilarQuery, PaperWithSimilarQueryVariables>;
export const SearchPapersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SearchPapers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"query"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"mode"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchMode"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SearchOrderInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"search"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"query"},"value":{"kind":"Variable","name":{"kind":"Name","value":"query"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"mode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"mode"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"interpretation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"authors"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"score"}},{"kind":"Field","name":{"kind":"Name","value":"rank"}},{"kind":"Field","name":{"kind":"Name","value":"paper"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"authors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"categories"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"submittedAt"}},{"kind":"Field","name":{"kind":"Name","value":"url"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<SearchPapersQuery, SearchPapersQueryVariables>;