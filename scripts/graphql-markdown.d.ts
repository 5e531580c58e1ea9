declare module 'graphql-markdown' {
  import type { GraphQLSchema, IntrospectionQuery } from 'graphql';

  const graphqlMarkdown: {
    schemaToJSON(schema: GraphQLSchema): Promise<IntrospectionQuery>;
    renderSchema(
      schema: IntrospectionQuery,
      options: { title: string; prologue: string; tocFieldTypes: string[]; printer: (line: string) => void },
    ): void;
  };
  export default graphqlMarkdown;
}
