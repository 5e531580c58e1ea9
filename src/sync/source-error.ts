/** The source of papers cannot be asked any further for now; everything received is kept. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
