import type { CodegenConfig } from '@graphql-codegen/cli';

/** `npm run codegen` writes both folders; `npm run check` fails when they do not fit the schema. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  importExtension: '.js',
  generates: {
    'src/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        // What has a default arrives with it.
        avoidOptionals: { defaultValue: true },
        contextType: '../server/context.js#Context',
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
          DateOrDateTime: { input: '../search/date-bound.js#DateBound', output: 'never' },
        },
        strictScalars: true,
      },
    },
    'client/generated/': {
      preset: 'client',
      documents: 'client/operations/*.graphql',
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: {
          Date: 'string',
          DateTime: 'string',
          DateOrDateTime: 'string',
          // What comes as one can be passed as the other.
          SearchFilterJSON: 'SearchFilter',
        },
        strictScalars: true,
      },
      presetConfig: { fragmentMasking: false },
    },
  },
};

export default config;
