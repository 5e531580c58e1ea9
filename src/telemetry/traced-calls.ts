import type { AsyncLocalStorage } from 'node:async_hooks';
import type { TracingChannel } from 'node:diagnostics_channel';
import { SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { PublicError } from '../errors/errors.js';

/**
 * Traces the calls that a channel reports, each under the operation that makes it. Calls outside an operation are not
 * traced.
 *
 * @param start begins a call's span.
 * @returns a function that stops tracing.
 */
export function traceCalls<Call extends object>(
  calls: TracingChannel<Context | undefined, Call>,
  contexts: AsyncLocalStorage<Context>,
  start: (call: Call, context: Context) => Span,
): () => void {
  const spans = new WeakMap<Call, Span>();

  function enterCall(call: Call): Context | undefined {
    const context = contexts.getStore();
    if (!context) return undefined;
    const span = start(call, context);
    spans.set(call, span);
    return trace.setSpan(context, span);
  }

  /** Node adds the error of a failed call. */
  function endCall(call: Call & { error?: unknown }): void {
    const span = spans.get(call);
    if (span && 'error' in call) failSpan(span, toErrorType(call.error));
    span?.end();
  }

  const subscribers = { start: ignore, end: ignore, asyncStart: ignore, asyncEnd: endCall, error: ignore };
  calls.start.bindStore(contexts, enterCall);
  calls.subscribe(subscribers);
  return () => {
    calls.start.unbindStore(contexts);
    calls.unsubscribe(subscribers);
  };
}

function ignore(): void {
  // Other events of a tracing channel.
}

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
