import { z } from 'zod';
import { RerankError, type Reranker } from './reranker.js';
import { parseRetryAfter } from '../errors/retry-after.js';
import { inParts } from '../in-parts.js';
import { AnswerTooLargeError, completeHeaders, readAnswer } from '../outgoing-requests.js';
import { parseJson } from '../parse-json.js';

export interface HttpRerankerOptions {
  /** Base URL of the API, to which `/rerank` is added. */
  baseUrl: string;
  /** The model to request from a service that has several. */
  model: string | undefined;
  apiKey: string | undefined;
}

/** The answers of some services also contain the texts. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** Number of texts that text-embeddings-inference accepts per request by default (`--max-client-batch-size`). */
const MAX_TEXTS = 32;
/** Maximum length of a service's message in the log. */
const MAX_SHOWN = 200;

/** The form of requests: Jina, Cohere, vLLM and Voyage expect documents, text-embeddings-inference expects texts. */
type Form = 'documents' | 'texts';

const Item = z.object({
  index: z.int().nonnegative(),
  relevance_score: z.number().optional(),
  score: z.number().optional(),
});
/** text-embeddings-inference returns a plain list; Jina, Cohere and vLLM use `results`; Voyage uses `data`. */
const RerankAnswer = z.union([
  z.array(Item),
  z.object({ results: z.array(Item) }).transform(({ results }) => results),
  z.object({ data: z.array(Item) }).transform(({ data }) => data),
]);

/** Calls `/rerank` of text-embeddings-inference, vLLM, Jina, Cohere or a compatible service, without retries. */
export function createHttpReranker({ baseUrl, model, apiKey }: HttpRerankerOptions): Reranker {
  const address = toAddress(baseUrl);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };
  const likely: Form = model === undefined ? 'texts' : 'documents';
  /** The form that the service has accepted. */
  let accepted: Form | undefined;

  async function ask(form: Form, query: string, texts: readonly string[], signal: AbortSignal) {
    // The score of a text does not depend on the other texts.
    const parts = form === 'texts' ? inParts(texts, MAX_TEXTS) : [texts];
    const scores = await Promise.all(parts.map((part) => send(form, query, part, signal)));
    accepted = form;
    return scores.flat();
  }

  async function send(form: Form, query: string, texts: readonly string[], signal: AbortSignal) {
    const body =
      form === 'texts'
        ? { query, texts, truncate: true, raw_scores: false }
        : { ...(model !== undefined && { model }), query, documents: texts };
    const response = await fetch(address, {
      method: 'POST',
      headers: completeHeaders({ ...headers }),
      body: JSON.stringify(body),
      signal,
      // The key must only be sent to this address.
      redirect: 'error',
    });
    const answer = await readAnswer(response, MAX_ANSWER_BYTES);
    if (!response.ok) throw refused(response, answer);
    return toScores(answer, texts.length);
  }

  return {
    id: `${model ?? 'the model'} at ${address.host}`,
    async rerank(query, texts, signal) {
      const form = accepted ?? likely;
      try {
        return await ask(form, query, texts, signal).catch((error: unknown) => {
          // A concurrent call may have found the accepted form in the meantime.
          if (!(error instanceof MalformedRequestError) || form === accepted) throw error;
          return ask(form === 'texts' ? 'documents' : 'texts', query, texts, signal);
        });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof AnswerTooLargeError) throw tooLarge(error);
        throw error instanceof RerankError ? error : unreachable(error);
      }
    },
  };
}

/** The service does not accept this form, or one of the values. */
class MalformedRequestError extends RerankError {}

function toAddress(baseUrl: string): URL {
  const address = new URL(baseUrl);
  const path = address.pathname.replace(/\/+$/, '');
  address.pathname = path.endsWith('/rerank') ? path : `${path}/rerank`;
  return address;
}

function tooLarge(cause: AnswerTooLargeError): RerankError {
  return new RerankError(`The reranking service sent more than ${MAX_ANSWER_BYTES} bytes`, { cause });
}

function refused({ status, headers }: Response, answer: string): RerankError {
  const words = answer.replaceAll(/\s+/g, ' ').slice(0, MAX_SHOWN);
  const ErrorType = status === 400 || status === 422 ? MalformedRequestError : RerankError;
  return new ErrorType(`The reranking service answered ${status}: ${words}`, {
    retryAfterMs: parseRetryAfter(headers.get('retry-after')),
  });
}

function unreachable(error: unknown): RerankError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = cause instanceof Error ? cause.message : String(cause);
  return new RerankError(`The reranking service could not be reached: ${words}`, { cause: error });
}

/** @throws RerankError unless each text has exactly one finite score. */
function toScores(answer: string, count: number): number[] {
  const { data: items } = RerankAnswer.safeParse(parseJson(answer));
  if (!items) throw malformed('it is not a list of scores');
  if (items.length !== count) throw malformed(`it has ${items.length} scores for ${count} texts`);
  const scores = new Array<number | undefined>(count).fill(undefined);
  for (const { index, relevance_score: relevance, score = relevance } of items) {
    if (index >= count) throw malformed(`it has the index ${index}, but there are ${count} texts`);
    if (scores[index] !== undefined) throw malformed(`it has two scores for text ${index}`);
    if (score === undefined) throw malformed(`it has no score for text ${index}`);
    scores[index] = score;
  }
  return scores.map((score) => score ?? NaN);
}

function malformed(how: string): RerankError {
  return new RerankError(`The reranking service sent an invalid answer: ${how}`);
}
