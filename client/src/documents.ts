import type { DocumentNode } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

/** A document whose text, variables and answer are known: those of this package, and those of `graphql-tag` or `parse`. */
export type TypedDocument<Data, Variables> = TypedDocumentNode<Data, Variables>;

/** A page of a list, as much of it as paging needs. */
export interface Connection {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/**
 * The text of a document. Those of this package carry it, and so does what graphql-js has parsed: no printer is needed.
 *
 * @throws TypeError for a document without its text.
 */
export function textOf(document: DocumentNode | string): string {
  if (typeof document === 'string') return document;
  const { __meta__: meta, loc } = document as DocumentNode & { __meta__?: { source?: string } };
  const text = meta?.source ?? loc?.source.body;
  if (text !== undefined) return text;
  throw new TypeError(
    'The document does not carry its text. Pass a document of @paperql/client, or the text itself: print(document) of graphql',
  );
}
