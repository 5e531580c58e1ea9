import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { DocumentNode } from 'graphql';

const MAX_DOCUMENT_BYTES = 32_000_000;
const MAX_PERSISTED_BYTES = 8_000_000;

/**
 * What a parsed document takes at most, measured over documents of each shape: a token with its node, and a character
 * of the source, which each node refers to, where it is one of thousands of escapes in a string.
 */
const BYTES_PER_TOKEN = 520;
const BYTES_PER_CHARACTER = 10;
/** A string has one or two bytes a character; the entry itself and its key come on top. */
const BYTES_PER_STORED_CHARACTER = 2;
const BYTES_PER_ENTRY = 500;

/**
 * Documents that have been parsed and found valid, so that an operation that is sent again is spared both. Apollo's own
 * store weighs a document as JSON, which leaves out its source: texts of 300 kB weighed 100 bytes, and were all kept.
 */
export function createDocumentStore(): InMemoryLRUCache<DocumentNode> {
  return new InMemoryLRUCache<DocumentNode>({
    maxSize: MAX_DOCUMENT_BYTES,
    // One document drives out few others.
    maxEntrySize: MAX_DOCUMENT_BYTES / 8,
    sizeCalculation: weighDocument,
  });
}

/** Texts of persisted queries, by their hash. */
export function createPersistedQueryCache(): InMemoryLRUCache {
  return new InMemoryLRUCache({
    maxSize: MAX_PERSISTED_BYTES,
    maxEntrySize: MAX_PERSISTED_BYTES / 8,
    sizeCalculation: (text) => BYTES_PER_ENTRY + BYTES_PER_STORED_CHARACTER * text.length,
  });
}

/** Upper bound of the memory that the document keeps, its source included. */
export function weighDocument({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens++;
  return BYTES_PER_ENTRY + BYTES_PER_TOKEN * tokens + BYTES_PER_CHARACTER * (loc?.source.body.length ?? 0);
}
