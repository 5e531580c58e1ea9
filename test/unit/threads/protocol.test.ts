import { expect, test } from '@jest/globals';
import { BadUserInputError, PublicError, StartupError } from '../../../src/errors/errors.js';
import { toFailure, toThrown } from '../../../src/threads/protocol.js';

/** As the error reaches the thread that asked. */
function send(thrown: unknown): Error {
  return toThrown(structuredClone(toFailure(thrown)));
}

test.each([
  new StartupError('papers.json: expected records'),
  new BadUserInputError('The vector of point a has a value that is not a finite number.'),
  new PublicError('EMBEDDING_UNAVAILABLE', 'Not installed', { lasting: true, hint: 'Install it' }),
  new PublicError('STORE_UNAVAILABLE', 'Away for a moment', { lasting: false }),
])('$name arrives as what it was', (error) => {
  const arrived = send(error);
  expect(arrived).toBeInstanceOf(error.constructor);
  expect(toFailure(arrived)).toEqual(toFailure(error));
});

test('anything else that is thrown arrives as an error with its message', () => {
  expect(send(new TypeError('x is undefined'))).toEqual(new Error('x is undefined'));
  expect(send('a text')).toEqual(new Error('a text'));
});
