import { MAX_TOKENS_PER_TEXT } from './prepare-text.js';
import { PublicError, toError } from '../../errors/errors.js';

/** Limits of one request, https://platform.openai.com/docs/api-reference/embeddings/create. */
const MAX_INPUTS = 2_048;
const MAX_TOKENS = 300_000;
/** Requests in flight for one call. */
const MAX_IN_FLIGHT = 4;
/** Requests that may be refused while the bad texts of one are searched for: enough for five bad ones in 2,048. */
const MAX_REFUSALS = 64;

export type Outcome = Float32Array | Error;

/** One request: an outcome for each text, in order. Throws `RefusedTextsError` or a `PublicError`. */
export type SendRequest = (texts: readonly string[]) => Promise<Outcome[]>;

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
  const requests = toRequests(texts);
  await forEachInParallel(requests, MAX_IN_FLIGHT, async (request) => {
    try {
      const answers = await sendApart(request, send, { refusals: 0 });
      request.forEach((text, at) =>
        outcomes.set(text, answers[at] ?? new Error('The request has no outcome')),
      );
    } catch (thrown) {
      const failure = toError(thrown);
      failures.push(failure);
      for (const text of request) outcomes.set(text, failure);
    }
  });
  const [failure] = failures;
  if (failure && failures.length === requests.length) throw failure;
  return outcomes;
}

/** Texts in order, cut into requests. Tokens are bounded by bytes: counting them would take longer than it saves. */
function toRequests(texts: readonly string[]): string[][] {
  const requests: string[][] = [];
  let request: string[] = [];
  let tokens = 0;
  for (const text of texts) {
    const most = Math.min(Buffer.byteLength(text), MAX_TOKENS_PER_TEXT);
    if (request.length === 0 || request.length === MAX_INPUTS || tokens + most > MAX_TOKENS) {
      request = [];
      requests.push(request);
      tokens = 0;
    }
    request.push(text);
    tokens += most;
  }
  return requests;
}

/** Halves a refused request until the refused texts stand alone. */
async function sendApart(
  texts: readonly string[],
  send: SendRequest,
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
  return new PublicError('EMBEDDING_UNAVAILABLE', 'The embedding API refused this text', { cause });
}

async function forEachInParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const remaining = items.values();
  const lane = async () => {
    for (const item of remaining) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
