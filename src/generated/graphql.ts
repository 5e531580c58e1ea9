import type { DateBound } from '../search/search-filter.js';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AuthorParent, AuthorCategoryParent, AuthorVariantParent, CategoryParent, CoauthorParent, CorpusParent, FacetBucketParent, DirectoryInfoParent, IndexInfoParent, NodeParent, PaperParent, QueryInterpretationParent, SearchConnectionParent, SearchEdgeParent, SearchGroupParent, SearchResultParent, SuggestionParent } from '../resolvers/parents.js';
import type { Context } from '../callers/caller.js';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A day in UTC, in ISO 8601: `2021-12-31`. */
  Date: { input: Date; output: Date | string; }
  /**
   * A day (`2021-12-31`) or a time (`2021-12-31T12:00:00Z`) in ISO 8601. As a bound of a range, a day means the whole UTC day:
   * `lte: "2021-12-31"` includes all of that day, and `gt: "2021-12-31"` starts with the next.
   */
  DateOrDateTime: { input: DateBound; output: never; }
  /** A time in ISO 8601 with a time zone: `2021-12-31T23:59:59Z`, `2022-01-01T00:59:59+01:00`. */
  DateTime: { input: Date; output: Date | string; }
  /**
   * A `SearchFilter` as JSON, to pass back in a variable of type `SearchFilter`:
   * `query ($filter: SearchFilter, $bucket: SearchFilter!) { search(filter: { and: [$filter, $bucket] }) { totalCount } }`. Typed
   * clients map it to their type for `SearchFilter`; see `docs/clients.md`.
   */
  SearchFilterJSON: { input: never; output: Record<string, unknown>; }
};

/** An author, identified only by name: arXiv's records do not distinguish authors who share a name. */
export type Author = Node & {
  __typename?: 'Author';
  /**
   * The categories of this author's papers, those with the most papers first. Null, with an error, when the store does not
   * respond.
   */
  categories?: Maybe<Array<AuthorCategory>>;
  /**
   * The other authors of this author's papers, those with the most shared papers first. Each spelling counts separately. Null,
   * with an error, when the store does not respond.
   */
  coauthors?: Maybe<Array<Coauthor>>;
  /**
   * Year of the author's first paper in the corpus, considering the 200 spellings with the most papers. Null when no year is
   * known, and null with an error in the same cases as `variants`.
   */
  firstYear?: Maybe<Scalars['Int']['output']>;
  /** `author:` followed by the name: `author:Tian-Xing Xu`. Each spelling of a name has its own id. */
  id: Scalars['ID']['output'];
  /** Year of the author's latest paper in the corpus; otherwise like `firstYear`. */
  lastYear?: Maybe<Scalars['Int']['output']>;
  /**
   * Given name, then family name, in Unicode: `Tian-Xing Xu`. Authors of a paper have the paper's spelling; `author(name:)`
   * returns the most frequent spelling with exactly these words, or the name you passed if there is none.
   */
  name: Scalars['String']['output'];
  /** The author's papers under any spelling of the name, newest first. Null, with an error, when the store does not respond. */
  papers?: Maybe<SearchConnection>;
  /**
   * Spellings of the name in the corpus, including this one, those with the most papers first. Null, with an error, when the
   * collection has no author directory (`paperql repair` builds it) or the store does not respond.
   */
  variants?: Maybe<Array<AuthorVariant>>;
};


/** An author, identified only by name: arXiv's records do not distinguish authors who share a name. */
export type AuthorCategoriesArgs = {
  first: Scalars['Int']['input'];
};


/** An author, identified only by name: arXiv's records do not distinguish authors who share a name. */
export type AuthorCoauthorsArgs = {
  first: Scalars['Int']['input'];
};


/** An author, identified only by name: arXiv's records do not distinguish authors who share a name. */
export type AuthorPapersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SearchFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** An author, identified only by name: arXiv's records do not distinguish authors who share a name. */
export type AuthorVariantsArgs = {
  first: Scalars['Int']['input'];
};

/** A category of an author's papers. */
export type AuthorCategory = {
  __typename?: 'AuthorCategory';
  /** The category. */
  category: Category;
  /** Number of the author's papers in the category. */
  paperCount: Scalars['Int']['output'];
};

/**
 * Conditions on author names. A name matches when all of its words occur in the name of one author; case, accents, hyphens
 * and word order are ignored. `Xu, Tian-Xing` and `tian xing xu` match Tian-Xing Xu; `Jing Li` does not match a paper by Jing
 * Wang and Li Chen.
 *
 * A single letter is an initial and matches any word that begins with it, in both directions: `T. Xu` matches Tian-Xing Xu,
 * and `Csaba Balázs` matches C. Balázs. At least one word must be written out in both names. A name of four or more words is
 * matched three words at a time.
 */
export type AuthorFilter = {
  /** At least one of these names must be among the authors. An empty list matches nothing. */
  any?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether the paper has any author. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** One of these names, exactly as the paper spells it. Facets return names in this form. An empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  /**
   * All of these names must be among the authors. A single name needs no brackets. An empty list excludes nothing; a name
   * without any word matches nothing.
   */
  match?: InputMaybe<Array<Scalars['String']['input']>>;
  /** These words must occur next to each other, in this order, in one author's name as the paper spells it. */
  phrase?: InputMaybe<Scalars['String']['input']>;
};

/** A spelling of an author's name. */
export type AuthorVariant = {
  __typename?: 'AuthorVariant';
  /** Year of the first of these papers; null when unknown. */
  firstYear?: Maybe<Scalars['Int']['output']>;
  /** Year of the latest of these papers; null when unknown. */
  lastYear?: Maybe<Scalars['Int']['output']>;
  /** The name exactly as papers spell it. */
  name: Scalars['String']['output'];
  /** Number of papers with this spelling. */
  paperCount: Scalars['Int']['output'];
};

/** A property that raises a score. */
export type BoostKind =
  /** Recency; see `RecencyInput`. */
  | 'RECENCY';

/** A category of the arXiv taxonomy (https://arxiv.org/category_taxonomy). */
export type Category = Node & {
  __typename?: 'Category';
  /** Code of the category's archive, which is the part before the dot: `cs`, `hep-th`. */
  archive: Scalars['String']['output'];
  /** The code: `cs.CV`, `hep-th`, `math.AG`. */
  code: Scalars['String']['output'];
  /** The group of the category: `Computer Science`, `Physics`. Null for a code that is not in the taxonomy. */
  group?: Maybe<Scalars['String']['output']>;
  /** `category:` followed by the code: `category:cs.CV`. */
  id: Scalars['ID']['output'];
  /** Whether the category accepts new papers. */
  isCurrent: Scalars['Boolean']['output'];
  /**
   * The category that this one was merged into (`alg-geom` into `math.AG`) or is an alias of (`cs.NA` of `math.NA`).
   * Null for all others.
   */
  mergedInto?: Maybe<Category>;
  /**
   * arXiv's name for the category: `Computer Vision and Pattern Recognition`. A code that is not in the taxonomy is its own
   * name.
   */
  name: Scalars['String']['output'];
  /**
   * Papers announced in the category or cross-listed to it, newest first. Null, with an error, when the store does not
   * respond.
   */
  papers?: Maybe<SearchConnection>;
};


/** A category of the arXiv taxonomy (https://arxiv.org/category_taxonomy). */
export type CategoryPapersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SearchFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** A co-author. */
export type Coauthor = {
  __typename?: 'Coauthor';
  /** The co-author, as these papers spell the name. */
  author: Author;
  /**
   * Whether `paperCount` includes all such papers. It can be false only in a Qdrant collection of several shards, for an author with
   * more than 1,000 co-authors.
   */
  isExact: Scalars['Boolean']['output'];
  /** Number of papers by both authors. */
  paperCount: Scalars['Int']['output'];
};

/** The papers being served, and how they are stored. */
export type Corpus = {
  __typename?: 'Corpus';
  /** Name of the collection. */
  collection: Scalars['String']['output'];
  /** Number of papers. */
  count: Scalars['Int']['output'];
  /** Length of an embedding vector. */
  dimension: Scalars['Int']['output'];
  /**
   * Size of the directory of authors and titles, which `suggest` and `author` use. Null when the collection has none;
   * `paperql repair` builds it.
   */
  directory?: Maybe<DirectoryInfo>;
  /** Distance function of the vectors: `Cosine`. */
  distance: Scalars['String']['output'];
  /** Submission date of the earliest paper; null when no date is known. */
  earliest?: Maybe<Scalars['DateTime']['output']>;
  /** Provider and model of the embeddings: `local:all-MiniLM-L6-v2`, `openai:text-embedding-3-small`. */
  embeddingModel: Scalars['String']['output'];
  /** Progress of the vector index. Null, with an error, when the store does not respond. */
  index?: Maybe<IndexInfo>;
  /** Submission date of the latest paper; null when no date is known. */
  latest?: Maybe<Scalars['DateTime']['output']>;
  /** Submission date of the latest paper, the same as `latest`; null when no date is known. */
  newestSubmittedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where the papers are stored. */
  store: StoreKind;
  /**
   * The corpus contains everything that arXiv had announced in `syncedSets` by this time. Null when no `paperql sync` with
   * this server's data folder has finished.
   */
  syncedAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * Names of the sets that `paperql sync` keeps up to date, as in arXiv's `ListSets`: `cs:cs:LG`. Empty for all of arXiv, and
   * when `syncedAt` is null.
   */
  syncedSets: Array<Scalars['String']['output']>;
};

/**
 * A range of dates. A day as a bound means the whole UTC day. A contradictory range matches nothing; a paper without a date
 * matches only a range without bounds.
 */
export type DateRangeInput = {
  /** Whether the date is known. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** After this time; a day is excluded as a whole. */
  gt?: InputMaybe<Scalars['DateOrDateTime']['input']>;
  /** At or after this time. */
  gte?: InputMaybe<Scalars['DateOrDateTime']['input']>;
  /** Before this time; a day is excluded as a whole. */
  lt?: InputMaybe<Scalars['DateOrDateTime']['input']>;
  /** At or before this time; a day is included as a whole. */
  lte?: InputMaybe<Scalars['DateOrDateTime']['input']>;
};

/** What failed while a search was answered. */
export type DegradationReason =
  /**
   * The text could not be embedded, so the results are those of KEYWORD mode: they contain at least one of the words, and their
   * scores are BM25. `foundCount`, `facets(of: FOUND)` and `highlights` are those of KEYWORD mode, too.
   */
  | 'EMBEDDING_UNAVAILABLE';

/** Size of the directory of authors and titles. */
export type DirectoryInfo = {
  __typename?: 'DirectoryInfo';
  /** Number of distinct author names; each spelling counts separately. */
  authors: Scalars['Int']['output'];
  /** Number of titles. */
  titles: Scalars['Int']['output'];
};

/** A value and the number of papers that have it. */
export type FacetBucket = {
  __typename?: 'FacetBucket';
  /** Number of papers with this value. */
  count: Scalars['Int']['output'];
  /**
   * A `SearchFilter` that selects exactly these papers: `{ "categories": { "in": ["cs.CV"] } }`. Combine it with your current
   * filter: `filter: { and: [$filter, $bucketFilter] }`.
   */
  filter: Scalars['SearchFilterJSON']['output'];
  /**
   * Whether `count` includes all such papers. It can be false with `of: FOUND`, see `SearchConnection.isExact`, and for authors in a
   * Qdrant collection of several shards, each of which counts only its 1,600 most frequent names.
   */
  isExact: Scalars['Boolean']['output'];
  /**
   * A label for display: the name of a category or archive, `CC BY 4.0` for a licence, otherwise the value. Labels that would
   * occur twice end with the value: `Information Theory (cs.IT)`.
   */
  label: Scalars['String']['output'];
  /** The value as stored: `cs.CV`, `2021`, a name, a URL. */
  value: Scalars['String']['output'];
};

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

/** How two rankings were combined: `score` is the sum of both contributions. */
export type FusionExplanation = {
  __typename?: 'FusionExplanation';
  /**
   * Contribution of the ranking by words: its weight times its scaled score, or 0 if it does not contain the paper. With
   * DISTRIBUTION_SCORE, those of similar papers are mixed in.
   */
  keywordContribution: Scalars['Float']['output'];
  /** Weight of the ranking by words: 1 - `semanticWeight`. */
  keywordWeight: Scalars['Float']['output'];
  /** The fusion method. */
  method: FusionMethod;
  /** The fused score, before boosts. */
  score: Scalars['Float']['output'];
  /**
   * Contribution of the ranking by meaning: its weight times its scaled score, or 0 if it does not contain the paper. With
   * DISTRIBUTION_SCORE, those of similar papers are mixed in.
   */
  semanticContribution: Scalars['Float']['output'];
  /** Weight of the ranking by meaning. */
  semanticWeight: Scalars['Float']['output'];
};

/** How to fuse two rankings. */
export type FusionInput = {
  /** How to bring the scores of the two rankings to one scale. */
  method: FusionMethod;
  /**
   * Weight of the ranking by meaning, 0 to 1; the ranking by words gets the rest. `1` orders like SEMANTIC and `0` like
   * KEYWORD, with the papers of the other ranking last.
   */
  semanticWeight: Scalars['Float']['input'];
};

/** How to bring scores that are not comparable to one scale. A ranking that does not contain a paper adds 0 to its score. */
export type FusionMethod =
  /**
   * The mean of each ranking's scores becomes 0.5; three standard deviations above it become 1, three below become 0. Depends
   * on all candidates and rewards a paper that stands out. Scores of the ranking by words are raised to the power of 1.5 first.
   * Then 35% of the score of each of the best 15 papers becomes the mean score of the 7 among them that are closest to it in
   * meaning, unless one ranking has all of the weight.
   */
  | 'DISTRIBUTION_SCORE'
  /** The best candidate of each ranking gets 1 and the worst 0. Depends only on these two scores. */
  | 'RELATIVE_SCORE'
  /** Reciprocal ranks: 61 / (60 + rank), which is 1 for the first paper. Considers only ranks, not how far apart the scores are. */
  | 'RRF';

/** A property that results can be grouped by. A paper with several values belongs to the group of each. */
export type GroupField =
  /** An author, as papers spell the name. */
  | 'AUTHOR'
  /** A category, including cross-lists. */
  | 'CATEGORY'
  /** The year of the first version. */
  | 'YEAR';

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

/** A part of a highlight. */
export type HighlightPart = {
  __typename?: 'HighlightPart';
  /** Whether the part is a word of the query, by stem. */
  isMatch: Scalars['Boolean']['output'];
  /** Plain text. */
  text: Scalars['String']['output'];
};

/** Progress of the vector index. */
export type IndexInfo = {
  __typename?: 'IndexInfo';
  /**
   * Number of papers in the index. The others are compared one by one. Small collections, and small segments of large ones,
   * are never indexed.
   */
  indexed: Scalars['Int']['output'];
  /** The store's error message when indexing has failed; null otherwise. */
  problem?: Maybe<Scalars['String']['output']>;
  /** Current state. */
  state: IndexState;
  /** Number of papers in the collection. */
  total: Scalars['Int']['output'];
};

/** The state of a vector index. */
export type IndexState =
  /** Indexing papers. Searches keep working. */
  | 'BUILDING'
  /** Indexing failed; see `problem`. */
  | 'FAILED'
  /** Up to date: nothing is left to index. */
  | 'IDLE'
  /**
   * Indexing was interrupted by a restart of the Qdrant server, and continues with the next load, repair or sync. Searches keep
   * working.
   */
  | 'PAUSED';

/** A range of whole numbers. A contradictory range matches nothing. */
export type IntRangeInput = {
  /** More than this number. */
  gt?: InputMaybe<Scalars['Int']['input']>;
  /** At least this number. */
  gte?: InputMaybe<Scalars['Int']['input']>;
  /** Less than this number. */
  lt?: InputMaybe<Scalars['Int']['input']>;
  /** At most this number. */
  lte?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * Bounds on a date, in UTC days, as in `DateRangeInput`: `in 2021` is gte 2021-01-01 and lte 2021-12-31, `after 1998` is gte
 * 1999-01-01, `before 2020` is lt 2020-01-01. A bound that does not apply is null.
 */
export type InterpretedDates = {
  __typename?: 'InterpretedDates';
  /** Later than this day. */
  gt?: Maybe<Scalars['Date']['output']>;
  /** On this day or later. */
  gte?: Maybe<Scalars['Date']['output']>;
  /** Earlier than this day. */
  lt?: Maybe<Scalars['Date']['output']>;
  /** On this day or earlier. */
  lte?: Maybe<Scalars['Date']['output']>;
};

/** Conditions on a field with one value. */
export type KeywordFilter = {
  /** Whether the paper has a value. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** One of these values. An empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  /** None of these values; papers without a value match. An empty list excludes nothing. */
  notIn?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Conditions on a field with several values. */
export type KeywordsFilter = {
  /** All of these values. An empty list excludes nothing. */
  all?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether the paper has any value. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** At least one of these values. An empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  /** None of these values: `notIn: ["cs.CV"]` excludes a paper in `cs.CV` and `cs.AI`. An empty list excludes nothing. */
  notIn?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** An object with a globally unique id. */
export type Node = {
  /** An id that no other object of any type has. `node` accepts it. It stays the same as long as the corpus has the object. */
  id: Scalars['ID']['output'];
};

/** The direction of an order. */
export type OrderDirection =
  /** Lowest score or oldest first. */
  | 'ASC'
  /** Highest score or newest first. */
  | 'DESC';

/** The position of a page among all results. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Cursor of the last result; null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there are results after this page, within the depth that paging reaches. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are results before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first result; null on an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A paper on arXiv. */
export type Paper = Node & {
  __typename?: 'Paper';
  /** Abstract, on one line. Mathematics is LaTeX between dollar signs. */
  abstract: Scalars['String']['output'];
  /** Number of authors of the paper. */
  authorCount: Scalars['Int']['output'];
  /** Authors, in the order given by the paper. */
  authors: Array<Author>;
  /**
   * The BibTeX entry as arXiv exports it, with the same key: `@misc{vaswani2023attentionneed, …`. Accents, symbols and
   * LaTeX's special characters are escaped; mathematics is unchanged. Braces keep collaborations and names with a suffix
   * together. The entry has the first of several DOIs, and after 50 authors the list ends with `and others`.
   */
  bibtex: Scalars['String']['output'];
  /** arXiv categories, the primary one first. */
  categories: Array<Category>;
  /** The authors' comments, such as the number of pages or where the paper was accepted. */
  comments?: Maybe<Scalars['String']['output']>;
  /** DOI of the published paper. Several DOIs are separated by spaces. */
  doi?: Maybe<Scalars['String']['output']>;
  /** arXiv identifier without version: `1706.03762`, `hep-th/9901001`. It is globally unique, so `node` accepts it. */
  id: Scalars['ID']['output'];
  /** Journal reference, as given by the authors. */
  journalRef?: Maybe<Scalars['String']['output']>;
  /** URL of the licence under which arXiv distributes the paper. */
  license?: Maybe<Scalars['String']['output']>;
  /** URL of the newest version's PDF on arXiv. */
  pdfUrl: Scalars['String']['output'];
  /** The category the paper was announced in. */
  primaryCategory?: Maybe<Category>;
  /** Report number given by the authors' institution. */
  reportNumber?: Maybe<Scalars['String']['output']>;
  /**
   * The papers closest in meaning to this one, best first. `similarConnection` pages through them. Null, with an error, when
   * the store does not respond.
   */
  similar?: Maybe<Array<SearchResult>>;
  /** The papers of `similar`, page by page, up to 1,000 in total. Null, with an error, when the store does not respond. */
  similarConnection?: Maybe<SearchConnection>;
  /** When the first version was submitted. If arXiv's record lists no versions, the first day of the month in the identifier. */
  submittedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Name of the submitter, as in arXiv's record. */
  submitter?: Maybe<Scalars['String']['output']>;
  /** Title, on one line. Mathematics is LaTeX between dollar signs. */
  title: Scalars['String']['output'];
  /** When arXiv's record of the paper last changed. */
  updatedAt?: Maybe<Scalars['Date']['output']>;
  /** URL of the abstract page on arXiv. */
  url: Scalars['String']['output'];
  /** Number of versions; 0 when arXiv's record lists none. */
  versionCount: Scalars['Int']['output'];
  /** Versions, oldest first. Empty when arXiv's record lists none. */
  versions: Array<PaperVersion>;
};


/** A paper on arXiv. */
export type PaperAuthorsArgs = {
  first: Scalars['Int']['input'];
};


/** A paper on arXiv. */
export type PaperSimilarArgs = {
  filter?: InputMaybe<SearchFilter>;
  first: Scalars['Int']['input'];
};


/** A paper on arXiv. */
export type PaperSimilarConnectionArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SearchFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** One version of a paper. */
export type PaperVersion = {
  __typename?: 'PaperVersion';
  /** When this version was submitted. */
  createdAt: Scalars['DateTime']['output'];
  /** Version number, starting at 1. */
  number: Scalars['Int']['output'];
};

/** How to use quantized copies of the vectors. Omitted fields have the Qdrant server's defaults. */
export type QuantizationParamsInput = {
  /** Whether to ignore the quantized copies and search the original vectors. */
  ignore?: InputMaybe<Scalars['Boolean']['input']>;
  /** How many times as many candidates to take from the quantized copies before rescoring, 1 to 100: `2.0`. */
  oversampling?: InputMaybe<Scalars['Float']['input']>;
  /** Whether to recompute the candidates' scores from the original vectors. */
  rescore?: InputMaybe<Scalars['Boolean']['input']>;
};

/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type Query = {
  __typename?: 'Query';
  /**
   * The author with this name, or null when no author in the corpus has that name. Names match as in `AuthorFilter`, so a
   * common or short name (`Wei Wang`, `Xu`) stands for everyone who shares it.
   */
  author?: Maybe<Author>;
  /**
   * All categories of arXiv's taxonomy, group by group. Within a group, archives that are still in use come first; archives
   * and categories are sorted by code.
   */
  categories: Array<Category>;
  /** The category with this code in arXiv's taxonomy, including codes no longer in use. Null if arXiv has never used the code. */
  category?: Maybe<Category>;
  /** The corpus being served: its size, its embedding model and its store. */
  corpus?: Maybe<Corpus>;
  /**
   * The paper, author or category with this id, or null when the corpus does not have it. Clients that normalise their cache,
   * such as Relay, use it to fetch an object again (https://relay.dev/graphql/objectidentification.htm).
   */
  node?: Maybe<Node>;
  /** The paper with this arXiv identifier, or null when the corpus does not have it. */
  paper?: Maybe<Paper>;
  /**
   * The papers with these arXiv identifiers, one entry per identifier, in the same order. An entry is null, with an error at
   * its own path, when the corpus does not have the paper (NOT_FOUND) or the text is not an identifier (BAD_USER_INPUT).
   */
  papers?: Maybe<Array<Maybe<Paper>>>;
  /**
   * Papers that resemble those in `like` but not those in `unlike`, best first. The given papers are not among the results.
   * Null, with an error, when the store does not respond.
   */
  recommend?: Maybe<SearchConnection>;
  /**
   * Papers that match a text by meaning, by words, or by both (`mode`), best first. Authors, dates, categories, phrases and
   * exclusions in the query become filters (see `interpretation`). Without a query, or when all of it becomes filters, the
   * result is a listing of the papers that the filters select, newest first.
   *
   * Null, with an error, when the store does not respond, or the embedding service in SEMANTIC mode; other fields are not
   * affected. A HYBRID search without the embedding service is answered by words alone (see `allowDegraded`).
   */
  search?: Maybe<SearchConnection>;
  /**
   * The hundred best results of `search` with this query and filter, grouped by category, author or year. The group that
   * contains the best result comes first. Null, with an error, when the store or the embedding service does not respond: unlike
   * `search`, groups are not answered by words alone.
   */
  searchGroups?: Maybe<Array<SearchGroup>>;
  /**
   * Completions of typed text: authors, categories and titles in which every typed word is the beginning of a word. Case and
   * accents are ignored, and only the first eight letters of each word count. A text without letters and digits has no
   * suggestions.
   *
   * Null, with an error, when the collection has no directory of authors and titles (`paperql repair` builds it) or the store
   * does not respond.
   */
  suggest?: Maybe<Array<Suggestion>>;
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QueryAuthorArgs = {
  name: Scalars['String']['input'];
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QueryCategoriesArgs = {
  current: Scalars['Boolean']['input'];
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QueryCategoryArgs = {
  code: Scalars['String']['input'];
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QueryPaperArgs = {
  id: Scalars['ID']['input'];
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QueryPapersArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QueryRecommendArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SearchFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  like: Array<Scalars['ID']['input']>;
  strategy: RecommendStrategy;
  unlike: Array<Scalars['ID']['input']>;
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QuerySearchArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  allowDegraded: Scalars['Boolean']['input'];
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SearchFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  interpret: Scalars['Boolean']['input'];
  last?: InputMaybe<Scalars['Int']['input']>;
  mode: SearchMode;
  orderBy?: InputMaybe<SearchOrderInput>;
  params?: InputMaybe<SearchParamsInput>;
  query?: InputMaybe<Scalars['String']['input']>;
  ranking?: InputMaybe<RankingInput>;
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QuerySearchGroupsArgs = {
  by: GroupField;
  filter?: InputMaybe<SearchFilter>;
  first: Scalars['Int']['input'];
  groupSize: Scalars['Int']['input'];
  query?: InputMaybe<Scalars['String']['input']>;
};


/**
 * The entry points of the API. Fields that need the store or an embedding are nullable, so that a failure in one does not
 * affect the others.
 */
export type QuerySuggestArgs = {
  first: Scalars['Int']['input'];
  kinds: Array<SuggestionKind>;
  prefix: Scalars['String']['input'];
};

/**
 * How a query was understood. A paper must satisfy all of it, as well as the `filter` argument.
 *
 * The lists contain conditions that must all hold. Alternatives (`by Xu OR by Gao`, `in 2014 or 2017`), excluded authors,
 * categories and dates (`NOT by Xu`), and conditions on other fields (`abs:`, `co:`, `jr:`, `doi:`) are not in the lists;
 * `filter` and `description` contain everything.
 */
export type QueryInterpretation = {
  __typename?: 'QueryInterpretation';
  /**
   * Author names from `by …` and `author:…`, as written. All of them must be among a paper's authors; see `AuthorFilter`.
   * Words that could also be text (in lower case, or `Gradient Descent`) are included if an author in the corpus has that
   * name.
   */
  authors: Array<Scalars['String']['output']>;
  /**
   * Categories from `cat:…` and `in …`, by code: `cs.LG`. `cs.*` means any category of the archive. A paper must be in all of
   * them.
   */
  categories: Array<Scalars['String']['output']>;
  /** The same filters in words: `author "Xu" or author "Gao"`. Null when the query contains no filter. */
  description?: Maybe<Scalars['String']['output']>;
  /** Words and phrases after a hyphen or NOT, which must not occur in the title or abstract. */
  excluded: Array<Scalars['String']['output']>;
  /**
   * The filters read from the query, as a `SearchFilter` in JSON: `search(query: text, filter: filter, interpret: false)`
   * finds the same papers. Null when the query contains no filter.
   */
  filter?: Maybe<Scalars['SearchFilterJSON']['output']>;
  /** arXiv identifiers, without version, from `id:…`, URLs and similar. The paper must be one of these. */
  ids: Array<Scalars['ID']['output']>;
  /**
   * The same filters one by one, in the order of the query, each with its place in the query. A page can use them to show
   * each condition and let a person change or remove it. At most 64 places of the query are listed.
   */
  parts: Array<QueryPart>;
  /** Phrases in quotes. The words of each must occur next to each other, in this order, in the title or abstract. */
  phrases: Array<Scalars['String']['output']>;
  /** When the first version must have been submitted. Null when the query contains no date, or alternatives. */
  submitted?: Maybe<InterpretedDates>;
  /**
   * The text by which papers were ranked: the query without the parts that became filters. If it is empty, the result is a
   * listing.
   */
  text: Scalars['String']['output'];
  /** Words from `title:…`, all of which the title must contain; words in quotes are a phrase. Null without `title:`. */
  title?: Maybe<Scalars['String']['output']>;
  /**
   * Authors named in the query, including alternatives, that are not in the corpus, each with similar names that are.
   * Selecting this field costs two calls to the store for the whole operation. Null, with an error, when the collection has
   * no author directory (`paperql repair` builds it) or the store does not respond.
   */
  unknownAuthors?: Maybe<Array<UnknownAuthor>>;
};

/** A condition that was read from a query. Conditions read from one place (`by Xu and Gao`) have the same `start` and `end`. */
export type QueryPart = {
  __typename?: 'QueryPart';
  /** The condition in words: `author "Tian-Xing Xu"`. */
  description: Scalars['String']['output'];
  /** Offset of the end of `text` in the query, exclusive. */
  end: Scalars['Int']['output'];
  /** The kind of condition. */
  kind: QueryPartKind;
  /** The query without this condition. */
  queryWithout: Scalars['String']['output'];
  /** Offset of the start of `text` in the query, in UTF-16 code units, as in JavaScript. */
  start: Scalars['Int']['output'];
  /** The part of the query that states the condition: `by Tian-Xing Xu`. */
  text: Scalars['String']['output'];
};

/** A kind of condition in a query. */
export type QueryPartKind =
  /** An author. */
  | 'AUTHOR'
  /** A category or archive. */
  | 'CATEGORY'
  /** Several conditions joined by AND or OR. */
  | 'COMBINATION'
  /** A range of dates. */
  | 'DATE'
  /** A word, phrase or other condition that papers must not match. */
  | 'EXCLUSION'
  /** An arXiv identifier or a DOI. */
  | 'IDENTIFIER'
  /** Words or a phrase that a field must contain. */
  | 'TEXT';

/** A paper's result in one ranking. */
export type RankerExplanation = {
  __typename?: 'RankerExplanation';
  /** Position in this ranking, starting at 1. */
  rank: Scalars['Int']['output'];
  /** The score in this ranking: cosine similarity by meaning, BM25 by words. */
  score: Scalars['Float']['output'];
};

/** Adjusts a ranking. */
export type RankingInput = {
  /**
   * How much the first 50 results should differ from one another, 0 to 1: 0 ranks by score alone, 0.3 separates
   * near-duplicates, 1 considers only differences (maximal marginal relevance over the embeddings). Scores keep their values,
   * so they no longer decrease with rank. Requires best-first order.
   */
  diversity: Scalars['Float']['input'];
  /** How to fuse the two rankings. HYBRID mode only. */
  fusion?: InputMaybe<FusionInput>;
  /** Ranks newer papers higher. Not applied by default. */
  recency?: InputMaybe<RecencyInput>;
  /**
   * Minimum cosine similarity of a paper's embedding to that of the text, -1 to 1: `0.4`. Good values depend on the embedding
   * model. HYBRID mode also excludes papers found by words alone, which have no such score; KEYWORD mode does not accept a
   * threshold. `totalCount` does not change.
   */
  scoreThreshold?: InputMaybe<Scalars['Float']['input']>;
};

/**
 * Ranks the newer of two equally good papers higher: each score is multiplied by
 * `1 - weight + weight * 0.5 ^ (age / halfLifeDays)`. Age runs from the submission of the first version to the time of the
 * first page; a paper without a date counts as infinitely old. Applies to the best 1,000 results.
 */
export type RecencyInput = {
  /** Half-life in days, above 0, at most 36,500. */
  halfLifeDays: Scalars['Float']['input'];
  /** How much recency counts, 0 to 1: 0 has no effect; with 1, a paper one half-life old keeps half of its score. */
  weight: Scalars['Float']['input'];
};

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

/** How a reranking model, which reads the query and the paper together, judged a paper. */
export type RerankExplanation = {
  __typename?: 'RerankExplanation';
  /**
   * Why the model did not change the order, such as "The reranking model did not answer within 1500 ms"; null if it ranked the
   * results.
   */
  problem?: Maybe<Scalars['String']['output']>;
  /** Position among the papers that the model read, starting at 1; null if it failed. */
  rank?: Maybe<Scalars['Int']['output']>;
  /** The model's score, in its own unit; null if it failed, and on pages after the first. */
  score?: Maybe<Scalars['Float']['output']>;
};

/** A factor by which a score was multiplied. */
export type ScoreBoost = {
  __typename?: 'ScoreBoost';
  /** The factor, 0 to 1. */
  factor: Scalars['Float']['output'];
  /** The property that raises the score. */
  kind: BoostKind;
  /** The reason for the factor: `submitted 412 days ago, half-life 365 days`. */
  reason: Scalars['String']['output'];
};

/**
 * A page of ranked papers (https://relay.dev/graphql/connections.htm).
 *
 * As long as the corpus does not change, pages neither overlap nor leave gaps. The pages of a search cover its best 1,000
 * results, after which `hasNextPage` is false; use a narrower filter to reach the rest. A listing can be paged to its 10,000th
 * paper. A cursor contains the time of the first page, so that `recency` computes the same ages on every page.
 */
export type SearchConnection = {
  __typename?: 'SearchConnection';
  /**
   * Why these results are not as good as the requested search would find; null when they are. Only HYBRID searches can be
   * degraded. The pages after a degraded page continue its ranking and are degraded, too, even if the service responds again:
   * start from the first page to get complete results. A page after a complete one is never degraded; it fails instead.
   */
  degraded?: Maybe<SearchDegradation>;
  /** The results with their cursors. */
  edges: Array<SearchEdge>;
  /**
   * The most frequent values of a field, most frequent first, counted over all papers that the filters select or that the
   * search finds (`of`), not only those on this page. All facets of an operation share one call to the store. Null, with an
   * error, when the store does not respond.
   */
  facets?: Maybe<Array<FacetBucket>>;
  /**
   * The number of papers that the search finds:
   *
   * - In a listing, all papers that the filters select, as in `totalCount`.
   * - In KEYWORD, all of these papers that contain at least one of the words, including those that pages do not reach.
   * - In HYBRID and SEMANTIC, which rank every paper, the number of results that pages reach: at most 1,000, and fewer when
   *   `scoreThreshold` excludes some. The same applies to `similar` and `recommend`.
   *
   * Computed only when selected. Null, with an error, when the store does not respond.
   */
  foundCount?: Maybe<Scalars['Int']['output']>;
  /** How the query was understood. */
  interpretation: QueryInterpretation;
  /**
   * Whether `foundCount` and `facets(of: FOUND)` include everything that was found. False when the results fill all pages, so
   * there may be more. Also false in KEYWORD on a Qdrant server when more than 50,000 papers contain one of the words, because
   * only the best 50,000 are counted. Null, with an error, when the store does not respond.
   */
  isExact?: Maybe<Scalars['Boolean']['output']>;
  /** The results without cursors. */
  nodes: Array<SearchResult>;
  /** The position of this page. */
  pageInfo: PageInfo;
  /** Time taken to find these results, in milliseconds. */
  tookMs: Scalars['Float']['output'];
  /**
   * The exact number of papers that the filters select, both the `filter` argument and the filters read from the query. It
   * does not depend on the mode or `scoreThreshold`: without filters, it is the size of the corpus, even in KEYWORD mode, where
   * papers with none of the words are not results (see `foundCount`). Selecting this field costs one more call to the store.
   * Null, with an error, when that call fails.
   */
  totalCount?: Maybe<Scalars['Int']['output']>;
};


/**
 * A page of ranked papers (https://relay.dev/graphql/connections.htm).
 *
 * As long as the corpus does not change, pages neither overlap nor leave gaps. The pages of a search cover its best 1,000
 * results, after which `hasNextPage` is false; use a narrower filter to reach the rest. A listing can be paged to its 10,000th
 * paper. A cursor contains the time of the first page, so that `recency` computes the same ages on every page.
 */
export type SearchConnectionFacetsArgs = {
  field: FacetField;
  first: Scalars['Int']['input'];
  of: FacetScope;
};

/** Why results are not as good as the requested search would find. */
export type SearchDegradation = {
  __typename?: 'SearchDegradation';
  /** An explanation in one sentence, to show to users. */
  message: Scalars['String']['output'];
  /** What failed. */
  reason: DegradationReason;
};

/** A result and its cursor. */
export type SearchEdge = {
  __typename?: 'SearchEdge';
  /** An opaque cursor, for `after` and `before` of the same search. */
  cursor: Scalars['String']['output'];
  /** The result. */
  node: SearchResult;
};

/**
 * How a score was computed: `semantic` and `keyword` are the results of each ranking, `fusion` combines them, and then
 * `boosts` multiply the score, in this order.
 */
export type SearchExplanation = {
  __typename?: 'SearchExplanation';
  /** The factors by which the score was multiplied. */
  boosts: Array<ScoreBoost>;
  /** How the two scores were combined; null unless the mode is HYBRID. */
  fusion?: Maybe<FusionExplanation>;
  /** The ranking by words; null when the mode does not use it, or when the paper is not among its candidates. */
  keyword?: Maybe<RankerExplanation>;
  /**
   * How a reranking model judged the paper; null if the server has no such model (`RERANK_BASE_URL`), if the paper is not among
   * the first 50 results, or if `recency`, `diversity` or `orderBy` determines the order.
   */
  rerank?: Maybe<RerankExplanation>;
  /** Position by score alone. It differs from `rank` when `diversity`, `orderBy` or a reranking model moved the result. */
  scoreRank: Scalars['Int']['output'];
  /** The ranking by meaning; null when the mode does not use it, or when the paper is not among its candidates. */
  semantic?: Maybe<RankerExplanation>;
};

/**
 * Selects the papers that satisfy all of its conditions. An empty object selects every paper; null counts as omitted.
 *
 * Limits: 8 levels of nesting, 2,000 values and 50,000 characters in total, and 50 author names of more than three words. A
 * filter that exceeds a limit, or has a value out of range, is rejected with BAD_USER_INPUT; `extensions.argumentPath` names
 * the place.
 */
export type SearchFilter = {
  /** Conditions on the abstract. */
  abstract?: InputMaybe<TextFilter>;
  /** All of these filters must match. An empty list matches every paper. */
  and?: InputMaybe<Array<SearchFilter>>;
  /** Conditions on the archives of the paper's categories. An archive is the part before the dot: `cs`, `math`, `hep-th`. */
  archives?: InputMaybe<KeywordsFilter>;
  /** Conditions on the authors' names. */
  authors?: InputMaybe<AuthorFilter>;
  /** Conditions on the paper's categories, including cross-lists, by code: `cs.CV`. Case must be as in the taxonomy. */
  categories?: InputMaybe<KeywordsFilter>;
  /** Conditions on the authors' comments. */
  comments?: InputMaybe<TextFilter>;
  /**
   * DOI of the published paper, with or without `https://doi.org/`; case is ignored. A DOI issued by arXiv
   * (`10.48550/arXiv.1706.03762`) selects the paper with that identifier.
   */
  doi?: InputMaybe<KeywordFilter>;
  /** arXiv identifiers of the papers to select, in any form that `paper` accepts. An empty list selects none. */
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Conditions on the journal reference. */
  journalRef?: InputMaybe<TextFilter>;
  /** URL of the licence; it must match exactly. */
  license?: InputMaybe<KeywordFilter>;
  /** This filter must not match. `{}` matches every paper, so `not: {}` matches none. */
  not?: InputMaybe<SearchFilter>;
  /** At least one of these filters must match. An empty list matches no paper. */
  or?: InputMaybe<Array<SearchFilter>>;
  /** The category the paper was announced in. */
  primaryCategory?: InputMaybe<KeywordFilter>;
  /** When the first version was submitted. */
  submitted?: InputMaybe<DateRangeInput>;
  /** Conditions on the title. */
  title?: InputMaybe<TextFilter>;
  /** When arXiv's record of the paper last changed. */
  updated?: InputMaybe<DateRangeInput>;
  /** The number of versions. */
  versionCount?: InputMaybe<IntRangeInput>;
};

/** Results that share a value. */
export type SearchGroup = {
  __typename?: 'SearchGroup';
  /**
   * A `SearchFilter` that selects exactly the papers with this value. Combine it with your current filter to see more of the
   * group: `filter: { and: [$filter, $groupFilter] }`.
   */
  filter: Scalars['SearchFilterJSON']['output'];
  /** How many of the hundred best results are in the group. */
  hitCount: Scalars['Int']['output'];
  /** A label for display: the name of a category, otherwise the value. Labels that would occur twice end with the value. */
  label: Scalars['String']['output'];
  /** The best results in the group; `rank` is the position among all results. */
  nodes: Array<SearchResult>;
  /** The shared value as stored: `cs.CV`, a name, `2021`. */
  value: Scalars['String']['output'];
};

/** A passage that shows why a paper was found. */
export type SearchHighlight = {
  __typename?: 'SearchHighlight';
  /** The field that the passage comes from. */
  field: HighlightField;
  /** Why the passage was chosen. */
  kind: HighlightKind;
  /** The passage, split into marked and unmarked parts that together make up `text`. */
  parts: Array<HighlightPart>;
  /** Cosine similarity of the sentence's embedding to the query's, -1 to 1; null for WORDS. */
  score?: Maybe<Scalars['Float']['output']>;
  /** Offset of the passage in the field's text, in UTF-16 code units, as in JavaScript. */
  start: Scalars['Int']['output'];
  /** The passage as plain text: the whole title, or a sentence of the abstract. Escape it before inserting it into HTML. */
  text: Scalars['String']['output'];
};

/** How papers are ranked. */
export type SearchMode =
  /**
   * By meaning and by words: the two rankings are fused into one (see `RankingInput.fusion`). Finds what either finds, and
   * puts first what both find.
   */
  | 'HYBRID'
  /**
   * By words: the store's BM25 over title, abstract and authors, comparing words by their stems. Finds names, codes and rare
   * terms exactly, and only papers with at least one of the words. Nothing is embedded.
   */
  | 'KEYWORD'
  /**
   * By meaning: the similarity of the paper's embedding (title and abstract) to that of the text. Ranks every paper, and finds
   * papers that use different words.
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

/** An order of results. Ties are broken by an internal id, so the order is stable. Papers without the date come last. */
export type SearchOrderInput = {
  /** The direction of the order. */
  direction: OrderDirection;
  /** The field to order by. */
  field: SearchOrderField;
};

/**
 * How the store searches its vector index. More candidates bring the results closer to those of an exact search, but take
 * longer. If the store does not support a parameter, the error BAD_USER_INPUT names it.
 */
export type SearchParamsInput = {
  /** Compare every vector instead of using the index: exact, but slow on a large corpus. Default false. */
  exact?: InputMaybe<Scalars['Boolean']['input']>;
  /** Candidates kept while searching the HNSW graph, 1 to 10,000. The store keeps at least as many as the page needs. */
  hnswEf?: InputMaybe<Scalars['Int']['input']>;
  /** For an index with quantized vectors on a Qdrant server. */
  quantization?: InputMaybe<QuantizationParamsInput>;
};

/** A paper that was found. */
export type SearchResult = {
  __typename?: 'SearchResult';
  /** How the score was computed; null in a listing. */
  explanation?: Maybe<SearchExplanation>;
  /**
   * Passages that show why the paper matches: its title, then sentences of its abstract, at most four in total. Words of
   * `interpretation.text`, of phrases and of `title:` are marked by stem: `galaxy` marks `galaxies`. Empty in `similar`, and
   * when no words were searched for. Null, with an error, when the embedding service does not respond.
   *
   * SEMANTIC mode adds the sentence of the abstract that is closest to the text; HYBRID mode adds it for papers with none of
   * the words. Finding that sentence embeds up to 10 sentences per result, all in one call. The server's `MAX_COST` limits the
   * number of results.
   */
  highlights?: Maybe<Array<SearchHighlight>>;
  /**
   * An opaque id for caches: the same for this paper on every page of this search, and different in every other search. `node`
   * does not accept it, because a result exists only within its search.
   */
  id: Scalars['ID']['output'];
  /** The paper. */
  paper: Paper;
  /** Position among all results, starting at 1. */
  rank: Scalars['Int']['output'];
  /**
   * The score; higher is better. Null in a listing. Its range and comparability depend on the mode:
   *
   * - SEMANTIC and `similar`: cosine similarity of the embeddings, -1 to 1. Comparable within one embedding model.
   * - KEYWORD: BM25, above 0, with no upper limit. Comparable within one search.
   * - HYBRID: the fused score, 0 to 1; with DISTRIBUTION_SCORE, outliers may lie slightly outside. Comparable within one
   *   search.
   *
   * `recency` multiplies it; `explanation` breaks it down.
   */
  score?: Maybe<Scalars['Float']['output']>;
};

/** A kind of store. */
export type StoreKind =
  /** Embedded LanceDB, with its files in `DATA_DIR`. */
  | 'LANCE'
  /** A Qdrant server or cluster. */
  | 'QDRANT';

/** A completion of the typed text. */
export type Suggestion = {
  __typename?: 'Suggestion';
  /** The author; null for other kinds. */
  author?: Maybe<Author>;
  /** The category; null for other kinds. */
  category?: Maybe<Category>;
  /** A `SearchFilter` that selects the author's papers, the category's papers or this paper. */
  filter: Scalars['SearchFilterJSON']['output'];
  /** The kind of suggestion. */
  kind: SuggestionKind;
  /** The paper with this title; null for other kinds. All papers of an operation share one more call to the store. */
  paper?: Maybe<Paper>;
  /** Number of papers with an author of exactly this name; null for categories and titles. */
  paperCount?: Maybe<Scalars['Int']['output']>;
  /**
   * The author's name, the category's name or the paper's title. A name that several categories share ends with the code:
   * `Information Theory (cs.IT)`.
   */
  text: Scalars['String']['output'];
};

/** A kind of suggestion. */
export type SuggestionKind =
  /** Names of authors, those with the most papers first. */
  | 'AUTHOR'
  /** Categories of the taxonomy, by code or name, current ones first. */
  | 'CATEGORY'
  /** Titles of papers, newest first. */
  | 'TITLE';

/**
 * Conditions on text. A word is a run of letters and digits; case and accents are ignored, and only whole words match. A
 * condition without any word matches nothing.
 */
export type TextFilter = {
  /** At least one word of these texts must occur. An empty list matches nothing. */
  any?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether the paper has this text at all. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** All of these words must occur, in any order. */
  match?: InputMaybe<Scalars['String']['input']>;
  /** These words must occur next to each other, in this order. */
  phrase?: InputMaybe<Scalars['String']['input']>;
};

/** An author named in the query who is not in the corpus. */
export type UnknownAuthor = {
  __typename?: 'UnknownAuthor';
  /** At most three names in the corpus that differ by a few letters: closest first, then those with the most papers. */
  didYouMean: Array<Scalars['String']['output']>;
  /** The name as written in the query. */
  name: Scalars['String']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Author: ResolverTypeWrapper<AuthorParent>;
  AuthorCategory: ResolverTypeWrapper<AuthorCategoryParent>;
  AuthorFilter: AuthorFilter;
  AuthorVariant: ResolverTypeWrapper<AuthorVariantParent>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  BoostKind: BoostKind;
  Category: ResolverTypeWrapper<CategoryParent>;
  Coauthor: ResolverTypeWrapper<CoauthorParent>;
  Corpus: ResolverTypeWrapper<CorpusParent>;
  Date: ResolverTypeWrapper<Scalars['Date']['output']>;
  DateOrDateTime: ResolverTypeWrapper<Scalars['DateOrDateTime']['output']>;
  DateRangeInput: DateRangeInput;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DegradationReason: DegradationReason;
  DirectoryInfo: ResolverTypeWrapper<DirectoryInfoParent>;
  FacetBucket: ResolverTypeWrapper<FacetBucketParent>;
  FacetField: FacetField;
  FacetScope: FacetScope;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  FusionExplanation: ResolverTypeWrapper<FusionExplanation>;
  FusionInput: FusionInput;
  FusionMethod: FusionMethod;
  GroupField: GroupField;
  HighlightField: HighlightField;
  HighlightKind: HighlightKind;
  HighlightPart: ResolverTypeWrapper<HighlightPart>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  IndexInfo: ResolverTypeWrapper<IndexInfoParent>;
  IndexState: IndexState;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  IntRangeInput: IntRangeInput;
  InterpretedDates: ResolverTypeWrapper<InterpretedDates>;
  KeywordFilter: KeywordFilter;
  KeywordsFilter: KeywordsFilter;
  Node: ResolverTypeWrapper<NodeParent>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Paper: ResolverTypeWrapper<PaperParent>;
  PaperVersion: ResolverTypeWrapper<PaperVersion>;
  QuantizationParamsInput: QuantizationParamsInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QueryInterpretation: ResolverTypeWrapper<QueryInterpretationParent>;
  QueryPart: ResolverTypeWrapper<QueryPart>;
  QueryPartKind: QueryPartKind;
  RankerExplanation: ResolverTypeWrapper<RankerExplanation>;
  RankingInput: RankingInput;
  RecencyInput: RecencyInput;
  RecommendStrategy: RecommendStrategy;
  RerankExplanation: ResolverTypeWrapper<RerankExplanation>;
  ScoreBoost: ResolverTypeWrapper<ScoreBoost>;
  SearchConnection: ResolverTypeWrapper<SearchConnectionParent>;
  SearchDegradation: ResolverTypeWrapper<SearchDegradation>;
  SearchEdge: ResolverTypeWrapper<SearchEdgeParent>;
  SearchExplanation: ResolverTypeWrapper<SearchExplanation>;
  SearchFilter: SearchFilter;
  SearchFilterJSON: ResolverTypeWrapper<Scalars['SearchFilterJSON']['output']>;
  SearchGroup: ResolverTypeWrapper<SearchGroupParent>;
  SearchHighlight: ResolverTypeWrapper<SearchHighlight>;
  SearchMode: SearchMode;
  SearchOrderField: SearchOrderField;
  SearchOrderInput: SearchOrderInput;
  SearchParamsInput: SearchParamsInput;
  SearchResult: ResolverTypeWrapper<SearchResultParent>;
  StoreKind: StoreKind;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Suggestion: ResolverTypeWrapper<SuggestionParent>;
  SuggestionKind: SuggestionKind;
  TextFilter: TextFilter;
  UnknownAuthor: ResolverTypeWrapper<UnknownAuthor>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Author: AuthorParent;
  AuthorCategory: AuthorCategoryParent;
  AuthorFilter: AuthorFilter;
  AuthorVariant: AuthorVariantParent;
  Boolean: Scalars['Boolean']['output'];
  Category: CategoryParent;
  Coauthor: CoauthorParent;
  Corpus: CorpusParent;
  Date: Scalars['Date']['output'];
  DateOrDateTime: Scalars['DateOrDateTime']['output'];
  DateRangeInput: DateRangeInput;
  DateTime: Scalars['DateTime']['output'];
  DirectoryInfo: DirectoryInfoParent;
  FacetBucket: FacetBucketParent;
  Float: Scalars['Float']['output'];
  FusionExplanation: FusionExplanation;
  FusionInput: FusionInput;
  HighlightPart: HighlightPart;
  ID: Scalars['ID']['output'];
  IndexInfo: IndexInfoParent;
  Int: Scalars['Int']['output'];
  IntRangeInput: IntRangeInput;
  InterpretedDates: InterpretedDates;
  KeywordFilter: KeywordFilter;
  KeywordsFilter: KeywordsFilter;
  Node: NodeParent;
  PageInfo: PageInfo;
  Paper: PaperParent;
  PaperVersion: PaperVersion;
  QuantizationParamsInput: QuantizationParamsInput;
  Query: Record<PropertyKey, never>;
  QueryInterpretation: QueryInterpretationParent;
  QueryPart: QueryPart;
  RankerExplanation: RankerExplanation;
  RankingInput: RankingInput;
  RecencyInput: RecencyInput;
  RerankExplanation: RerankExplanation;
  ScoreBoost: ScoreBoost;
  SearchConnection: SearchConnectionParent;
  SearchDegradation: SearchDegradation;
  SearchEdge: SearchEdgeParent;
  SearchExplanation: SearchExplanation;
  SearchFilter: SearchFilter;
  SearchFilterJSON: Scalars['SearchFilterJSON']['output'];
  SearchGroup: SearchGroupParent;
  SearchHighlight: SearchHighlight;
  SearchOrderInput: SearchOrderInput;
  SearchParamsInput: SearchParamsInput;
  SearchResult: SearchResultParent;
  String: Scalars['String']['output'];
  Suggestion: SuggestionParent;
  TextFilter: TextFilter;
  UnknownAuthor: UnknownAuthor;
};

export type CostDirectiveArgs = {
  weight: Scalars['String']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = Context, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize?: Maybe<Scalars['Int']['input']>;
  sizedFields?: Maybe<Array<Scalars['String']['input']>>;
  slicingArguments?: Maybe<Array<Scalars['String']['input']>>;
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = Context, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type SizeDirectiveArgs = {
  bytes: Scalars['Int']['input'];
};

export type SizeDirectiveResolver<Result, Parent, ContextType = Context, Args = SizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AuthorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Author'] = ResolversParentTypes['Author']> = {
  categories?: Resolver<Maybe<Array<ResolversTypes['AuthorCategory']>>, ParentType, ContextType, RequireFields<AuthorCategoriesArgs, 'first'>>;
  coauthors?: Resolver<Maybe<Array<ResolversTypes['Coauthor']>>, ParentType, ContextType, RequireFields<AuthorCoauthorsArgs, 'first'>>;
  firstYear?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastYear?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  papers?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, Partial<AuthorPapersArgs>>;
  variants?: Resolver<Maybe<Array<ResolversTypes['AuthorVariant']>>, ParentType, ContextType, RequireFields<AuthorVariantsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AuthorCategoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuthorCategory'] = ResolversParentTypes['AuthorCategory']> = {
  category?: Resolver<ResolversTypes['Category'], ParentType, ContextType>;
  paperCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuthorVariantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuthorVariant'] = ResolversParentTypes['AuthorVariant']> = {
  firstYear?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  lastYear?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  paperCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CategoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Category'] = ResolversParentTypes['Category']> = {
  archive?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  group?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  mergedInto?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  papers?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, Partial<CategoryPapersArgs>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CoauthorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Coauthor'] = ResolversParentTypes['Coauthor']> = {
  author?: Resolver<ResolversTypes['Author'], ParentType, ContextType>;
  isExact?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  paperCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CorpusResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Corpus'] = ResolversParentTypes['Corpus']> = {
  collection?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  dimension?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  directory?: Resolver<Maybe<ResolversTypes['DirectoryInfo']>, ParentType, ContextType>;
  distance?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  earliest?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  embeddingModel?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  index?: Resolver<Maybe<ResolversTypes['IndexInfo']>, ParentType, ContextType>;
  latest?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  newestSubmittedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  store?: Resolver<ResolversTypes['StoreKind'], ParentType, ContextType>;
  syncedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  syncedSets?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateOrDateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateOrDateTime'], any> {
  name: 'DateOrDateTime';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DirectoryInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DirectoryInfo'] = ResolversParentTypes['DirectoryInfo']> = {
  authors?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  titles?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type FacetBucketResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FacetBucket'] = ResolversParentTypes['FacetBucket']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  filter?: Resolver<ResolversTypes['SearchFilterJSON'], ParentType, ContextType>;
  isExact?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FusionExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FusionExplanation'] = ResolversParentTypes['FusionExplanation']> = {
  keywordContribution?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  keywordWeight?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  method?: Resolver<ResolversTypes['FusionMethod'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  semanticContribution?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  semanticWeight?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type HighlightPartResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HighlightPart'] = ResolversParentTypes['HighlightPart']> = {
  isMatch?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IndexInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IndexInfo'] = ResolversParentTypes['IndexInfo']> = {
  indexed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['IndexState'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type InterpretedDatesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InterpretedDates'] = ResolversParentTypes['InterpretedDates']> = {
  gt?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  gte?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  lt?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  lte?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Author' | 'Category' | 'Paper', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PaperResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Paper'] = ResolversParentTypes['Paper']> = {
  abstract?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  authorCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  authors?: Resolver<Array<ResolversTypes['Author']>, ParentType, ContextType, RequireFields<PaperAuthorsArgs, 'first'>>;
  bibtex?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  categories?: Resolver<Array<ResolversTypes['Category']>, ParentType, ContextType>;
  comments?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  doi?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  journalRef?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  license?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pdfUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  primaryCategory?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  reportNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  similar?: Resolver<Maybe<Array<ResolversTypes['SearchResult']>>, ParentType, ContextType, RequireFields<PaperSimilarArgs, 'first'>>;
  similarConnection?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, Partial<PaperSimilarConnectionArgs>>;
  submittedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  submitter?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  versionCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  versions?: Resolver<Array<ResolversTypes['PaperVersion']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PaperVersionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaperVersion'] = ResolversParentTypes['PaperVersion']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  author?: Resolver<Maybe<ResolversTypes['Author']>, ParentType, ContextType, RequireFields<QueryAuthorArgs, 'name'>>;
  categories?: Resolver<Array<ResolversTypes['Category']>, ParentType, ContextType, RequireFields<QueryCategoriesArgs, 'current'>>;
  category?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType, RequireFields<QueryCategoryArgs, 'code'>>;
  corpus?: Resolver<Maybe<ResolversTypes['Corpus']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  paper?: Resolver<Maybe<ResolversTypes['Paper']>, ParentType, ContextType, RequireFields<QueryPaperArgs, 'id'>>;
  papers?: Resolver<Maybe<Array<Maybe<ResolversTypes['Paper']>>>, ParentType, ContextType, RequireFields<QueryPapersArgs, 'ids'>>;
  recommend?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, RequireFields<QueryRecommendArgs, 'like' | 'strategy' | 'unlike'>>;
  search?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, RequireFields<QuerySearchArgs, 'allowDegraded' | 'interpret' | 'mode'>>;
  searchGroups?: Resolver<Maybe<Array<ResolversTypes['SearchGroup']>>, ParentType, ContextType, RequireFields<QuerySearchGroupsArgs, 'by' | 'first' | 'groupSize'>>;
  suggest?: Resolver<Maybe<Array<ResolversTypes['Suggestion']>>, ParentType, ContextType, RequireFields<QuerySuggestArgs, 'first' | 'kinds' | 'prefix'>>;
};

export type QueryInterpretationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QueryInterpretation'] = ResolversParentTypes['QueryInterpretation']> = {
  authors?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  categories?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  excluded?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  filter?: Resolver<Maybe<ResolversTypes['SearchFilterJSON']>, ParentType, ContextType>;
  ids?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  parts?: Resolver<Array<ResolversTypes['QueryPart']>, ParentType, ContextType>;
  phrases?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  submitted?: Resolver<Maybe<ResolversTypes['InterpretedDates']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unknownAuthors?: Resolver<Maybe<Array<ResolversTypes['UnknownAuthor']>>, ParentType, ContextType>;
};

export type QueryPartResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QueryPart'] = ResolversParentTypes['QueryPart']> = {
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  end?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['QueryPartKind'], ParentType, ContextType>;
  queryWithout?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RankerExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RankerExplanation'] = ResolversParentTypes['RankerExplanation']> = {
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type RerankExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RerankExplanation'] = ResolversParentTypes['RerankExplanation']> = {
  problem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  rank?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  score?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type ScoreBoostResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScoreBoost'] = ResolversParentTypes['ScoreBoost']> = {
  factor?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['BoostKind'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SearchConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchConnection'] = ResolversParentTypes['SearchConnection']> = {
  degraded?: Resolver<Maybe<ResolversTypes['SearchDegradation']>, ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['SearchEdge']>, ParentType, ContextType>;
  facets?: Resolver<Maybe<Array<ResolversTypes['FacetBucket']>>, ParentType, ContextType, RequireFields<SearchConnectionFacetsArgs, 'field' | 'first' | 'of'>>;
  foundCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  interpretation?: Resolver<ResolversTypes['QueryInterpretation'], ParentType, ContextType>;
  isExact?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['SearchResult']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  tookMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type SearchDegradationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchDegradation'] = ResolversParentTypes['SearchDegradation']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['DegradationReason'], ParentType, ContextType>;
};

export type SearchEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchEdge'] = ResolversParentTypes['SearchEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SearchResult'], ParentType, ContextType>;
};

export type SearchExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchExplanation'] = ResolversParentTypes['SearchExplanation']> = {
  boosts?: Resolver<Array<ResolversTypes['ScoreBoost']>, ParentType, ContextType>;
  fusion?: Resolver<Maybe<ResolversTypes['FusionExplanation']>, ParentType, ContextType>;
  keyword?: Resolver<Maybe<ResolversTypes['RankerExplanation']>, ParentType, ContextType>;
  rerank?: Resolver<Maybe<ResolversTypes['RerankExplanation']>, ParentType, ContextType>;
  scoreRank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  semantic?: Resolver<Maybe<ResolversTypes['RankerExplanation']>, ParentType, ContextType>;
};

export interface SearchFilterJsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SearchFilterJSON'], any> {
  name: 'SearchFilterJSON';
}

export type SearchGroupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchGroup'] = ResolversParentTypes['SearchGroup']> = {
  filter?: Resolver<ResolversTypes['SearchFilterJSON'], ParentType, ContextType>;
  hitCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['SearchResult']>, ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SearchHighlightResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchHighlight'] = ResolversParentTypes['SearchHighlight']> = {
  field?: Resolver<ResolversTypes['HighlightField'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['HighlightKind'], ParentType, ContextType>;
  parts?: Resolver<Array<ResolversTypes['HighlightPart']>, ParentType, ContextType>;
  score?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  start?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SearchResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchResult'] = ResolversParentTypes['SearchResult']> = {
  explanation?: Resolver<Maybe<ResolversTypes['SearchExplanation']>, ParentType, ContextType>;
  highlights?: Resolver<Maybe<Array<ResolversTypes['SearchHighlight']>>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  paper?: Resolver<ResolversTypes['Paper'], ParentType, ContextType>;
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type SuggestionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Suggestion'] = ResolversParentTypes['Suggestion']> = {
  author?: Resolver<Maybe<ResolversTypes['Author']>, ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  filter?: Resolver<ResolversTypes['SearchFilterJSON'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SuggestionKind'], ParentType, ContextType>;
  paper?: Resolver<Maybe<ResolversTypes['Paper']>, ParentType, ContextType>;
  paperCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UnknownAuthorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UnknownAuthor'] = ResolversParentTypes['UnknownAuthor']> = {
  didYouMean?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Author?: AuthorResolvers<ContextType>;
  AuthorCategory?: AuthorCategoryResolvers<ContextType>;
  AuthorVariant?: AuthorVariantResolvers<ContextType>;
  Category?: CategoryResolvers<ContextType>;
  Coauthor?: CoauthorResolvers<ContextType>;
  Corpus?: CorpusResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateOrDateTime?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  DirectoryInfo?: DirectoryInfoResolvers<ContextType>;
  FacetBucket?: FacetBucketResolvers<ContextType>;
  FusionExplanation?: FusionExplanationResolvers<ContextType>;
  HighlightPart?: HighlightPartResolvers<ContextType>;
  IndexInfo?: IndexInfoResolvers<ContextType>;
  InterpretedDates?: InterpretedDatesResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Paper?: PaperResolvers<ContextType>;
  PaperVersion?: PaperVersionResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QueryInterpretation?: QueryInterpretationResolvers<ContextType>;
  QueryPart?: QueryPartResolvers<ContextType>;
  RankerExplanation?: RankerExplanationResolvers<ContextType>;
  RerankExplanation?: RerankExplanationResolvers<ContextType>;
  ScoreBoost?: ScoreBoostResolvers<ContextType>;
  SearchConnection?: SearchConnectionResolvers<ContextType>;
  SearchDegradation?: SearchDegradationResolvers<ContextType>;
  SearchEdge?: SearchEdgeResolvers<ContextType>;
  SearchExplanation?: SearchExplanationResolvers<ContextType>;
  SearchFilterJSON?: GraphQLScalarType;
  SearchGroup?: SearchGroupResolvers<ContextType>;
  SearchHighlight?: SearchHighlightResolvers<ContextType>;
  SearchResult?: SearchResultResolvers<ContextType>;
  Suggestion?: SuggestionResolvers<ContextType>;
  UnknownAuthor?: UnknownAuthorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cost?: CostDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
  size?: SizeDirectiveResolver<any, any, ContextType>;
};
