import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { z } from 'zod';

/** The services. Each has its own format of requests and answers. */
export type Dialect = 'tei' | 'vllm' | 'jina' | 'cohere' | 'voyage';

/** A score in the format of a service; scores have no particular order. */
export type Scored = Record<string, unknown> & { index: number };

/** What happens to a request instead of a correct answer. */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  | { change: (items: Scored[]) => unknown }
  | { text: string }
  | 'hang'
  | 'reset';

export interface RerankRequest {
  query: string;
  texts: string[];
}

/** The default limit of text-embeddings-inference (`--max-client-batch-size`). */
const MAX_TEXTS = 32;

const Model = z.literal('ranker');
const Texts = z.array(z.string().min(1)).min(1);
/** Requests as the services document them; everything else is rejected. */
const REQUESTS: Readonly<Record<Dialect, z.ZodType<RerankRequest>>> = {
  tei: z
    .strictObject({
      query: z.string(),
      texts: Texts,
      truncate: z.boolean().optional(),
      raw_scores: z.boolean().optional(),
      return_text: z.boolean().optional(),
    })
    .transform(({ query, texts }) => ({ query, texts })),
  vllm: withDocuments(Model.optional()),
  jina: withDocuments(Model),
  cohere: withDocuments(Model),
  voyage: withDocuments(Model),
};

function withDocuments(model: z.ZodType): z.ZodType<RerankRequest> {
  return z
    .strictObject({ model, query: z.string(), documents: Texts })
    .transform(({ query, documents: texts }) => ({ query, texts }));
}

export type RerankServer = Awaited<ReturnType<typeof startRerankServer>>;

/**
 * The reranking endpoint of a service on a free port. `score` determines the scores; each fault affects one of the next requests.
 * Requests that the real service would reject are rejected and kept in `refusals`.
 */
export async function startRerankServer(dialect: Dialect, score: (query: string, text: string) => number) {
  const calls: RerankRequest[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const refusals: string[] = [];
  const faults: Fault[] = [];
  const needsKey = dialect !== 'tei' && dialect !== 'vllm';
  let hanging = 0;

  const judge = async (
    request: IncomingMessage,
  ): Promise<RerankRequest | { status: number; why: string }> => {
    if (request.method !== 'POST' || request.url !== '/v1/rerank')
      return { status: 404, why: String(request.url) };
    if (needsKey && request.headers.authorization !== 'Bearer key-1') return { status: 401, why: 'no key' };
    if (request.headers['content-type'] !== 'application/json') return { status: 415, why: 'no JSON' };
    const { data, error } = REQUESTS[dialect].safeParse(JSON.parse(await readText(request)));
    if (error) return { status: dialect === 'tei' ? 422 : 400, why: error.message };
    if (dialect === 'tei' && data.texts.length > MAX_TEXTS) return { status: 413, why: 'too many texts' };
    return data;
  };

  const server = createServer((request, response) => {
    void judge(request).then((asked) => {
      if ('why' in asked) {
        refusals.push(`${asked.status} ${asked.why}`);
        response.writeHead(asked.status, { 'content-type': 'application/json' }).end('{"error":"refused"}');
        return;
      }
      calls.push(asked);
      headers.push(request.headers);
      const fault = faults.shift();
      if (fault === 'hang') {
        hanging++;
        response.on('close', () => hanging--);
        return;
      }
      if (fault === 'reset') {
        request.socket.destroy();
        return;
      }
      if (fault && 'status' in fault) {
        response.writeHead(fault.status, fault.headers).end(fault.body ?? 'The service failed');
        return;
      }
      if (fault && 'text' in fault) {
        response.end(fault.text);
        return;
      }
      const items = asked.texts.map((text, index) => toItem(dialect, index, score(asked.query, text), text));
      items.sort((a, b) => b.value - a.value);
      const written = items.map(({ item }) => item);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(fault ? toAnswer(dialect, fault.change(written)) : toAnswer(dialect, written)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // an AddressInfo: the server listens on a port
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls,
    /** One entry per call. */
    headers,
    refusals,
    faults,
    /** Number of unanswered requests that the client has not given up. */
    hanging: () => hanging,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toItem(
  dialect: Dialect,
  index: number,
  value: number,
  text: string,
): { value: number; item: Scored } {
  if (dialect === 'tei') return { value, item: { index, score: value } };
  const document = dialect === 'vllm' || dialect === 'jina' ? { document: { text } } : {};
  return { value, item: { index, relevance_score: value, ...document } };
}

function toAnswer(dialect: Dialect, items: unknown): unknown {
  if (dialect === 'tei') return items;
  if (dialect === 'voyage') return { object: 'list', data: items, model: 'ranker' };
  return { id: 'rerank-1', model: 'ranker', results: items, usage: { total_tokens: 1 } };
}
