/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A field whose values can be counted. A paper with several values counts once for each. */
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

/** The papers whose values a facet counts. */
export type FacetScope =
  /** The papers that the search finds. The counts of a field with one value per paper add up to `foundCount`. */
  | 'FOUND'
  /**
   * All papers that the filters select, whatever the mode. The counts of a field with one value per paper add up to
   * `totalCount`.
   */
  | 'SELECTED';

/** How to compute one score from the similarity to several papers. */
export type RecommendStrategy =
  /**
   * Cosine similarity to the mean of the liked embeddings, moved away from the mean of the unliked ones. Finds what the liked
   * papers have in common. Paging reaches 1,000 results.
   */
  | 'AVERAGE_VECTOR'
  /**
   * Similarity to the closest liked paper. If an unliked paper is closer, the score is minus the square of the similarity to
   * that paper. Keeps several interests apart. Ranks the 100 papers closest to each liked paper, at most 500 in total.
   */
  | 'BEST_SCORE';

/** A field to order results by. */
export type SearchOrderField =
  /** The score. A listing, which has no scores, is ordered by SUBMITTED. */
  | 'RELEVANCE'
  /** When the first version was submitted. */
  | 'SUBMITTED'
  /** When arXiv's record of the paper last changed. */
  | 'UPDATED';

export type BrowseQueryVariables = Exact<{
  by?: FacetField;
  query?: string | null | undefined;
  categories?: Array<string> | string | null | undefined;
  authors?: Array<string> | string | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
  of?: FacetScope;
  first?: number;
}>;


export type BrowseQuery = { search: { totalCount: number | null, interpretation: { description: string | null }, facets: Array<{ label: string, value: string, count: number }> | null } | null };

export type CitePapersQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type CitePapersQuery = { papers: Array<{ title: string, bibtex: string, id: string } | null> | null };

export type CorpusInfoQueryVariables = Exact<{ [key: string]: never; }>;


export type CorpusInfoQuery = { corpus: { count: number, earliest: string | null, latest: string | null, collection: string, embeddingModel: string } | null, search: { facets: Array<{ label: string, value: string, count: number }> | null } | null };

export type FindAuthorQueryVariables = Exact<{
  name: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FindAuthorQuery = { author: { name: string, firstYear: number | null, lastYear: number | null, variants: Array<{ name: string, paperCount: number }> | null, categories: Array<{ paperCount: number, category: { code: string } }> | null, coauthors: Array<{ paperCount: number, author: { name: string } }> | null, papers: { totalCount: number | null, edges: Array<{ cursor: string, node: { rank: number, paper: { title: string, abstract: string, authorCount: number, submittedAt: string | null, id: string, authors: Array<{ name: string }>, categories: Array<{ code: string }> } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null, suggest: Array<{ text: string, paperCount: number | null }> | null };

export type GetPapersQueryVariables = Exact<{
  ids: Array<string> | string;
  authors?: number;
}>;


export type GetPapersQuery = { papers: Array<{ title: string, abstract: string, authorCount: number, submittedAt: string | null, updatedAt: string | null, versionCount: number, comments: string | null, journalRef: string | null, doi: string | null, url: string, pdfUrl: string, id: string, authors: Array<{ name: string }>, categories: Array<{ code: string, name: string }> } | null> | null };

export type RecommendPapersQueryVariables = Exact<{
  like: Array<string> | string;
  unlike?: Array<string> | string;
  categories?: Array<string> | string | null | undefined;
  from?: string | null | undefined;
  strategy?: RecommendStrategy;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type RecommendPapersQuery = { recommend: { edges: Array<{ cursor: string, node: { rank: number, paper: { title: string, abstract: string, authorCount: number, submittedAt: string | null, id: string, authors: Array<{ name: string }>, categories: Array<{ code: string }> } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type SearchPapersQueryVariables = Exact<{
  query?: string | null | undefined;
  categories?: Array<string> | string | null | undefined;
  authors?: Array<string> | string | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
  sort?: SearchOrderField;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchPapersQuery = { search: { totalCount: number | null, degraded: { message: string } | null, interpretation: { description: string | null, unknownAuthors: Array<{ name: string, didYouMean: Array<string> }> | null }, edges: Array<{ cursor: string, node: { rank: number, paper: { title: string, abstract: string, authorCount: number, submittedAt: string | null, id: string, authors: Array<{ name: string }>, categories: Array<{ code: string }> } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type SimilarPapersQueryVariables = Exact<{
  id: string;
  categories?: Array<string> | string | null | undefined;
  from?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SimilarPapersQuery = { paper: { title: string, id: string, similarConnection: { edges: Array<{ cursor: string, node: { rank: number, paper: { title: string, abstract: string, authorCount: number, submittedAt: string | null, id: string, authors: Array<{ name: string }>, categories: Array<{ code: string }> } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };
