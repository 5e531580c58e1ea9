import type { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { trace, type Context, type Span } from '@opentelemetry/api';
import { failSpan, toErrorType } from './span-failures.js';
import type { EmbeddingCall, EmbeddingLookup } from '../loaders/query-embeddings.js';

/** The channels on which `createQueryEmbeddings` tells what it does. */
const LOOKUPS = 'paperql:embedding-lookups';
const CALLS = 'paperql:embedding-calls';

/** A text on its way: who waits for it, and the call that it went out with. */
interface Awaited {
  spans: Span[];
  call?: Span;
}

/** What Node adds to what a tracing channel is told of a call that failed. */
type Ended = EmbeddingCall & { error?: unknown };

/**
 * Traces calls of the embedder, of which one serves several operations. Its span is below that of the operation that began to
 * gather the call's texts, and linked with those of the others, both ways.
 *
 * @param start begins a span, for a call with as many texts.
 * @returns stops it.
 */
export function traceEmbeddings(
  contexts: AsyncLocalStorage<Context>,
  start: (texts: number, context: Context) => Span,
): () => void {
  const awaited = new WeakMap<object, Awaited>();
  const spans = new WeakMap<EmbeddingCall, Span>();

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

  function enterCall(call: EmbeddingCall): Context | undefined {
    const context = contexts.getStore();
    if (!context) return undefined;
    const span = start(call.texts.length, context);
    spans.set(call, span);
    const parent = trace.getSpan(context);
    for (const each of call.texts) {
      const text = awaited.get(each);
      if (text) text.call = span;
      for (const waiting of text?.spans ?? []) {
        if (waiting !== parent) link(waiting, span);
      }
    }
    return trace.setSpan(context, span);
  }

  function endCall(call: Ended): void {
    const span = spans.get(call);
    if (span && 'error' in call) failSpan(span, toErrorType(call.error));
    span?.end();
  }

  const calls = tracingChannel<Context | undefined, EmbeddingCall>(CALLS);
  const subscribers = { start: ignore, end: ignore, asyncStart: ignore, asyncEnd: endCall, error: ignore };
  subscribe(LOOKUPS, onLookup);
  calls.start.bindStore(contexts, enterCall);
  calls.subscribe(subscribers);
  return () => {
    unsubscribe(LOOKUPS, onLookup);
    calls.start.unbindStore(contexts);
    calls.unsubscribe(subscribers);
  };
}

function link(one: Span, other: Span): void {
  one.addLink({ context: other.spanContext() });
  other.addLink({ context: one.spanContext() });
}

function ignore(): void {
  // What a tracing channel tells besides.
}
