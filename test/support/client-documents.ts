import * as client from '@paperql/client';
import { Kind, type DocumentNode } from 'graphql';

/** Every operation of the client package, with the name that exports it. */
export function listOperations(): [string, DocumentNode][] {
  return Object.entries<unknown>(client).filter(
    (entry): entry is [string, DocumentNode] => isDocument(entry[1]) && hasOperation(entry[1]),
  );
}

function isDocument(value: unknown): value is DocumentNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === Kind.DOCUMENT;
}

function hasOperation({ definitions }: DocumentNode): boolean {
  return definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
}
