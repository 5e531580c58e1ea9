import { countEach } from './tokens.js';
import { PublicError, toError } from '../../errors/errors.js';

/** Limits of one request, https://platform.openai.com/docs/api-reference/embeddings/create. */
const MAX_INPUTS = 2_048;
const MAX_TOKENS = 300_000;
/** Requests that may be refused while the bad texts of one are searched for: enough for five bad ones in 2,048. */
const MAX_REFUSALS = 64;

export type Outcome = Float32Array | Error;

/**
 * One request: an outcome for each text, in order. Throws `RefusedTextsError` or a `PublicError`.
 *
 * @param tokens of all texts together, at most.
 */
export type SendRequest = (texts: readonly string[], tokens: number) => Promise<Outcome[]>;

/** The API refused the inputs of a request without saying which. */
export class RefusedTextsError extends Error {
  override readonly name = 'RefusedTextsError';
}

/**
 * The outcome of each text, in as many requests as the limits ask for. A text that the API refuses fails alone; a
 * request that fails otherwise fails its texts.
 *
 * @param texts distinct, none empty.
 * @throws the `PublicError` of the first request when every request failed.
 */
export async function embedInRequests(
  texts: readonly string[],
  send: SendRequest,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const failures: Error[] = [];
  const requests = await toRequests(texts);
  await Promise.all(
    requests.map(async ({ texts: asked, tokens }) => {
      try {
        const answers = await sendApart(asked, (part) => send(part, tokens), { refusals: 0 });
        asked.forEach((text, at) =>
          outcomes.set(text, answers[at] ?? new Error('The request has no outcome')),
        );
      } catch (thrown) {
        const failure = toError(thrown);
        failures.push(failure);
        for (const text of asked) outcomes.set(text, failure);
      }
    }),
  );
  const [failure] = failures;
  if (failure && failures.length === requests.length) throw failure;
  return outcomes;
}

interface Request {
  texts: string[];
  tokens: number;
}

/**
 * Texts in order, cut into requests of about equal size. Tokens are counted only where they decide: a token has at
 * least one byte, so few texts fit whatever they say.
 */
async function toRequests(texts: readonly string[]): Promise<Request[]> {
  if (texts.length === 0) return [];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (texts.length <= MAX_INPUTS && bytes <= MAX_TOKENS) return [{ texts: [...texts], tokens: bytes }];
  return pack(texts, await countEach(texts));
}

function pack(texts: readonly string[], tokensOf: readonly number[]): Request[] {
  const total = tokensOf.reduce((sum, tokens) => sum + tokens, 0);
  const needed = Math.max(Math.ceil(total / MAX_TOKENS), Math.ceil(texts.length / MAX_INPUTS));
  const requests: Request[] = [];
  let request: Request | undefined;
  for (const [at, text] of texts.entries()) {
    const tokens = tokensOf[at] ?? 0;
    const isFull =
      !request ||
      request.texts.length >= MAX_INPUTS ||
      request.tokens >= total / needed ||
      request.tokens + tokens > MAX_TOKENS;
    if (!request || isFull) requests.push((request = { texts: [], tokens: 0 }));
    request.texts.push(text);
    request.tokens += tokens;
  }
  return requests;
}

/** Halves a refused request until the refused texts stand alone. */
async function sendApart(
  texts: readonly string[],
  send: (texts: readonly string[]) => Promise<Outcome[]>,
  budget: { refusals: number },
): Promise<Outcome[]> {
  try {
    return await send(texts);
  } catch (error) {
    if (!(error instanceof RefusedTextsError)) throw error;
    budget.refusals++;
    if (texts.length === 1 || budget.refusals >= MAX_REFUSALS) return texts.map(() => toRefusal(error));
    const middle = Math.ceil(texts.length / 2);
    const outcomes: Outcome[] = [];
    for (const half of [texts.slice(0, middle), texts.slice(middle)]) {
      const answers = await sendApart(half, send, budget).catch((thrown: unknown) =>
        half.map(() => toError(thrown)),
      );
      outcomes.push(...answers);
    }
    return outcomes;
  }
}

function toRefusal(cause: RefusedTextsError): PublicError {
  return new PublicError('EMBEDDING_UNAVAILABLE', 'The embedding API refused this text', {
    cause,
    lasting: true,
  });
}
