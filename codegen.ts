import type { CodegenConfig } from '@graphql-codegen/cli';
import { print, type DocumentNode } from 'graphql';

/** Values as clients send and get them, in JSON. */
const clientTypes = {
  useTypeImports: true,
  enumsAsTypes: true,
  scalars: {
    ID: 'string',
    Date: 'string',
    DateTime: 'string',
    DateOrDateTime: 'string',
    // Output of this type can be passed back as input.
    SearchFilterJSON: 'SearchFilter',
  },
  strictScalars: true,
};

/** `npm run codegen` writes these files; `npm run check` fails when they do not fit the schema. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  importExtension: '.js',
  generates: {
    'src/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        // Arguments with a default are never undefined.
        avoidOptionals: { defaultValue: true },
        contextType: '../callers/caller.js#Context',
        mappers: {
          Author: '../resolvers/parents.js#AuthorParent',
          AuthorCategory: '../resolvers/parents.js#AuthorCategoryParent',
          AuthorVariant: '../resolvers/parents.js#AuthorVariantParent',
          Category: '../resolvers/parents.js#CategoryParent',
          Coauthor: '../resolvers/parents.js#CoauthorParent',
          Corpus: '../resolvers/parents.js#CorpusParent',
          FacetBucket: '../resolvers/parents.js#FacetBucketParent',
          DirectoryInfo: '../resolvers/parents.js#DirectoryInfoParent',
          IndexInfo: '../resolvers/parents.js#IndexInfoParent',
          Node: '../resolvers/parents.js#NodeParent',
          Paper: '../resolvers/parents.js#PaperParent',
          QueryInterpretation: '../resolvers/parents.js#QueryInterpretationParent',
          SearchConnection: '../resolvers/parents.js#SearchConnectionParent',
          SearchEdge: '../resolvers/parents.js#SearchEdgeParent',
          SearchGroup: '../resolvers/parents.js#SearchGroupParent',
          SearchResult: '../resolvers/parents.js#SearchResultParent',
          Suggestion: '../resolvers/parents.js#SuggestionParent',
        },
        scalars: {
          ID: { input: 'string', output: 'string' },
          Date: { input: 'Date', output: 'Date | string' },
          DateTime: { input: 'Date', output: 'Date | string' },
          SearchFilterJSON: { input: 'never', output: 'Record<string, unknown>' },
          DateOrDateTime: { input: '../search/search-filter.js#DateBound', output: 'never' },
        },
        strictScalars: true,
      },
    },
    'client/src/generated/schema.ts': {
      plugins: ['typescript'],
      config: { ...clientTypes, avoidOptionals: { field: true }, inputMaybeValue: 'T | null | undefined' },
    },
    'client/src/generated/operations.ts': {
      documents: 'client/operations/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        ...clientTypes,
        scalars: { ...clientTypes.scalars, SearchFilterJSON: './schema.js#SearchFilter' },
        importSchemaTypesFrom: './client/src/generated/schema.ts',
        documentMode: 'documentNodeImportFragments',
        // `createClient` sends the text and needs no printer.
        unstable_onExecutableDocumentNode: (document: DocumentNode) => ({ source: print(document) }),
      },
    },
    'src/generated/tools.ts': {
      documents: 'mcp/*.graphql',
      plugins: ['typescript-operations'],
      config: {
        ...clientTypes,
        onlyOperationTypes: true,
        // `search_papers` is an operation and a tool; its types are named as others are.
        namingConvention: { typeNames: 'change-case-all#pascalCase', transformUnderscore: true },
      },
    },
    'src/generated/feed.ts': {
      documents: 'src/feeds/feed.ts',
      plugins: ['typescript-operations'],
      config: { ...clientTypes, scalars: { ...clientTypes.scalars, SearchFilterJSON: 'unknown' } },
    },
    'client/schema.graphql': { plugins: ['schema-ast'] },
    'client/schema.json': { plugins: ['introspection'], config: { minify: true } },
  },
};

export default config;
