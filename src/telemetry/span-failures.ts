import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { PublicError } from '../errors/errors.js';

/**
 * Records that the work of the span has failed.
 *
 * @param type one of a few words: a code, a status, a class of errors.
 */
export function failSpan(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The kind of the error. Its message is not used, because it may quote a user's search. */
export function toErrorType(error: unknown): string {
  if (error instanceof PublicError) return error.code;
  return error instanceof Error ? error.name : 'Error';
}
