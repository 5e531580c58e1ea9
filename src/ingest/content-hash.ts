import { hash } from 'node:crypto';

/** 128 bits, which practically exclude a collision among all papers that there will ever be. */
const HASH_CHARACTERS = 22;

/** Identifies the content of a paper: a hash of its payload as `toPayload` returns it, in JSON. */
export function toContentHash(payloadJson: string): string {
  return hash('sha256', payloadJson, 'base64url').slice(0, HASH_CHARACTERS);
}

/**
 * The `content_hash` of a paper: the hash of its payload, then a dot and the hash of its embedding if that came with
 * the record. An embedding computed from the text has no separate hash, because the payload's covers the text.
 */
export function withVectorHash(contentHash: string, vector: Float32Array | null): string {
  return vector ? `${contentHash}.${hashVector(vector)}` : contentHash;
}

/**
 * Whether the stored paper needs no update. A record without an embedding says nothing about the stored one: the
 * weekly dump of metadata, loaded after one with embeddings, keeps them.
 */
export function isUnchanged(stored: string | undefined, incoming: string | undefined): boolean {
  if (stored === undefined || incoming === undefined) return false;
  return stored === incoming || stored.startsWith(`${incoming}.`);
}

/**
 * The hash of a record that keeps the stored embedding: the record's own, with that of the stored embedding if there
 * is one.
 */
export function withStoredVectorHash(contentHash: string, stored: string): string {
  const at = stored.indexOf('.');
  return at < 0 ? contentHash : contentHash + stored.slice(at);
}

function hashVector({ buffer, byteOffset, byteLength }: Float32Array): string {
  return hash('sha256', new Uint8Array(buffer, byteOffset, byteLength), 'base64url').slice(0, 16);
}
