/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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
  any?: Array<string> | null | undefined;
  /** Whether the paper has any author. */
  exists?: boolean | null | undefined;
  /** One of these names, exactly as the paper spells it. Facets return names in this form. An empty list matches nothing. */
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
 * A range of dates. A day as a bound means the whole UTC day. A contradictory range matches nothing; a paper without a date
 * matches only a range without bounds.
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

/**
 * Selects the papers that satisfy all of its conditions. An empty object selects every paper; null counts as omitted.
 *
 * Limits: 8 levels of nesting, 2,000 values and 50,000 characters in total, and 50 author names of more than three words. A
 * filter that exceeds a limit, or has a value out of range, is rejected with BAD_USER_INPUT; `extensions.argumentPath` names
 * the place.
 */
export type SearchFilter = {
  /** Conditions on the abstract. */
  abstract?: TextFilter | null | undefined;
  /** All of these filters must match. An empty list matches every paper. */
  and?: Array<SearchFilter> | null | undefined;
  /** Conditions on the archives of the paper's categories. An archive is the part before the dot: `cs`, `math`, `hep-th`. */
  archives?: KeywordsFilter | null | undefined;
  /** Conditions on the authors' names. */
  authors?: AuthorFilter | null | undefined;
  /** Conditions on the paper's categories, including cross-lists, by code: `cs.CV`. Case must be as in the taxonomy. */
  categories?: KeywordsFilter | null | undefined;
  /** Conditions on the authors' comments. */
  comments?: TextFilter | null | undefined;
  /**
   * DOI of the published paper, with or without `https://doi.org/`; case is ignored. A DOI issued by arXiv
   * (`10.48550/arXiv.1706.03762`) selects the paper with that identifier.
   */
  doi?: KeywordFilter | null | undefined;
  /** arXiv identifiers of the papers to select, in any form that `paper` accepts. An empty list selects none. */
  ids?: Array<string> | null | undefined;
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

/**
 * Conditions on text. A word is a run of letters and digits; case and accents are ignored, and only whole words match. A
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

export type FeedQueryVariables = Exact<{
  q?: string | null | undefined;
  filter?: SearchFilter | null | undefined;
  mode?: SearchMode;
  interpret?: boolean;
}>;


export type FeedQuery = { search: { nodes: Array<{ paper: { title: string, abstract: string, submittedAt: string | null, updatedAt: string | null, url: string, authors: Array<{ name: string }>, categories: Array<{ code: string, name: string }> } }> } | null };
