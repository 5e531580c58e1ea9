import http from 'node:http';
import type { Send } from './load.js';

export interface HttpTarget {
  url: string;
  headers?: Record<string, string>;
  /** JSON bodies of the requests, sent in turn. */
  bodies: readonly unknown[];
  /** The beginning of a successful answer. Parsing every answer would put load on the measured machine. */
  opening: string;
}

/** The answer is not the one that the bench expects. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';

  constructor(
    url: string,
    readonly status: number,
    readonly body: string,
  ) {
    super(`${url} gave an unexpected answer, with status ${status}: ${body.slice(0, 500)}`);
  }
}

/** Posts JSON over persistent connections, one per concurrent request. */
export function createHttpSender({ url, headers, bodies, opening }: HttpTarget): Send {
  const agent = new http.Agent({ keepAlive: true });
  const texts = bodies.map((body) => Buffer.from(JSON.stringify(body)));
  const expected = Buffer.from(opening);
  return async (turn) => {
    const text = texts[turn % texts.length];
    const { status, body } = await post(url, agent, { ...headers, 'content-length': text?.length }, text);
    if (!body.subarray(0, expected.length).equals(expected)) {
      throw new UnexpectedAnswerError(url, status, body.toString());
    }
  };
}

function post(
  url: string,
  agent: http.Agent,
  headers: http.OutgoingHttpHeaders,
  body: Buffer | undefined,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-type': 'application/json' },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
      });
    });
    request.end(body);
  });
}
