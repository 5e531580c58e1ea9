import {
  BadUserInputError,
  PublicError,
  StartupError,
  toError,
  type PublicCode,
  type PublicErrorOptions,
} from '../errors/errors.js';

/** The questions and answers of a thread; both sides use the same type. */
export interface Dialogue {
  question: unknown;
  answer: unknown;
}

export interface Asked<Question> {
  number: number;
  question: Question;
}

export type Answered<Answer> = { number: number } & ({ answer: Answer } | { failure: Failure });

/** An error in a form that can be sent to another thread, where an Error would lose its class. */
export type Failure =
  | ({ kind: 'public'; code: PublicCode; message: string } & Pick<PublicErrorOptions, 'lasting' | 'hint'>)
  | { kind: 'input' | 'startup' | 'unexpected'; message: string };

export function toFailure(thrown: unknown): Failure {
  const { message } = toError(thrown);
  if (thrown instanceof StartupError) return { kind: 'startup', message };
  if (thrown instanceof BadUserInputError) return { kind: 'input', message };
  if (!(thrown instanceof PublicError)) return { kind: 'unexpected', message };
  const { code, lasting, hint } = thrown;
  return { kind: 'public', code, message, lasting, hint };
}

/** Converts the failure back to the original error. */
export function toThrown(failure: Failure): Error {
  switch (failure.kind) {
    case 'startup':
      return new StartupError(failure.message);
    case 'input':
      return new BadUserInputError(failure.message);
    case 'public':
      return new PublicError(failure.code, failure.message, failure);
    case 'unexpected':
      return new Error(failure.message);
  }
}
