/* eslint-disable */
import * as types from './graphql.js';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query CorpusOverview {\n  corpus {\n    count\n    earliest\n    latest\n    embeddingModel\n    dimension\n    store\n  }\n}": typeof types.CorpusOverviewDocument,
    "query ExplainedSearch($query: String!, $mode: SearchMode, $ranking: RankingInput, $first: Int, $after: String) {\n  search(\n    query: $query\n    mode: $mode\n    ranking: $ranking\n    first: $first\n    after: $after\n  ) {\n    edges {\n      cursor\n      node {\n        rank\n        score\n        paper {\n          id\n          title\n        }\n        highlights {\n          field\n          kind\n          parts {\n            text\n            isMatch\n          }\n          score\n        }\n        explanation {\n          semantic {\n            score\n            rank\n          }\n          keyword {\n            score\n            rank\n          }\n          fusion {\n            method\n            semanticContribution\n            keywordContribution\n          }\n          boosts {\n            factor\n            reason\n          }\n          scoreRank\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}": typeof types.ExplainedSearchDocument,
    "query NarrowSearch($query: String, $filter: SearchFilter, $field: FacetField!, $first: Int) {\n  search(query: $query, filter: $filter, first: 1) {\n    totalCount\n    facets(field: $field, first: $first) {\n      value\n      label\n      count\n      filter\n    }\n  }\n}": typeof types.NarrowSearchDocument,
    "query PaperWithSimilar($id: ID!, $similar: Int = 5) {\n  paper(id: $id) {\n    id\n    title\n    abstract\n    authors {\n      name\n    }\n    categories {\n      code\n    }\n    submittedAt\n    updatedAt\n    doi\n    url\n    pdfUrl\n    similar(first: $similar) {\n      score\n      paper {\n        id\n        title\n      }\n    }\n  }\n}": typeof types.PaperWithSimilarDocument,
    "query SearchPapers($query: String, $filter: SearchFilter, $mode: SearchMode, $orderBy: SearchOrderInput, $first: Int, $after: String) {\n  search(\n    query: $query\n    filter: $filter\n    mode: $mode\n    orderBy: $orderBy\n    first: $first\n    after: $after\n  ) {\n    totalCount\n    interpretation {\n      text\n      authors\n      filter\n    }\n    edges {\n      cursor\n      node {\n        score\n        rank\n        paper {\n          id\n          title\n          authors {\n            name\n          }\n          categories {\n            code\n          }\n          submittedAt\n          url\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}": typeof types.SearchPapersDocument,
    "query SimilarPapers($id: ID!, $filter: SearchFilter, $first: Int, $after: String) {\n  paper(id: $id) {\n    id\n    similarConnection(filter: $filter, first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          rank\n          score\n          paper {\n            id\n            title\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n}": typeof types.SimilarPapersDocument,
};
const documents: Documents = {
    "query CorpusOverview {\n  corpus {\n    count\n    earliest\n    latest\n    embeddingModel\n    dimension\n    store\n  }\n}": types.CorpusOverviewDocument,
    "query ExplainedSearch($query: String!, $mode: SearchMode, $ranking: RankingInput, $first: Int, $after: String) {\n  search(\n    query: $query\n    mode: $mode\n    ranking: $ranking\n    first: $first\n    after: $after\n  ) {\n    edges {\n      cursor\n      node {\n        rank\n        score\n        paper {\n          id\n          title\n        }\n        highlights {\n          field\n          kind\n          parts {\n            text\n            isMatch\n          }\n          score\n        }\n        explanation {\n          semantic {\n            score\n            rank\n          }\n          keyword {\n            score\n            rank\n          }\n          fusion {\n            method\n            semanticContribution\n            keywordContribution\n          }\n          boosts {\n            factor\n            reason\n          }\n          scoreRank\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}": types.ExplainedSearchDocument,
    "query NarrowSearch($query: String, $filter: SearchFilter, $field: FacetField!, $first: Int) {\n  search(query: $query, filter: $filter, first: 1) {\n    totalCount\n    facets(field: $field, first: $first) {\n      value\n      label\n      count\n      filter\n    }\n  }\n}": types.NarrowSearchDocument,
    "query PaperWithSimilar($id: ID!, $similar: Int = 5) {\n  paper(id: $id) {\n    id\n    title\n    abstract\n    authors {\n      name\n    }\n    categories {\n      code\n    }\n    submittedAt\n    updatedAt\n    doi\n    url\n    pdfUrl\n    similar(first: $similar) {\n      score\n      paper {\n        id\n        title\n      }\n    }\n  }\n}": types.PaperWithSimilarDocument,
    "query SearchPapers($query: String, $filter: SearchFilter, $mode: SearchMode, $orderBy: SearchOrderInput, $first: Int, $after: String) {\n  search(\n    query: $query\n    filter: $filter\n    mode: $mode\n    orderBy: $orderBy\n    first: $first\n    after: $after\n  ) {\n    totalCount\n    interpretation {\n      text\n      authors\n      filter\n    }\n    edges {\n      cursor\n      node {\n        score\n        rank\n        paper {\n          id\n          title\n          authors {\n            name\n          }\n          categories {\n            code\n          }\n          submittedAt\n          url\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}": types.SearchPapersDocument,
    "query SimilarPapers($id: ID!, $filter: SearchFilter, $first: Int, $after: String) {\n  paper(id: $id) {\n    id\n    similarConnection(filter: $filter, first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          rank\n          score\n          paper {\n            id\n            title\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n}": types.SimilarPapersDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CorpusOverview {\n  corpus {\n    count\n    earliest\n    latest\n    embeddingModel\n    dimension\n    store\n  }\n}"): (typeof documents)["query CorpusOverview {\n  corpus {\n    count\n    earliest\n    latest\n    embeddingModel\n    dimension\n    store\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ExplainedSearch($query: String!, $mode: SearchMode, $ranking: RankingInput, $first: Int, $after: String) {\n  search(\n    query: $query\n    mode: $mode\n    ranking: $ranking\n    first: $first\n    after: $after\n  ) {\n    edges {\n      cursor\n      node {\n        rank\n        score\n        paper {\n          id\n          title\n        }\n        highlights {\n          field\n          kind\n          parts {\n            text\n            isMatch\n          }\n          score\n        }\n        explanation {\n          semantic {\n            score\n            rank\n          }\n          keyword {\n            score\n            rank\n          }\n          fusion {\n            method\n            semanticContribution\n            keywordContribution\n          }\n          boosts {\n            factor\n            reason\n          }\n          scoreRank\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}"): (typeof documents)["query ExplainedSearch($query: String!, $mode: SearchMode, $ranking: RankingInput, $first: Int, $after: String) {\n  search(\n    query: $query\n    mode: $mode\n    ranking: $ranking\n    first: $first\n    after: $after\n  ) {\n    edges {\n      cursor\n      node {\n        rank\n        score\n        paper {\n          id\n          title\n        }\n        highlights {\n          field\n          kind\n          parts {\n            text\n            isMatch\n          }\n          score\n        }\n        explanation {\n          semantic {\n            score\n            rank\n          }\n          keyword {\n            score\n            rank\n          }\n          fusion {\n            method\n            semanticContribution\n            keywordContribution\n          }\n          boosts {\n            factor\n            reason\n          }\n          scoreRank\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query NarrowSearch($query: String, $filter: SearchFilter, $field: FacetField!, $first: Int) {\n  search(query: $query, filter: $filter, first: 1) {\n    totalCount\n    facets(field: $field, first: $first) {\n      value\n      label\n      count\n      filter\n    }\n  }\n}"): (typeof documents)["query NarrowSearch($query: String, $filter: SearchFilter, $field: FacetField!, $first: Int) {\n  search(query: $query, filter: $filter, first: 1) {\n    totalCount\n    facets(field: $field, first: $first) {\n      value\n      label\n      count\n      filter\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query PaperWithSimilar($id: ID!, $similar: Int = 5) {\n  paper(id: $id) {\n    id\n    title\n    abstract\n    authors {\n      name\n    }\n    categories {\n      code\n    }\n    submittedAt\n    updatedAt\n    doi\n    url\n    pdfUrl\n    similar(first: $similar) {\n      score\n      paper {\n        id\n        title\n      }\n    }\n  }\n}"): (typeof documents)["query PaperWithSimilar($id: ID!, $similar: Int = 5) {\n  paper(id: $id) {\n    id\n    title\n    abstract\n    authors {\n      name\n    }\n    categories {\n      code\n    }\n    submittedAt\n    updatedAt\n    doi\n    url\n    pdfUrl\n    similar(first: $similar) {\n      score\n      paper {\n        id\n        title\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SearchPapers($query: String, $filter: SearchFilter, $mode: SearchMode, $orderBy: SearchOrderInput, $first: Int, $after: String) {\n  search(\n    query: $query\n    filter: $filter\n    mode: $mode\n    orderBy: $orderBy\n    first: $first\n    after: $after\n  ) {\n    totalCount\n    interpretation {\n      text\n      authors\n      filter\n    }\n    edges {\n      cursor\n      node {\n        score\n        rank\n        paper {\n          id\n          title\n          authors {\n            name\n          }\n          categories {\n            code\n          }\n          submittedAt\n          url\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}"): (typeof documents)["query SearchPapers($query: String, $filter: SearchFilter, $mode: SearchMode, $orderBy: SearchOrderInput, $first: Int, $after: String) {\n  search(\n    query: $query\n    filter: $filter\n    mode: $mode\n    orderBy: $orderBy\n    first: $first\n    after: $after\n  ) {\n    totalCount\n    interpretation {\n      text\n      authors\n      filter\n    }\n    edges {\n      cursor\n      node {\n        score\n        rank\n        paper {\n          id\n          title\n          authors {\n            name\n          }\n          categories {\n            code\n          }\n          submittedAt\n          url\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      hasPreviousPage\n      startCursor\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SimilarPapers($id: ID!, $filter: SearchFilter, $first: Int, $after: String) {\n  paper(id: $id) {\n    id\n    similarConnection(filter: $filter, first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          rank\n          score\n          paper {\n            id\n            title\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n}"): (typeof documents)["query SimilarPapers($id: ID!, $filter: SearchFilter, $first: Int, $after: String) {\n  paper(id: $id) {\n    id\n    similarConnection(filter: $filter, first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          rank\n          score\n          paper {\n            id\n            title\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;