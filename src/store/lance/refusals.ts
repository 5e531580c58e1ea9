import { BadUserInputError } from '../../errors/errors.js';

/** For a filter that means something, only not to the embedded store. */
export function refuse(what: string): BadUserInputError {
  return new BadUserInputError(
    `The embedded store cannot express ${what}. A Qdrant server can (STORE=qdrant).`,
  );
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
