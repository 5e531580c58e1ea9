import { hash } from 'node:crypto';

/** Enough for a collision to be as good as impossible among all papers there will ever be: 128 bits. */
const HASH_CHARACTERS = 22;

/** What tells one content of a paper from another: a hash of its payload as `toPayload` makes it, given as JSON. */
export function toContentHash(payloadJson: string): string {
  return hash('sha256', payloadJson, 'base64url').slice(0, HASH_CHARACTERS);
}
