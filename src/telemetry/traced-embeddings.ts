import type { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { trace, type Context, type Span } from '@opentelemetry/api';
import { traceCalls } from './traced-calls.js';
import type { EmbeddingCall, EmbeddingLookup } from '../loaders/query-embeddings.js';

/** The channels on which `createQueryEmbeddings` reports what it does. */
const LOOKUPS = 'paperql:embedding-lookups';
const CALLS = 'paperql:embedding-calls';

/** A pending text: who waits for it, and the call that contains it. */
interface Awaited {
  spans: Span[];
  call?: Span;
}

/**
 * Traces calls of the embedder, each of which serves several operations. Its span is under the operation that began
 * to collect the call's texts, and is linked with the others in both directions.
 *
 * @param start begins a span for a call, given its number of texts.
 * @returns a function that stops tracing.
 */
export function traceEmbeddings(
  contexts: AsyncLocalStorage<Context>,
  start: (texts: number, context: Context) => Span,
): () => void {
  const awaited = new WeakMap<object, Awaited>();

  function onLookup(message: unknown): void {
    // Nobody else publishes on this channel.
    const { waitsFor } = message as EmbeddingLookup;
    const context = contexts.getStore();
    const span = context && trace.getSpan(context);
    if (!waitsFor || !span) return;
    const text = awaited.get(waitsFor) ?? { spans: [] };
    awaited.set(waitsFor, text);
    if (text.call) link(span, text.call);
    else text.spans.push(span);
  }

  function startCall({ texts }: EmbeddingCall, context: Context): Span {
    const span = start(texts.length, context);
    const parent = trace.getSpan(context);
    for (const each of texts) {
      const text = awaited.get(each);
      if (text) text.call = span;
      for (const waiting of text?.spans ?? []) {
        if (waiting !== parent) link(waiting, span);
      }
    }
    return span;
  }

  subscribe(LOOKUPS, onLookup);
  const stopCalls = traceCalls(
    tracingChannel<Context | undefined, EmbeddingCall>(CALLS),
    contexts,
    startCall,
  );
  return () => {
    unsubscribe(LOOKUPS, onLookup);
    stopCalls();
  };
}

function link(one: Span, other: Span): void {
  one.addLink({ context: other.spanContext() });
  other.addLink({ context: one.spanContext() });
}
