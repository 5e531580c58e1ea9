import { v5 as uuidv5 } from 'uuid';

/** The point of a paper: UUIDv5 of its arXiv id in the DNS namespace, the same as in the Python course's collections. */
export function toPointId(arxivId: string): string {
  return uuidv5(arxivId, uuidv5.DNS);
}
