import type { FormattedExecutionResult } from 'graphql';
import { refuseExpensive } from './limits-plugin.js';
import { TooExpensiveError } from '../errors/errors.js';

/** A piece of an answer is written at once; between pieces other requests get their turn when so much time has passed. */
const TURN_MS = 10;

/**
 * Writes answers as JSON, piece by piece, so that a large one neither outgrows its bound nor holds the event loop.
 *
 * @param maxBytes of the text in UTF-16 code units, which are never more than its bytes.
 * @returns a function that rejects with `TooExpensiveError`.
 */
export function createAnswerWriter(maxBytes: number): (answer: FormattedExecutionResult) => Promise<string> {
  return async (answer) => {
    let text = '';
    let turnBegan = performance.now();
    for (const piece of toPieces(answer)) {
      text += piece;
      if (text.length > maxBytes)
        throw refuseExpensive(new TooExpensiveError('is answered by', 'bytes', text.length, maxBytes));
      if (performance.now() - turnBegan < TURN_MS) continue;
      await new Promise(setImmediate);
      turnBegan = performance.now();
    }
    return text;
  };
}

/** JSON in pieces: objects without objects in them are one each. */
function* toPieces(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield '[';
    for (const [at, entry] of value.entries()) {
      if (at > 0) yield ',';
      yield* toPieces(entry ?? null);
    }
    yield ']';
  } else if (isHolder(value)) {
    yield '{';
    let isFirst = true;
    for (const [key, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      yield `${isFirst ? '' : ','}${JSON.stringify(key)}:`;
      isFirst = false;
      yield* toPieces(entry);
    }
    yield '}';
  } else {
    yield JSON.stringify(value);
  }
}

/** Whether it is an object that holds others; dates and the like write themselves. */
function isHolder(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  return Object.values(value).some((each) => typeof each === 'object' && each !== null);
}
