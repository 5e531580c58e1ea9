import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders } from 'node:http';
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { ObserveCall } from './observed-store.js';
import { openConsoleExporter } from './console-exporter.js';
import { failSpan, toErrorType, traceCalls } from './traced-calls.js';
import { traceEmbeddings } from './traced-embeddings.js';
import { OUTGOING_HEADERS } from '../outgoing-requests.js';
import type { RerankCall } from '../reranking/reranking.js';

export type { Span };

/** The channel on which `createReranking` reports its calls. */
const RERANKINGS = 'paperql:reranker-calls';

/** Time limit for sending spans when the process ends. */
const LAST_SEND_MS = 2_000;

type ExporterKind = 'otlp' | 'console';
type Protocol = 'http/protobuf' | 'http/json';

export interface TracingOptions {
  exporters: readonly ExporterKind[];
  protocol: Protocol;
  /** Version of PaperQL. */
  version: string;
  /** Model of the service that embeds texts; undefined if this machine embeds them. */
  embeddingModel: string | undefined;
  /** Model of the reranking service; undefined if it is not named. */
  rerankModel: string | undefined;
  log: TracingLog;
}

export interface TracingLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Spans for the work of a process, each under the work that it is part of. */
export interface Tracing {
  /** Starts a span for a request, under the one that its headers name. The caller must end it. */
  startRequest(name: string, attributes: Attributes, headers: IncomingHttpHeaders): Span;
  /**
   * Records work that is already done.
   *
   * @param startedAt and `endedAt` are in ms since 1970.
   */
  note(traced: TracedWork, startedAt: number, endedAt: number): void;
  /** Runs work as a part of the span. */
  within<Result>(span: Span, work: () => Result): Result;
  /** Runs work in a separate span, unless it is not part of anything traced. */
  trace<Result>(traced: TracedWork, work: (span: Span | undefined) => Promise<Result>): Promise<Result>;
  /**
   * Runs work in a separate trace, whose span is linked with the caller's.
   *
   * @param startedAt when the work began, in ms since 1970, if not now.
   */
  traceApart<Result>(
    traced: TracedWork,
    work: (span: Span) => Promise<Result>,
    startedAt?: number,
  ): Promise<Result>;
  /**
   * Records that the work of the span has failed.
   *
   * @param type a code, not a text that may quote a user.
   */
  fail(span: Span, type: string): void;
  /** The current span of the caller. */
  current(): Span | undefined;
  /** Traces calls of the store. */
  observeCall: ObserveCall;
  /** Traces a call of the embedder that `createQueryEmbeddings` does not make. */
  traceEmbedding<Result>(texts: number, embed: () => Promise<Result>): Promise<Result>;
  /** Sends the remaining spans. */
  close(): Promise<void>;
}

export interface TracedWork {
  name: string;
  /** Whether another process does the work. */
  isRemote: boolean;
  attributes?: Attributes;
}

/**
 * Traces with OpenTelemetry, whose own variables set the sampling and the destination. This file, and everything that
 * it imports, is loaded only if traces are configured.
 */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  const provider = await openProvider(options);
  const tracer = provider.getTracer('paperql', options.version);
  const propagator = new W3CTraceContextPropagator();
  const contexts = new AsyncLocalStorage<Context>();

  function start(
    { name, isRemote, attributes = {} }: TracedWork,
    context: Context,
    options: SpanOptions = {},
  ): Span {
    const kind = isRemote ? SpanKind.CLIENT : SpanKind.INTERNAL;
    return tracer.startSpan(name, { kind, attributes, ...options }, context);
  }

  async function runIn<Result>(
    span: Span,
    context: Context,
    work: (span: Span) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await contexts.run(trace.setSpan(context, span), () => work(span));
    } catch (error) {
      failSpan(span, toErrorType(error));
      throw error;
    } finally {
      span.end();
    }
  }

  const tracing: Tracing = {
    startRequest(name, attributes, headers) {
      const caller = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      return tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, caller);
    },
    within: (span, work) => contexts.run(trace.setSpan(contexts.getStore() ?? ROOT_CONTEXT, span), work),
    async trace(traced, work) {
      const context = contexts.getStore();
      return context ? runIn(start(traced, context), context, work) : work(undefined);
    },
    traceApart(traced, work, startTime) {
      const caller = tracing.current()?.spanContext();
      const span = start(traced, ROOT_CONTEXT, { ...(startTime !== undefined && { startTime }) });
      if (caller) span.addLink({ context: caller });
      return runIn(span, ROOT_CONTEXT, work);
    },
    note(traced, startTime, endTime) {
      const context = contexts.getStore();
      if (context) start(traced, context, { startTime }).end(endTime);
    },
    fail: failSpan,
    current() {
      const context = contexts.getStore();
      return context && trace.getSpan(context);
    },
    observeCall: (call, run) =>
      tracing.trace(toTracedCall(call), async (span) => {
        const result = await run();
        // A batch contains an error for each of its failed requests.
        const failed = Array.isArray(result) ? result.find((each) => each instanceof Error) : undefined;
        if (span && failed) failSpan(span, toErrorType(failed));
        return result;
      }),
    traceEmbedding: (texts, embed) => tracing.trace(toTracedEmbeddings(texts, options.embeddingModel), embed),
    async close() {
      stopFollowing();
      const late = new Promise((resolve) => setTimeout(resolve, LAST_SEND_MS).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };

  const stopFollowing = followChannels(options, contexts, propagator, start);
  return tracing;
}

/**
 * Adds the trace to the headers of outgoing requests, and traces the calls of both services.
 *
 * @returns a function that stops this.
 */
function followChannels(
  { embeddingModel, rerankModel }: TracingOptions,
  contexts: AsyncLocalStorage<Context>,
  propagator: W3CTraceContextPropagator,
  start: (traced: TracedWork, context: Context) => Span,
): () => void {
  const rerankings = tracingChannel<Context | undefined, RerankCall>(RERANKINGS);
  const stops = [
    addHeaders((headers) => {
      const context = contexts.getStore();
      if (context) propagator.inject(context, headers, defaultTextMapSetter);
    }),
    traceEmbeddings(contexts, (texts, context) => start(toTracedEmbeddings(texts, embeddingModel), context)),
    traceCalls(rerankings, contexts, ({ texts }, context) =>
      start(toTracedReranking(texts, rerankModel), context),
    ),
  ];
  return () => stops.forEach((stop) => stop());
}

async function openProvider({
  exporters,
  protocol,
  version,
  log,
}: TracingOptions): Promise<BasicTracerProvider> {
  const opened = await Promise.all(exporters.map((kind) => openExporter(kind, protocol)));
  return new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'paperql', 'service.version': version }))
      .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] })),
    spanProcessors: opened.map((exporter) => new BatchSpanProcessor(tellOutages(exporter, log))),
  });
}

async function openExporter(kind: ExporterKind, protocol: Protocol): Promise<SpanExporter> {
  if (kind === 'console') return openConsoleExporter(process.stderr);
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}

/**
 * The exporter, which reports once when spans cannot be sent, and once when they can be again. Spans in between are
 * lost.
 */
function tellOutages(exporter: SpanExporter, log: TracingLog): SpanExporter {
  let isAway = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const hasFailed = result.code !== ExportResultCode.SUCCESS;
        if (hasFailed && !isAway) log.warn({ err: result.error }, 'traces cannot be sent');
        if (!hasFailed && isAway) log.info({}, 'traces are sent again');
        isAway = hasFailed;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

/** https://opentelemetry.io/docs/specs/semconv/database/database-spans/ */
function toTracedCall({ name, size, store: { kind, collection } }: Parameters<ObserveCall>[0]): TracedWork {
  return {
    name: `${name} ${collection}`,
    isRemote: kind === 'qdrant',
    attributes: {
      'db.system.name': kind === 'qdrant' ? 'qdrant' : 'lancedb',
      'db.operation.name': name,
      'db.operation.batch.size': size,
      'db.collection.name': collection,
    },
  };
}

/** https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ */
function toTracedEmbeddings(texts: number, model: string | undefined): TracedWork {
  return {
    name: model === undefined ? 'embeddings' : `embeddings ${model}`,
    isRemote: model !== undefined,
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'paperql.embedding.texts': texts,
      ...(model !== undefined && { 'gen_ai.request.model': model }),
    },
  };
}

function toTracedReranking(texts: number, model: string | undefined): TracedWork {
  return {
    name: model === undefined ? 'rerank' : `rerank ${model}`,
    isRemote: true,
    attributes: {
      'gen_ai.operation.name': 'rerank',
      'paperql.reranking.texts': texts,
      ...(model !== undefined && { 'gen_ai.request.model': model }),
    },
  };
}

function addHeaders(add: (headers: Record<string, string>) => void): () => void {
  // Published by the file that defines the channel.
  const onHeaders = (headers: unknown) => add(headers as Record<string, string>);
  subscribe(OUTGOING_HEADERS, onHeaders);
  return () => void unsubscribe(OUTGOING_HEADERS, onHeaders);
}
