import type { AsyncLocalStorage } from 'node:async_hooks';
import type { TracingChannel } from 'node:diagnostics_channel';
import { trace, type Context, type Span } from '@opentelemetry/api';
import { failSpan, toErrorType } from './span-failures.js';

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
