import type { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ExportResultCode, hrTimeToMicroseconds, hrTimeToTimeStamp } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/**
 * Prints spans for people. OpenTelemetry's own exporter prints to standard output, which `paperql mcp` uses for its
 * protocol and loads for their summaries.
 */
export function openConsoleExporter(output: Writable): SpanExporter {
  return {
    export(spans, done) {
      for (const span of spans) output.write(`${inspect(toFacts(span), { depth: 3, breakLength: 120 })}\n`);
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: () => Promise.resolve(),
  };
}

function toFacts(span: ReadableSpan) {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: SpanKind[span.kind],
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    startedAt: hrTimeToTimeStamp(span.startTime),
    tookMs: hrTimeToMicroseconds(span.duration) / 1_000,
    attributes: span.attributes,
    events: span.events.map(({ name }) => name),
    links: span.links.map(({ context }) => `${context.traceId}-${context.spanId}`),
    status: SpanStatusCode[span.status.code],
  };
}
