import { expect, test } from '@jest/globals';
import { BadUserInputError, PublicError, StartupError } from '../../../src/errors/errors.js';
import { toFailure, toThrown } from '../../../src/threads/protocol.js';

/** The error as the calling thread gets it. */
function send(thrown: unknown): Error {
  return toThrown(structuredClone(toFailure(thrown)));
}

test.each([
  new StartupError('papers.json: expected records'),
  new BadUserInputError('The vector of point a has a value that is not a finite number.'),
  new PublicError('EMBEDDING_UNAVAILABLE', 'Not installed', { lasting: true, hint: 'Install it' }),
  new PublicError('STORE_UNAVAILABLE', 'Away for a moment', { lasting: false }),
])('$name keeps its class', (error) => {
  const arrived = send(error);
  expect(arrived).toBeInstanceOf(error.constructor);
  expect(toFailure(arrived)).toEqual(toFailure(error));
});

test('any other thrown value becomes an error with its message', () => {
  expect(send(new TypeError('x is undefined'))).toEqual(new Error('x is undefined'));
  expect(send('a text')).toEqual(new Error('a text'));
});
