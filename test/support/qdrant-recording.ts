import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { startQdrantServer, type QdrantAnswer, type QdrantRequest } from './qdrant-server.js';

/** One exchange with a real server; a recording has one per line. */
interface Exchange {
  method: string;
  path: string;
  body: unknown;
  status: number;
  answer: unknown;
}

/** A replacement for a real server, or a proxy to one. */
export interface Recorder {
  url: string;
  /**
   * Requests that are missing in the recording, and recorded exchanges that nothing requested. Empty for a proxy, which compares
   * nothing.
   */
  differences(): string[];
  close(): Promise<void>;
}

/** The random end of a scratch copy's name. Recordings have zeros instead, and requests are compared as if they had. */
const COPY_SUFFIX = /_tune_[0-9a-f]{8}/g;
const SOME_COPY = '_tune_00000000';

export interface RecordingOptions {
  apiKey?: string | undefined;
  /** Whether to keep the times that the server reports, for tests of these times. */
  withTimes?: boolean;
}

/** Passes every request on to a real server. On closing, writes all exchanges to `file`. */
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

/** Uses the real server if QDRANT_URL is set, and records it under `npm run test:record`. Otherwise, replays the recording. */
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
 * Answers only from a recording. Each exchange is used once; equal requests get their answers in recorded order. A request whose
 * method, path or body is not in the recording is rejected.
 */
export async function startReplay(file: string): Promise<Recorder> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  // Only `startRecording` writes this file.
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

/** Removes what differs between runs and means nothing to a client: times and the order of keys. */
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
