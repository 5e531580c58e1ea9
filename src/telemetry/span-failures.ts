import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { PublicError } from '../errors/errors.js';

/** Notes that what the span stands for has failed. @param type a word of few: a code, a status, a class of errors. */
export function failSpan(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** What kind of error it is. Not its message, which may quote what somebody looks for. */
export function toErrorType(error: unknown): string {
  if (error instanceof PublicError) return error.code;
  return error instanceof Error ? error.name : 'Error';
}
