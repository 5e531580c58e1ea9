import type { DateBound } from '../search/date-bound.js';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AuthorParent, AuthorCategoryParent, AuthorVariantParent, CategoryParent, CoauthorParent, CorpusParent, FacetBucketParent, DirectoryInfoParent, IndexInfoParent, PaperParent, QueryInterpretationParent, SearchConnectionParent, SearchEdgeParent, SearchGroupParent, SearchResultParent, SuggestionParent } from '../resolvers/parents.js';
import type { Context } from '../server/context.js';
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
  /** A day in UTC, ISO 8601: `2021-12-31`. */
  Date: { input: Date; output: Date | string; }
  /**
   * A day (`2021-12-31`) or an instant (`2021-12-31T12:00:00Z`), ISO 8601. As the bound of a range a day means the whole
   * UTC day: `lte: "2021-12-31"` includes all of it, `gt: "2021-12-31"` begins with the next.
   */
  DateOrDateTime: { input: DateBound; output: never; }
  /** An instant, ISO 8601 with time zone: `2021-12-31T23:59:59Z`, `2022-01-01T00:59:59+01:00`. */
  DateTime: { input: Date; output: Date | string; }
  /** Any JSON value. Here always an input object to pass back in a variable, such as a `SearchFilter`. */
  JSON: { input: never; output: unknown; }
};

/** An author, known by name alone: arXiv's records tell nobody apart who has the same name. */
export type Author = {
  __typename?: 'Author';
  /** The categories of the author's papers, those of most papers first. Null, with an error, when the store does not answer. */
  categories?: Maybe<Array<AuthorCategory>>;
  /**
   * Who else is named on the author's papers, those of most papers first; spellings are not put together. Null, with an
   * error, when the store does not answer.
   */
  coauthors?: Maybe<Array<Coauthor>>;
  /**
   * Year of the author's first paper in the corpus, under the 200 spellings of most papers. Null when no year is known; with
   * an error, as `variants`.
   */
  firstYear?: Maybe<Scalars['Int']['output']>;
  /** Year of the last, likewise. */
  lastYear?: Maybe<Scalars['Int']['output']>;
  /**
   * Given name, then family name, in Unicode: `Tian-Xing Xu`. Below a paper, as the paper has it; from `author(name:)`, as
   * most papers have it that have these very words, else as asked.
   */
  name: Scalars['String']['output'];
  /** The papers of the author under any of the spellings, newest first. Null, with an error, when the store does not answer. */
  papers?: Maybe<SearchConnection>;
  /**
   * Spellings of the name in the corpus, this one included, those of most papers first. Null, with an error, when there is no
   * directory of authors (`paperql repair` makes it) or the store does not answer.
   */
  variants?: Maybe<Array<AuthorVariant>>;
};


/** An author, known by name alone: arXiv's records tell nobody apart who has the same name. */
export type AuthorCategoriesArgs = {
  first: Scalars['Int']['input'];
};


/** An author, known by name alone: arXiv's records tell nobody apart who has the same name. */
export type AuthorCoauthorsArgs = {
  first: Scalars['Int']['input'];
};


/** An author, known by name alone: arXiv's records tell nobody apart who has the same name. */
export type AuthorPapersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SearchFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** An author, known by name alone: arXiv's records tell nobody apart who has the same name. */
export type AuthorVariantsArgs = {
  first: Scalars['Int']['input'];
};

/** A category of an author's papers. */
export type AuthorCategory = {
  __typename?: 'AuthorCategory';
  /** The category. */
  category: Category;
  /** The author's papers in it. */
  paperCount: Scalars['Int']['output'];
};

/**
 * Conditions on author names. A name matches when all of its words are in the name of one author, whatever the case,
 * accents, hyphens and order: `Xu, Tian-Xing` and `tian xing xu` match Tian-Xing Xu, `Jing Li` does not match a paper by
 * Jing Wang and Li Chen. A single letter is an initial and matches any word it begins, in both directions: `T. Xu` matches
 * Tian-Xing Xu, `Csaba Balázs` matches C. Balázs; one word must stand in full on both sides. A name of four
 * words or more is matched three words at a time.
 */
export type AuthorFilter = {
  /** Names of which at least one must be among the authors. An empty list matches nothing. */
  any?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether the paper names any author. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** One of these names, letter by letter as papers have them: what facets give. An empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  /**
   * Names that must all be among the authors. One name may stand without brackets. An empty list excludes nothing; a name
   * without any word matches nothing.
   */
  match?: InputMaybe<Array<Scalars['String']['input']>>;
  /** These words next to each other, in this order, in one author's name as the paper has it. */
  phrase?: InputMaybe<Scalars['String']['input']>;
};

/** A spelling of an author's name. */
export type AuthorVariant = {
  __typename?: 'AuthorVariant';
  /** Year of the first of them; null when not known. */
  firstYear?: Maybe<Scalars['Int']['output']>;
  /** Year of the last of them; null when not known. */
  lastYear?: Maybe<Scalars['Int']['output']>;
  /** The name, letter by letter as papers have it. */
  name: Scalars['String']['output'];
  /** Papers that have it so. */
  paperCount: Scalars['Int']['output'];
};

/** What is rewarded. */
export type BoostKind =
  /** Newness, see `RecencyInput`. */
  | 'RECENCY';

/** A category of the arXiv taxonomy (https://arxiv.org/category_taxonomy). */
export type Category = {
  __typename?: 'Category';
  /** The archive it belongs to, by code: what stands before the dot (`cs`, `hep-th`). */
  archive: Scalars['String']['output'];
  /** Its code: `cs.CV`, `hep-th`, `math.AG`. */
  code: Scalars['String']['output'];
  /** The part of arXiv it belongs to: `Computer Science`, `Physics`. Null for a code that the taxonomy has not. */
  group?: Maybe<Scalars['String']['output']>;
  /** Whether new papers can be in it. */
  isCurrent: Scalars['Boolean']['output'];
  /**
   * The category that this one was merged into (`alg-geom` into `math.AG`) or is another name of (`cs.NA` of `math.NA`).
   * Null for any other.
   */
  mergedInto?: Maybe<Category>;
  /**
   * arXiv's name for it: `Computer Vision and Pattern Recognition`. Of a code that a paper has but the taxonomy has not,
   * the code.
   */
  name: Scalars['String']['output'];
  /**
   * The papers in it, newest first: those announced in it and those cross-listed. Null, with an error, when the store does
   * not answer.
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

/** Somebody named on an author's papers. */
export type Coauthor = {
  __typename?: 'Coauthor';
  /** Who it is, by the name on these papers. */
  author: Author;
  /** Papers that name both. */
  paperCount: Scalars['Int']['output'];
};

/** The papers that are served and how they are kept. */
export type Corpus = {
  __typename?: 'Corpus';
  /** Name of the collection. */
  collection: Scalars['String']['output'];
  /** How many papers there are. */
  count: Scalars['Int']['output'];
  /** Numbers in one embedding. */
  dimension: Scalars['Int']['output'];
  /**
   * What the directory of authors and titles holds, which `suggest` and `author` are answered from. Null while there is none:
   * `paperql repair` makes it.
   */
  directory?: Maybe<DirectoryInfo>;
  /** How closeness is measured: `Cosine`. */
  distance: Scalars['String']['output'];
  /** When the earliest of the papers was submitted; null when no date is known. */
  earliest?: Maybe<Scalars['DateTime']['output']>;
  /** Provider and model of the embeddings: `local:all-MiniLM-L6-v2`, `openai:text-embedding-3-small`. */
  embeddingModel: Scalars['String']['output'];
  /** How far the vector index is. Null, with an error, when the store does not answer. */
  index?: Maybe<IndexInfo>;
  /** When the latest of the papers was submitted; null when no date is known. */
  latest?: Maybe<Scalars['DateTime']['output']>;
  /** Where the papers are kept. */
  store: StoreKind;
};

/**
 * A range of time. A day as a bound means the whole UTC day. A range that contradicts itself matches nothing; papers
 * without the date match only a range without bounds.
 */
export type DateRangeInput = {
  /** Whether the date is known. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** After this; after the end of a day. */
  gt?: InputMaybe<Scalars['DateOrDateTime']['input']>;
  /** At or after this. */
  gte?: InputMaybe<Scalars['DateOrDateTime']['input']>;
  /** Before this; before the start of a day. */
  lt?: InputMaybe<Scalars['DateOrDateTime']['input']>;
  /** At or before this; a day is included to its end. */
  lte?: InputMaybe<Scalars['DateOrDateTime']['input']>;
};

/** What the directory of authors and titles holds. */
export type DirectoryInfo = {
  __typename?: 'DirectoryInfo';
  /** Distinct author names, letter by letter. */
  authors: Scalars['Int']['output'];
  /** Titles. */
  titles: Scalars['Int']['output'];
};

/** A value, and the papers that have it. */
export type FacetBucket = {
  __typename?: 'FacetBucket';
  /** How many of the papers have it. */
  count: Scalars['Int']['output'];
  /**
   * A `SearchFilter` that selects exactly these papers: `{ "categories": { "in": ["cs.CV"] } }`. Join it with the filter
   * at hand: `filter: { and: [$filter, $bucketFilter] }`.
   */
  filter: Scalars['JSON']['output'];
  /** For people: a category's or archive's name, `CC BY 4.0`; else the value. */
  label: Scalars['String']['output'];
  /** As papers have it: `cs.CV`, `2021`, a name, a URL. */
  value: Scalars['String']['output'];
};

/** What can be counted. A paper counts once for each of its values. */
export type FacetField =
  /** The archives of its categories. */
  | 'ARCHIVE'
  /** Its authors, by the name as it has it. */
  | 'AUTHOR'
  /** All categories of a paper, cross-lists included. */
  | 'CATEGORY'
  /** Its licence. */
  | 'LICENSE'
  /** The category it was announced in. */
  | 'PRIMARY_CATEGORY'
  /** The year of its first version. */
  | 'YEAR';

/** How two rankings became one score: `score` is the sum of both contributions. */
export type FusionExplanation = {
  __typename?: 'FusionExplanation';
  /** What the ranking by words adds: its weight times its score as the method scales it. 0 where it lacks the paper. */
  keywordContribution: Scalars['Float']['output'];
  /** Weight of the ranking by words: what is left of 1. */
  keywordWeight: Scalars['Float']['output'];
  /** The method. */
  method: FusionMethod;
  /** The fused score, before boosts. */
  score: Scalars['Float']['output'];
  /** What the ranking by meaning adds: its weight times its score as the method scales it. 0 where it lacks the paper. */
  semanticContribution: Scalars['Float']['output'];
  /** Weight of the ranking by meaning. */
  semanticWeight: Scalars['Float']['output'];
};

/** How two rankings become one. */
export type FusionInput = {
  /** How scores that do not compare are brought to one scale. */
  method: FusionMethod;
  /**
   * Weight of the ranking by meaning, 0 to 1; the one by words has the rest. `1` orders as SEMANTIC does and `0` as KEYWORD
   * does, with the other's papers behind.
   */
  semanticWeight: Scalars['Float']['input'];
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

/** What the results of a group have in common. A paper is in the group of each of its values. */
export type GroupField =
  /** An author, by the name as papers have it. */
  | 'AUTHOR'
  /** A category, cross-lists included. */
  | 'CATEGORY'
  /** The year of the first version. */
  | 'YEAR';

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

/** A part of a highlight. */
export type HighlightPart = {
  __typename?: 'HighlightPart';
  /** Whether it is a word of the query, by stem. */
  isMatch: Scalars['Boolean']['output'];
  /** Plain text. */
  text: Scalars['String']['output'];
};

/** How far the store's vector index is. */
export type IndexInfo = {
  __typename?: 'IndexInfo';
  /**
   * Papers that it holds. The others are compared one by one; small collections, and small parts of large ones, are never
   * indexed.
   */
  indexed: Scalars['Int']['output'];
  /** Why it failed, in the store's words; null otherwise. */
  problem?: Maybe<Scalars['String']['output']>;
  /** What it is doing. */
  state: IndexState;
  /** Papers in the collection. */
  total: Scalars['Int']['output'];
};

/** What a vector index is doing. */
export type IndexState =
  /** Taking papers in. Searches answer meanwhile. */
  | 'BUILDING'
  /** Nothing, since it failed; see `problem`. */
  | 'FAILED'
  /** Nothing more: it is as whole as the store makes it. */
  | 'IDLE';

/** A range of whole numbers. A range that contradicts itself matches nothing. */
export type IntRangeInput = {
  /** More than. */
  gt?: InputMaybe<Scalars['Int']['input']>;
  /** At least. */
  gte?: InputMaybe<Scalars['Int']['input']>;
  /** Less than. */
  lt?: InputMaybe<Scalars['Int']['input']>;
  /** At most. */
  lte?: InputMaybe<Scalars['Int']['input']>;
};

/**
 * Bounds on a day in UTC, each null when there is none, as in `DateRangeInput`: `in 2021` is gte 2021-01-01 and lte
 * 2021-12-31, `after 1998` is gte 1999-01-01, `before 2020` is lt 2020-01-01.
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
  /** None of these values; papers without a value pass. An empty list excludes nothing. */
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
  /** None of these values: `notIn: ["cs.CV"]` leaves out a paper in `cs.CV` and `cs.AI`. An empty list excludes nothing. */
  notIn?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Which end comes first. */
export type OrderDirection =
  /** Lowest score or oldest first. */
  | 'ASC'
  /** Highest score or newest first. */
  | 'DESC';

/** Where a page lies among all results. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Cursor of the last result; null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there are results behind this page, within the depth that can be paged through. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are results in front of this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first result; null on an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A paper on arXiv. */
export type Paper = {
  __typename?: 'Paper';
  /** Abstract, on one line. Mathematics stays in LaTeX between dollar signs. */
  abstract: Scalars['String']['output'];
  /** How many authors the paper has. */
  authorCount: Scalars['Int']['output'];
  /** Authors in the paper's order. */
  authors: Array<Author>;
  /**
   * The entry that arXiv's own export gives, with the same key: `@misc{vaswani2023attentionneed, …`. Accents, signs and
   * characters that LaTeX reads as commands are escaped, mathematics stays as it is. Collaborations and names with a suffix are
   * kept together by braces; of several DOIs the first is given. Of more than 50 authors the first 50 are named, then `and others`.
   */
  bibtex: Scalars['String']['output'];
  /** arXiv categories, the primary one first. */
  categories: Array<Category>;
  /** The authors' remarks, such as the number of pages and where the paper was accepted. */
  comments?: Maybe<Scalars['String']['output']>;
  /** Digital object identifier of the published paper; several are separated by a space. */
  doi?: Maybe<Scalars['String']['output']>;
  /** arXiv identifier without version: `1706.03762`, `hep-th/9901001`. */
  id: Scalars['ID']['output'];
  /** Where the paper was published, as its authors say. */
  journalRef?: Maybe<Scalars['String']['output']>;
  /** URL of the licence under which arXiv distributes the paper. */
  license?: Maybe<Scalars['String']['output']>;
  /** The PDF on arXiv, newest version. */
  pdfUrl: Scalars['String']['output'];
  /** The category the paper was announced in. */
  primaryCategory?: Maybe<Category>;
  /** Report number given by the authors' institution. */
  reportNumber?: Maybe<Scalars['String']['output']>;
  /**
   * The papers nearest in meaning, best first; the paper itself is left out. Null, with an error, when the store does not
   * answer.
   */
  similar?: Maybe<Array<SearchResult>>;
  /**
   * When the first version was submitted. Where arXiv's record lists no versions, the first day of the month that the
   * identifier names.
   */
  submittedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Who submitted the paper, as arXiv names them. */
  submitter?: Maybe<Scalars['String']['output']>;
  /** Title, on one line. Mathematics stays in LaTeX between dollar signs. */
  title: Scalars['String']['output'];
  /** Day of the last change to arXiv's record of the paper. */
  updatedAt?: Maybe<Scalars['Date']['output']>;
  /** The abstract's page on arXiv. */
  url: Scalars['String']['output'];
  /** How many versions there are; 0 where arXiv's record lists none. */
  versionCount: Scalars['Int']['output'];
  /** Versions in order. Empty where arXiv's record lists none. */
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

/** One version of a paper. */
export type PaperVersion = {
  __typename?: 'PaperVersion';
  /** When it was submitted. */
  createdAt: Scalars['DateTime']['output'];
  /** Counted from 1. */
  number: Scalars['Int']['output'];
};

/** How quantized copies of the vectors are used. What is not given is the server's default. */
export type QuantizationParamsInput = {
  /** Search by the vectors themselves, as if there were no copies. */
  ignore?: InputMaybe<Scalars['Boolean']['input']>;
  /** How many times the candidates are taken from the copies before they are scored again, 1 to 100: `2.0`. */
  oversampling?: InputMaybe<Scalars['Float']['input']>;
  /** Whether the candidates' scores are computed again from the vectors themselves. */
  rescore?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type Query = {
  __typename?: 'Query';
  /**
   * The author of this name; null when nobody in the corpus bears it. Names are compared as in `AuthorFilter`: all words of
   * the name stand in an author's, whatever the case, accents, hyphens and order; initials match both ways. So a common
   * or short name (`Wei Wang`, `Xu`) is all who share it.
   */
  author?: Maybe<Author>;
  /** arXiv's taxonomy: group by group, archives and categories by code, in each group the archives that go on first. */
  categories: Array<Category>;
  /** The category with this code in arXiv's taxonomy, current or not; null for a code that arXiv never had. */
  category?: Maybe<Category>;
  /** What is served: which papers, embedded by which model, kept where. */
  corpus?: Maybe<Corpus>;
  /** The paper with this arXiv identifier, or null when the corpus does not hold it. */
  paper?: Maybe<Paper>;
  /**
   * Papers by their arXiv identifiers, one entry for each in the order asked. An entry is null, with an error at its own
   * path, where the corpus does not hold the paper (NOT_FOUND) or the text is no identifier (BAD_USER_INPUT); the other
   * entries are answered.
   */
  papers?: Maybe<Array<Maybe<Paper>>>;
  /**
   * Papers like some and unlike others, best first; those named are left out. Null, with an error, when the store does not
   * answer.
   */
  recommend?: Maybe<SearchConnection>;
  /**
   * Papers that fit a text, best first: by meaning, by words, or by both (`mode`). Authors, dates, categories, phrases and
   * exclusions in the query become filters instead (see `interpretation`). Without a query, or when nothing is left of it to
   * rank by, it is a listing of what the filters select, newest first.
   *
   * Null, with an error, when the store or the embedding service does not answer; other fields are not affected.
   */
  search?: Maybe<SearchConnection>;
  /**
   * The best results of a search, put together by a property: what each category, author or year has to say on the
   * subject. Groups are made of the hundred best results of `search` with the same query and filter, the group of the best
   * result first. Null, with an error, when the store or the embedding service does not answer.
   */
  searchGroups?: Maybe<Array<SearchGroup>>;
  /**
   * What the typed text may become: authors, categories and titles in which each typed word begins a word, whatever the
   * case and accents. Of each word the first eight letters count; a text without letters and digits suggests nothing.
   *
   * Null, with an error, when there is no directory of authors and titles (`paperql repair` makes it) or the store does not
   * answer.
   */
  suggest?: Maybe<Array<Suggestion>>;
};


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QueryAuthorArgs = {
  name: Scalars['String']['input'];
};


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QueryCategoriesArgs = {
  current: Scalars['Boolean']['input'];
};


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QueryCategoryArgs = {
  code: Scalars['String']['input'];
};


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QueryPaperArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QueryPapersArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QueryRecommendArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SearchFilter>;
  first: Scalars['Int']['input'];
  like: Array<Scalars['ID']['input']>;
  strategy: RecommendStrategy;
  unlike: Array<Scalars['ID']['input']>;
};


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QuerySearchArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
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


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QuerySearchGroupsArgs = {
  by: GroupField;
  filter?: InputMaybe<SearchFilter>;
  first: Scalars['Int']['input'];
  groupSize: Scalars['Int']['input'];
  query?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. Fields that need the store or an embedding are nullable: one that fails leaves the others alone. */
export type QuerySuggestArgs = {
  first: Scalars['Int']['input'];
  kinds: Array<SuggestionKind>;
  prefix: Scalars['String']['input'];
};

/**
 * What was understood of a query. All of it must hold for a paper, and the `filter` argument besides.
 *
 * The lists name what must hold together. Alternatives (`by Xu OR by Gao`, `in 2014 or 2017`), excluded authors, categories and
 * times (`NOT by Xu`), and conditions on other fields (`abs:`, `co:`, `jr:`, `doi:`) are in no list; `filter` and `description` have
 * all of it.
 */
export type QueryInterpretation = {
  __typename?: 'QueryInterpretation';
  /**
   * Author names from `by …` and `author:…`, as written. All of them must be among a paper's authors; see `AuthorFilter`.
   * Of names that could be other words (in small letters, or `Gradient Descent`) those that an author in the corpus has.
   */
  authors: Array<Scalars['String']['output']>;
  /**
   * Categories from `cat:…` and `in …`, by code (`cs.LG`); `cs.*` is every category of the archive. A paper must be in all
   * of them.
   */
  categories: Array<Scalars['String']['output']>;
  /** The same in words, for people: `author "Xu" or author "Gao"`. Null when nothing became a filter. */
  description?: Maybe<Scalars['String']['output']>;
  /** Words and phrases after a hyphen or NOT: neither title nor abstract may hold them. */
  excluded: Array<Scalars['String']['output']>;
  /**
   * The filter that the query became, a `SearchFilter` as JSON: `search(query: text, filter: filter, interpret: false)` finds the same
   * papers. Null when nothing became a filter.
   */
  filter?: Maybe<Scalars['JSON']['output']>;
  /** arXiv identifiers, bare, from `id:…`, addresses and the like: the paper is one of them. */
  ids: Array<Scalars['ID']['output']>;
  /** Phrases in quotes: their words must stand next to each other, in this order, in title or abstract. */
  phrases: Array<Scalars['String']['output']>;
  /** When the first version must have been submitted. Null when no time was named, or alternatives were. */
  submitted?: Maybe<InterpretedDates>;
  /**
   * The text that papers were ranked by: the query without what became a filter. Empty: nothing was ranked, the result is a
   * listing.
   */
  text: Scalars['String']['output'];
  /** What the title must hold, from `title:…`: all of the words, or those in quotes as a phrase. Null when it was not asked for. */
  title?: Maybe<Scalars['String']['output']>;
  /**
   * The authors named in the query, alternatives included, that nobody in the corpus is called, with names that may have been meant. Costs two calls to
   * the store for the whole operation, only when asked for. Null, with an error, when there is no directory of authors
   * (`paperql repair` makes it) or the store does not answer.
   */
  unknownAuthors?: Maybe<Array<UnknownAuthor>>;
};

/** What one ranking says of a paper. */
export type RankerExplanation = {
  __typename?: 'RankerExplanation';
  /** Place in the ranking, counted from 1. */
  rank: Scalars['Int']['output'];
  /** The ranking's own score: cosine similarity by meaning, BM25 by words. */
  score: Scalars['Float']['output'];
};

/** How a ranking is made. */
export type RankingInput = {
  /**
   * How much the first 50 results should differ from one another, 0 to 1: 0 ranks by score alone, 0.3 keeps
   * near-duplicates apart, 1 looks at differences alone (maximal marginal relevance over the embeddings). Scores stay as
   * they are, so they no longer fall from rank to rank. Goes with best-first order only.
   */
  diversity: Scalars['Float']['input'];
  /** How the two rankings become one. HYBRID only. */
  fusion?: InputMaybe<FusionInput>;
  /** Raises newer papers. Not applied unless given. */
  recency?: InputMaybe<RecencyInput>;
  /**
   * Least cosine similarity of a paper's embedding to the text's, -1 to 1: `0.4`. Not with KEYWORD. In HYBRID it is asked of
   * each paper's semantic score, and papers without one, found by words alone, are left out. What value is strict depends on
   * the embedding model. `totalCount` does not change.
   */
  scoreThreshold?: InputMaybe<Scalars['Float']['input']>;
};

/**
 * Raises newer papers: a score is multiplied by `1 - weight + weight * 0.5 ^ (age / halfLifeDays)`, so that of two equally
 * good papers the newer comes first. The age counts from the first version's submission to the moment of the first page; a
 * paper without a date counts as infinitely old. The best 1,000 results take part.
 */
export type RecencyInput = {
  /** Days in which newness halves, above 0, at most 36,500. */
  halfLifeDays: Scalars['Float']['input'];
  /** How much newness counts, 0 to 1: 0 nothing, 1 means that a paper one half-life old keeps half of its score. */
  weight: Scalars['Float']['input'];
};

/** How likeness to several papers becomes one score. */
export type RecommendStrategy =
  /**
   * Cosine similarity to the mean of the liked embeddings, moved away from the mean of the others: what the papers have in
   * common. 1,000 results can be paged through.
   */
  | 'AVERAGE_VECTOR'
  /**
   * Similarity to the nearest of the liked papers; where an unliked one is nearer, the square of its similarity, below 0. Keeps
   * several interests apart. Ranks the 64 nearest of each liked paper, 500 in all.
   */
  | 'BEST_SCORE';

/** Something that a score was multiplied by. */
export type ScoreBoost = {
  __typename?: 'ScoreBoost';
  /** The factor, 0 to 1. */
  factor: Scalars['Float']['output'];
  /** What it rewards. */
  kind: BoostKind;
  /** The reason in words: `submitted 412 days ago, half-life 365 days`. */
  reason: Scalars['String']['output'];
};

/**
 * A page of ranked papers (https://relay.dev/graphql/connections.htm).
 *
 * Pages neither overlap nor leave a gap while the corpus is unchanged. With a text they are cut from the best 1,000 results,
 * behind which `hasNextPage` is false; a narrower filter reaches the rest. A listing can be paged through to its 10,000th
 * paper. A cursor carries the time of the first page, so that `recency` counts ages from there on every page.
 */
export type SearchConnection = {
  __typename?: 'SearchConnection';
  /** The results with their cursors. */
  edges: Array<SearchEdge>;
  /**
   * The most frequent values of a field among the papers that the filters select (`totalCount` of them, not only this
   * page), with exact counts, most frequent first. All facets of an operation are one call to the store. Null, with an error,
   * when it does not answer.
   */
  facets?: Maybe<Array<FacetBucket>>;
  /** What was understood of the query. */
  interpretation: QueryInterpretation;
  /** The results without cursors. */
  nodes: Array<SearchResult>;
  /** Where this page lies. */
  pageInfo: PageInfo;
  /** Time from the start of this field to its results, in milliseconds. */
  tookMs: Scalars['Float']['output'];
  /**
   * How many papers the filters select, exactly: the filter given and what was read from the query. In HYBRID and SEMANTIC
   * all of them are ranked, so without filters it is the size of the corpus. In KEYWORD it counts them too, those with none
   * of the words included. `scoreThreshold` does not change it. Costs one more call to the store, only when asked for. Null,
   * with an error, when that call fails.
   */
  totalCount?: Maybe<Scalars['Int']['output']>;
};


/**
 * A page of ranked papers (https://relay.dev/graphql/connections.htm).
 *
 * Pages neither overlap nor leave a gap while the corpus is unchanged. With a text they are cut from the best 1,000 results,
 * behind which `hasNextPage` is false; a narrower filter reaches the rest. A listing can be paged through to its 10,000th
 * paper. A cursor carries the time of the first page, so that `recency` counts ages from there on every page.
 */
export type SearchConnectionFacetsArgs = {
  field: FacetField;
  first: Scalars['Int']['input'];
};

/** A result and its place. */
export type SearchEdge = {
  __typename?: 'SearchEdge';
  /** Opaque; for `after` and `before` of the same search. */
  cursor: Scalars['String']['output'];
  /** The result. */
  node: SearchResult;
};

/**
 * How a score came about. `semantic` and `keyword` say what each ranking knew, `fusion` how they were joined, `boosts` what
 * was done to the score then, in this order.
 */
export type SearchExplanation = {
  __typename?: 'SearchExplanation';
  /** What the score was multiplied by. */
  boosts: Array<ScoreBoost>;
  /** How the two became one score; null unless the mode is HYBRID. */
  fusion?: Maybe<FusionExplanation>;
  /** By words; null where that was not asked, or the paper is not among this ranking's candidates. */
  keyword?: Maybe<RankerExplanation>;
  /** Place by score alone. It differs from `rank` where `diversity` or `orderBy` moved the result. */
  scoreRank: Scalars['Int']['output'];
  /** By meaning; null where that was not asked, or the paper is not among this ranking's candidates. */
  semantic?: Maybe<RankerExplanation>;
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
  abstract?: InputMaybe<TextFilter>;
  /** All of these must hold. An empty list holds for every paper. */
  and?: InputMaybe<Array<SearchFilter>>;
  /** The archives of the paper's categories: what stands before the dot (`cs`, `math`, `hep-th`). */
  archives?: InputMaybe<KeywordsFilter>;
  /** Who wrote the paper. */
  authors?: InputMaybe<AuthorFilter>;
  /** Any of the paper's categories, by code (`cs.CV`), letter case as in the taxonomy. */
  categories?: InputMaybe<KeywordsFilter>;
  /** Words of the authors' remarks. */
  comments?: InputMaybe<TextFilter>;
  /**
   * DOI of the published paper, in any letter case, with or without `https://doi.org/`. One of arXiv's own DOIs
   * (`10.48550/arXiv.1706.03762`) names the paper by its identifier.
   */
  doi?: InputMaybe<KeywordFilter>;
  /** One of these papers: arXiv identifiers in any form that `paper` reads. An empty list selects none. */
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Words of the reference to the journal. */
  journalRef?: InputMaybe<TextFilter>;
  /** URL of the licence, letter by letter. */
  license?: InputMaybe<KeywordFilter>;
  /** This must not hold. `{}` holds for every paper, so `not: {}` holds for none. */
  not?: InputMaybe<SearchFilter>;
  /** At least one of these must hold. An empty list holds for none. */
  or?: InputMaybe<Array<SearchFilter>>;
  /** The category the paper was announced in. */
  primaryCategory?: InputMaybe<KeywordFilter>;
  /** When the first version was submitted. */
  submitted?: InputMaybe<DateRangeInput>;
  /** Words of the title. */
  title?: InputMaybe<TextFilter>;
  /** Day of the last change to arXiv's record. */
  updated?: InputMaybe<DateRangeInput>;
  /** How many versions there are. */
  versionCount?: InputMaybe<IntRangeInput>;
};

/** Results that have a value in common. */
export type SearchGroup = {
  __typename?: 'SearchGroup';
  /**
   * A `SearchFilter` that selects exactly the papers with the value. Join it with the filter at hand to see more of the
   * group: `filter: { and: [$filter, $groupFilter] }`.
   */
  filter: Scalars['JSON']['output'];
  /** How many of the hundred best results are in the group. */
  hitCount: Scalars['Int']['output'];
  /** For people: a category's name; else the value. */
  label: Scalars['String']['output'];
  /** The best of them; `rank` is the place among all results. */
  nodes: Array<SearchResult>;
  /** The value, as papers have it: `cs.CV`, a name, `2021`. */
  value: Scalars['String']['output'];
};

/** A piece of a paper that shows why it was found. */
export type SearchHighlight = {
  __typename?: 'SearchHighlight';
  /** Where the piece is from. */
  field: HighlightField;
  /** Why it was chosen. */
  kind: HighlightKind;
  /** The piece cut into marked and unmarked parts; joined they are `text`. */
  parts: Array<HighlightPart>;
  /** Cosine similarity of the sentence's embedding to the query's, -1 to 1; null for WORDS. */
  score?: Maybe<Scalars['Float']['output']>;
  /** Where the piece begins in the field's text, counted in UTF-16 code units as JavaScript does. */
  start: Scalars['Int']['output'];
  /** The piece as plain text: a whole title, or a sentence of the abstract. It is not HTML and must be escaped there. */
  text: Scalars['String']['output'];
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
  direction: OrderDirection;
  /** What decides. */
  field: SearchOrderField;
};

/**
 * How the store searches its vector index: more candidates find more of what an exact search finds, and take longer. What
 * the store at hand lacks is BAD_USER_INPUT that names it.
 */
export type SearchParamsInput = {
  /** Compare every vector instead of using the index: exact, and slow on a large corpus. Default false. */
  exact?: InputMaybe<Scalars['Boolean']['input']>;
  /** Candidates kept while searching the HNSW graph, 1 to 10,000; the store keeps as many as a page needs at least. */
  hnswEf?: InputMaybe<Scalars['Int']['input']>;
  /** For an index with quantized vectors, on a Qdrant server. */
  quantization?: InputMaybe<QuantizationParamsInput>;
};

/** A paper that was found. */
export type SearchResult = {
  __typename?: 'SearchResult';
  /** How the score came about; null in a listing. */
  explanation?: Maybe<SearchExplanation>;
  /**
   * What of the paper shows that it fits: its title, then sentences of its abstract, at most four in all. Words of
   * `interpretation.text`, of its phrases and of `title:` are marked, by stem: `galaxy` marks `galaxies`. In SEMANTIC mode the
   * sentence of the abstract that is closest to the text comes too; in HYBRID mode it comes for papers with none of the words.
   * Finding that sentence embeds up to 10 sentences for each result, all of them in one call; `MAX_COST` of the server
   * bounds how many results can have it. Empty where no words were searched for and in `similar`. Null, with an error, when the embedding service does not answer.
   */
  highlights?: Maybe<Array<SearchHighlight>>;
  /** The paper. */
  paper: Paper;
  /** Place among all results, counted from 1. */
  rank: Scalars['Int']['output'];
  /**
   * How good the result is, higher is better; null in a listing. Its range, and what it compares with, depend on the mode:
   *
   * - SEMANTIC, and `similar`: cosine similarity of the embeddings, -1 to 1. Compares within one embedding model.
   * - KEYWORD: BM25, above 0 without an upper end. Compares within one search.
   * - HYBRID: the fused score, 0 to 1; with DISTRIBUTION_SCORE what stands out far may lie a little outside. Compares within
   *   one search.
   *
   * `recency` multiplies it. How it came about: `explanation`.
   */
  score?: Maybe<Scalars['Float']['output']>;
};

/** Where papers are kept. */
export type StoreKind =
  /** Embedded LanceDB, files below `DATA_DIR`. */
  | 'LANCE'
  /** A Qdrant server or cluster. */
  | 'QDRANT';

/** Something that the typed text may become. */
export type Suggestion = {
  __typename?: 'Suggestion';
  /** The author; null for other kinds. */
  author?: Maybe<Author>;
  /** The category; null for other kinds. */
  category?: Maybe<Category>;
  /** A `SearchFilter` that selects the author's papers, the category's or this paper. */
  filter: Scalars['JSON']['output'];
  /** What it is. */
  kind: SuggestionKind;
  /** The paper with this title; null for other kinds. All papers of an operation cost one more call to the store. */
  paper?: Maybe<Paper>;
  /** Papers with an author of exactly this name; null for categories and titles. */
  paperCount?: Maybe<Scalars['Int']['output']>;
  /** The author's name, the category's name or the paper's title. */
  text: Scalars['String']['output'];
};

/** What is suggested. */
export type SuggestionKind =
  /** Names of authors, those of most papers first. */
  | 'AUTHOR'
  /** Categories of the taxonomy, found by code or name, the current ones first. */
  | 'CATEGORY'
  /** Titles of papers, newest first. */
  | 'TITLE';

/**
 * Conditions on text. Words are runs of letters and digits; case and accents do not count, parts of words do not match.
 * A text without any word matches nothing.
 */
export type TextFilter = {
  /** At least one word of these texts. An empty list matches nothing. */
  any?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether the paper has such a text at all. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** All words of this text, in any order. */
  match?: InputMaybe<Scalars['String']['input']>;
  /** These words next to each other, in this order. */
  phrase?: InputMaybe<Scalars['String']['input']>;
};

/** An author that the corpus does not have. */
export type UnknownAuthor = {
  __typename?: 'UnknownAuthor';
  /** Names in the corpus that differ by a few letters, the closest first, then those of most papers; at most three. */
  didYouMean: Array<Scalars['String']['output']>;
  /** The name as the query has it. */
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
  DirectoryInfo: ResolverTypeWrapper<DirectoryInfoParent>;
  FacetBucket: ResolverTypeWrapper<FacetBucketParent>;
  FacetField: FacetField;
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
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  KeywordFilter: KeywordFilter;
  KeywordsFilter: KeywordsFilter;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Paper: ResolverTypeWrapper<PaperParent>;
  PaperVersion: ResolverTypeWrapper<PaperVersion>;
  QuantizationParamsInput: QuantizationParamsInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QueryInterpretation: ResolverTypeWrapper<QueryInterpretationParent>;
  RankerExplanation: ResolverTypeWrapper<RankerExplanation>;
  RankingInput: RankingInput;
  RecencyInput: RecencyInput;
  RecommendStrategy: RecommendStrategy;
  ScoreBoost: ResolverTypeWrapper<ScoreBoost>;
  SearchConnection: ResolverTypeWrapper<SearchConnectionParent>;
  SearchEdge: ResolverTypeWrapper<SearchEdgeParent>;
  SearchExplanation: ResolverTypeWrapper<SearchExplanation>;
  SearchFilter: SearchFilter;
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
  JSON: Scalars['JSON']['output'];
  KeywordFilter: KeywordFilter;
  KeywordsFilter: KeywordsFilter;
  PageInfo: PageInfo;
  Paper: PaperParent;
  PaperVersion: PaperVersion;
  QuantizationParamsInput: QuantizationParamsInput;
  Query: Record<PropertyKey, never>;
  QueryInterpretation: QueryInterpretationParent;
  RankerExplanation: RankerExplanation;
  RankingInput: RankingInput;
  RecencyInput: RecencyInput;
  ScoreBoost: ScoreBoost;
  SearchConnection: SearchConnectionParent;
  SearchEdge: SearchEdgeParent;
  SearchExplanation: SearchExplanation;
  SearchFilter: SearchFilter;
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
  lastYear?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  papers?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, Partial<AuthorPapersArgs>>;
  variants?: Resolver<Maybe<Array<ResolversTypes['AuthorVariant']>>, ParentType, ContextType, RequireFields<AuthorVariantsArgs, 'first'>>;
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
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  mergedInto?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  papers?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, Partial<CategoryPapersArgs>>;
};

export type CoauthorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Coauthor'] = ResolversParentTypes['Coauthor']> = {
  author?: Resolver<ResolversTypes['Author'], ParentType, ContextType>;
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
  store?: Resolver<ResolversTypes['StoreKind'], ParentType, ContextType>;
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
  filter?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
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

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

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
  submittedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  submitter?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  versionCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  versions?: Resolver<Array<ResolversTypes['PaperVersion']>, ParentType, ContextType>;
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
  paper?: Resolver<Maybe<ResolversTypes['Paper']>, ParentType, ContextType, RequireFields<QueryPaperArgs, 'id'>>;
  papers?: Resolver<Maybe<Array<Maybe<ResolversTypes['Paper']>>>, ParentType, ContextType, RequireFields<QueryPapersArgs, 'ids'>>;
  recommend?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, RequireFields<QueryRecommendArgs, 'first' | 'like' | 'strategy' | 'unlike'>>;
  search?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, RequireFields<QuerySearchArgs, 'interpret' | 'mode'>>;
  searchGroups?: Resolver<Maybe<Array<ResolversTypes['SearchGroup']>>, ParentType, ContextType, RequireFields<QuerySearchGroupsArgs, 'by' | 'first' | 'groupSize'>>;
  suggest?: Resolver<Maybe<Array<ResolversTypes['Suggestion']>>, ParentType, ContextType, RequireFields<QuerySuggestArgs, 'first' | 'kinds' | 'prefix'>>;
};

export type QueryInterpretationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QueryInterpretation'] = ResolversParentTypes['QueryInterpretation']> = {
  authors?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  categories?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  excluded?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  filter?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  ids?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  phrases?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  submitted?: Resolver<Maybe<ResolversTypes['InterpretedDates']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unknownAuthors?: Resolver<Maybe<Array<ResolversTypes['UnknownAuthor']>>, ParentType, ContextType>;
};

export type RankerExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RankerExplanation'] = ResolversParentTypes['RankerExplanation']> = {
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ScoreBoostResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScoreBoost'] = ResolversParentTypes['ScoreBoost']> = {
  factor?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['BoostKind'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SearchConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchConnection'] = ResolversParentTypes['SearchConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SearchEdge']>, ParentType, ContextType>;
  facets?: Resolver<Maybe<Array<ResolversTypes['FacetBucket']>>, ParentType, ContextType, RequireFields<SearchConnectionFacetsArgs, 'field' | 'first'>>;
  interpretation?: Resolver<ResolversTypes['QueryInterpretation'], ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['SearchResult']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  tookMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type SearchEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchEdge'] = ResolversParentTypes['SearchEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SearchResult'], ParentType, ContextType>;
};

export type SearchExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchExplanation'] = ResolversParentTypes['SearchExplanation']> = {
  boosts?: Resolver<Array<ResolversTypes['ScoreBoost']>, ParentType, ContextType>;
  fusion?: Resolver<Maybe<ResolversTypes['FusionExplanation']>, ParentType, ContextType>;
  keyword?: Resolver<Maybe<ResolversTypes['RankerExplanation']>, ParentType, ContextType>;
  scoreRank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  semantic?: Resolver<Maybe<ResolversTypes['RankerExplanation']>, ParentType, ContextType>;
};

export type SearchGroupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchGroup'] = ResolversParentTypes['SearchGroup']> = {
  filter?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
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
  paper?: Resolver<ResolversTypes['Paper'], ParentType, ContextType>;
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type SuggestionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Suggestion'] = ResolversParentTypes['Suggestion']> = {
  author?: Resolver<Maybe<ResolversTypes['Author']>, ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['Category']>, ParentType, ContextType>;
  filter?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
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
  JSON?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  Paper?: PaperResolvers<ContextType>;
  PaperVersion?: PaperVersionResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QueryInterpretation?: QueryInterpretationResolvers<ContextType>;
  RankerExplanation?: RankerExplanationResolvers<ContextType>;
  ScoreBoost?: ScoreBoostResolvers<ContextType>;
  SearchConnection?: SearchConnectionResolvers<ContextType>;
  SearchEdge?: SearchEdgeResolvers<ContextType>;
  SearchExplanation?: SearchExplanationResolvers<ContextType>;
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
