import { BadUserInputError, PublicError } from '../../errors/errors.js';

/** What a caller of the store may see; the engine's own words, paths included, stay in `cause`. */
export function toStoreError(thrown: unknown, collection: string): PublicError {
  if (thrown instanceof PublicError) return thrown;
  const message = isDiskFull(thrown)
    ? `The disk is full: the embedded store cannot write collection ${collection}`
    : `The embedded store failed on collection ${collection}.`;
  return new PublicError('STORE_UNAVAILABLE', message, { cause: thrown });
}

/** In the system's words, which the engine passes on. */
function isDiskFull(thrown: unknown): boolean {
  return /No space left on device|Disk quota exceeded/.test(messageOf(thrown));
}

export function missingCollection(collection: string): PublicError {
  return new PublicError('STORE_UNAVAILABLE', `The embedded store has no collection ${collection}.`);
}

export function existingCollection(collection: string): PublicError {
  return new PublicError(
    'STORE_UNAVAILABLE',
    `Collection ${collection} already exists in the embedded store.`,
  );
}

/** The engine has no error classes or codes: its message is all there is. */
export function isMissingTable(thrown: unknown): boolean {
  const message = messageOf(thrown);
  return /^Table '.*' was not found/.test(message) || isUnborn(message);
}

/** What a process leaves that was killed while it made a table: a folder without any version of its contents. */
function isUnborn(message: string): boolean {
  return /^Table '.*' exists but could not be loaded.*Not found: [^,]*\/_versions,/s.test(message);
}

/** Read by shape: the engine's errors may be of another realm. */
export function messageOf(thrown: unknown): string {
  const isObject = typeof thrown === 'object' && thrown !== null;
  return isObject && 'message' in thrown ? String(thrown.message) : '';
}

/** A request's own fault is its own outcome; a failing engine fails the batch. */
export function onlyPublicErrors(thrown: unknown): Error {
  if (thrown instanceof PublicError) return thrown;
  throw thrown;
}

/** For a filter that means something, only not to the embedded store. */
export function refuse(what: string): BadUserInputError {
  return new BadUserInputError(`The store of this server cannot express ${what}.`);
}

/** For what no store takes. */
export function malformed(where: string, expected: string): BadUserInputError {
  return new BadUserInputError(`${where}: expected ${expected}.`);
}

/** For a search parameter that the embedded store lacks. `name` leads to it within `params`. */
export function refuseParams(name: readonly string[], reason: string): BadUserInputError {
  return new BadUserInputError(`The embedded store has no parameter ${name.join('.')}: ${reason}.`, [
    'params',
    ...name,
  ]);
}
