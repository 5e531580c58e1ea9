const RESOLVER = /^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)/i;

/** A DOI for comparison: DOIs do not tell upper from lower case (https://www.doi.org/doi-handbook/, 3.4). */
export function toDoiKey(doi: string): string {
  return doi.trim().replace(RESOLVER, '').toLowerCase();
}
