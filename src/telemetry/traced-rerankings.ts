import type { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { trace, type Context, type Span } from '@opentelemetry/api';
import { failSpan, toErrorType } from './span-failures.js';
import type { RerankCall } from '../reranking/reranking.js';

/** The channel on which `createReranking` tells of its calls. */
const CALLS = 'paperql:reranker-calls';

/** What Node adds to what a tracing channel is told of a call that failed. */
type Ended = RerankCall & { error?: unknown };

/**
 * Traces calls of the reranking model, each below the operation that waits for it.
 *
 * @param start begins a span, for a call with as many texts.
 * @returns stops it.
 */
export function traceRerankings(
  contexts: AsyncLocalStorage<Context>,
  start: (texts: number, context: Context) => Span,
): () => void {
  const spans = new WeakMap<RerankCall, Span>();

  function enterCall(call: RerankCall): Context | undefined {
    const context = contexts.getStore();
    if (!context) return undefined;
    const span = start(call.texts, context);
    spans.set(call, span);
    return trace.setSpan(context, span);
  }

  function endCall(call: Ended): void {
    const span = spans.get(call);
    if (span && 'error' in call) failSpan(span, toErrorType(call.error));
    span?.end();
  }

  const calls = tracingChannel<Context | undefined, RerankCall>(CALLS);
  const subscribers = { start: ignore, end: ignore, asyncStart: ignore, asyncEnd: endCall, error: ignore };
  calls.start.bindStore(contexts, enterCall);
  calls.subscribe(subscribers);
  return () => {
    calls.start.unbindStore(contexts);
    calls.unsubscribe(subscribers);
  };
}

function ignore(): void {
  // What a tracing channel tells besides.
}
