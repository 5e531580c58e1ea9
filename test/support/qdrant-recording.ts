import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { startQdrantServer, type QdrantAnswer, type QdrantRequest } from './qdrant-server.js';

/** One exchange with a real server; a recording has one a line. */
interface Exchange {
  method: string;
  path: string;
  body: unknown;
  status: number;
  answer: unknown;
}

/** What a test suite talks to instead of a real server, or as a proxy to one. */
export interface Recorder {
  url: string;
  /** Requests that were not in the recording, and exchanges of it that nobody asked for. */
  differences(): string[];
  close(): Promise<void>;
}

/** The random end of a scratch copy's name: recorded as zeros, and taken for them in requests. */
const COPY_SUFFIX = /_tune_[0-9a-f]{8}/g;
const SOME_COPY = '_tune_00000000';

export interface RecordingOptions {
  apiKey?: string | undefined;
  /** Keeps the times that the server says it took: they are what is tested. */
  withTimes?: boolean;
}

/** Passes every request on to a real server, and writes all exchanges to `file` when closed. */
export async function startRecording(
  upstream: string,
  file: string,
  { apiKey, withTimes = false }: RecordingOptions = {},
): Promise<Recorder & { forget: () => Promise<void> }> {
  const exchanges: Exchange[] = [];
  const server = await startQdrantServer(async ({ method, path, body }) => {
    const response = await fetch(upstream.replace(/\/+$/, '') + path, {
      method,
      headers: { 'content-type': 'application/json', ...(apiKey && { 'api-key': apiKey }) },
      ...(body !== null && { body: JSON.stringify(body) }),
    });
    const answer = withoutVolatile(await response.json(), withTimes ? ['usage'] : ['time', 'usage']);
    exchanges.push({ method, path, body, status: response.status, answer });
    return { status: response.status, body: answer };
  });
  return {
    url: server.url,
    differences: () => [],
    /** Closes without writing. */
    forget: server.close,
    async close() {
      await server.close();
      mkdirSync(path.dirname(file), { recursive: true });
      const lines = exchanges.map((exchange) => `${JSON.stringify(exchange)}\n`).join('');
      writeFileSync(file, lines.replaceAll(COPY_SUFFIX, SOME_COPY));
    },
  };
}

/**
 * What a suite speaks to: the real server of QDRANT_URL where that is set, recorded when `npm run test:record` asks for it;
 * else the recording.
 */
export async function startRecorder(file: string): Promise<Recorder> {
  const { QDRANT_URL: realUrl, QDRANT_API_KEY: apiKey, PAPERQL_RECORD: isRecording } = process.env;
  if (isRecording && !realUrl) {
    throw new Error('PAPERQL_RECORD needs a real Qdrant server: set QDRANT_URL');
  }
  if (!realUrl) return startReplay(file);
  const recorder = await startRecording(realUrl, file, { apiKey });
  return isRecording ? recorder : { ...recorder, close: recorder.forget };
}

/**
 * Answers from a recording alone. Each exchange is given once, equal requests get theirs in the order of recording;
 * a request that is not there (method, path or body differ) is refused.
 */
export async function startReplay(file: string): Promise<Recorder> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  // The file is written by `startRecording` alone.
  const left = new Set(lines.map((line) => JSON.parse(line) as Exchange));
  const unexpected: string[] = [];

  const replay = (request: QdrantRequest): QdrantAnswer => {
    for (const exchange of left) {
      if (!isAbout(exchange, request)) continue;
      left.delete(exchange);
      return { status: exchange.status, body: exchange.answer };
    }
    unexpected.push(`not recorded: ${request.method} ${request.path} ${JSON.stringify(request.body)}`);
    return { status: 501, body: { status: { error: 'not recorded' } } };
  };
  const server = await startQdrantServer(replay);
  return {
    url: server.url,
    differences: () => [...unexpected, ...[...left].map(({ method, path }) => `left: ${method} ${path}`)],
    close: server.close,
  };
}

function isAbout(exchange: Exchange, { method, path, body }: QdrantRequest): boolean {
  const isSame = exchange.method === method && exchange.path === path.replaceAll(COPY_SUFFIX, SOME_COPY);
  return isSame && isDeepStrictEqual(exchange.body, body);
}

/** Without what is another at every run and means nothing to a client: times, the order of keys. */
function withoutVolatile(answer: unknown, volatile: readonly string[]): unknown {
  return JSON.parse(
    JSON.stringify(answer, (key, value: unknown) => {
      if (volatile.includes(key)) return undefined;
      return isRecord(value) ? Object.fromEntries(Object.entries(value).sort(byKey)) : value;
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
