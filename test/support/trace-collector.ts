import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { z } from 'zod';
import { eventually } from './eventually.js';

const Attribute = z
  .object({ key: z.string(), value: z.record(z.string(), z.unknown()) })
  .transform(({ key, value }) => [key, Object.values(value)[0]] as const);
const Attributes = z
  .array(Attribute)
  .default([])
  .transform((pairs) => Object.fromEntries(pairs));

const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  attributes: Attributes,
  events: z.array(z.object({ name: z.string() })).default([]),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  status: z.object({ code: z.int().optional() }).default({}),
});
export interface CollectedSpan extends z.infer<typeof Span> {
  /** Name of the service that sent the span. */
  service: unknown;
}

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

export type TraceCollector = Awaited<ReturnType<typeof startTraceCollector>>;

/** Receives spans over OTLP, as a collector does. It reads only JSON. */
export async function startTraceCollector() {
  const spans: CollectedSpan[] = [];
  const requests: { path: string; type: string; text: string }[] = [];
  const server = createServer((incoming, response) => {
    void readText(incoming).then((text) => {
      const type = incoming.headers['content-type'] ?? '';
      requests.push({ path: incoming.url ?? '', type, text });
      if (type === 'application/json') {
        for (const { resource, scopeSpans } of Export.parse(JSON.parse(text)).resourceSpans) {
          const service = resource.attributes['service.name'];
          const sent = scopeSpans.flatMap((scope) => scope.spans);
          spans.push(...sent.map((span) => ({ ...span, service })));
        }
      }
      response.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // an address: the server listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    spans,
    /** Resolves with the spans of the trace, once they include the request's span, which ends last. */
    async waitFor(traceId: string): Promise<CollectedSpan[]> {
      const ofTrace = () => spans.filter((span) => span.traceId === traceId);
      await eventually(() => ofTrace().some(({ kind }) => kind === SERVER));
      return ofTrace();
    },
    close(): Promise<void> {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Kinds of spans, by their OTLP numbers. */
export const INTERNAL = 1;
export const SERVER = 2;
export const CLIENT = 3;
/** The status of a span that failed. */
export const FAILED = 2;
