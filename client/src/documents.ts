import type { DocumentNode } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

/** A document with typed variables and data: one from this package, `graphql-tag` or `parse`. */
export type TypedDocument<Data, Variables> = TypedDocumentNode<Data, Variables>;

/** The part of a page that paging needs. */
export interface Connection {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/**
 * Returns the text of a document. Documents from this package and those parsed by graphql-js include it, so no printer is needed.
 *
 * @throws TypeError if the document does not include its text.
 */
export function textOf(document: DocumentNode | string): string {
  if (typeof document === 'string') return document;
  const { __meta__: meta, loc } = document as DocumentNode & { __meta__?: { source?: string } };
  const text = meta?.source ?? loc?.source.body;
  if (text !== undefined) return text;
  throw new TypeError(
    'The document does not include its text. Pass a document from @paperql/client, or the text itself: print(document) from graphql',
  );
}
