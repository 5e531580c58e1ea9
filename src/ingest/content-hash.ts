import { hash } from 'node:crypto';

/** Enough for a collision to be as good as impossible among all papers there will ever be: 128 bits. */
const HASH_CHARACTERS = 22;

/** What tells one content of a paper from another: a hash of its payload as `toPayload` makes it, given as JSON. */
export function toContentHash(payloadJson: string): string {
  return hash('sha256', payloadJson, 'base64url').slice(0, HASH_CHARACTERS);
}

/**
 * What is kept with a paper as `content_hash`: the hash of its payload, and after a dot that of its embedding where it
 * came with the record. An embedding computed from the text has no hash of its own: the payload's covers the text.
 */
export function withVectorHash(contentHash: string, vector: Float32Array | null): string {
  return vector ? `${contentHash}.${hashVector(vector)}` : contentHash;
}

/**
 * Whether what is stored needs no writing. A record that comes without embedding has nothing to say about the stored
 * one: the weekly dump of metadata, loaded after one with embeddings, leaves them alone.
 */
export function isUnchanged(stored: string | undefined, incoming: string | undefined): boolean {
  if (stored === undefined || incoming === undefined) return false;
  return stored === incoming || stored.startsWith(`${incoming}.`);
}

/** The record's hash, with that of the stored paper's embedding where it has one: of a record that takes the embedding over. */
export function withStoredVectorHash(contentHash: string, stored: string): string {
  const at = stored.indexOf('.');
  return at < 0 ? contentHash : contentHash + stored.slice(at);
}

function hashVector({ buffer, byteOffset, byteLength }: Float32Array): string {
  return hash('sha256', new Uint8Array(buffer, byteOffset, byteLength), 'base64url').slice(0, 16);
}
