import { hash } from 'node:crypto';
import type { PaperPayload } from '../papers/payload.js';

/** Enough for a collision to be as good as impossible among all papers there will ever be: 128 bits. */
const HASH_CHARACTERS = 22;

/** What tells one content of a paper from another: a hash of its payload as `toPayload` makes it. */
export function toContentHash(payload: PaperPayload): string {
  return hash('sha256', JSON.stringify(payload), 'base64url').slice(0, HASH_CHARACTERS);
}
