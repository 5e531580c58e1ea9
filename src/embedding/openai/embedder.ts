import { createClient } from './client.js';
import { SuspectTextsError } from './errors.js';
import { toOpenAiModel } from './model.js';
import { prepareTexts } from './prepare-text.js';
import { createRateGate } from './rate-gate.js';
import { createRequests, OPENAI_LIMITS, type EmbeddingsRequest, type Service } from './requests.js';
import { retrySoon } from './retry-soon.js';
import { countEach } from './tokens.js';
import { PublicError, toError } from '../../errors/errors.js';
import { NO_PREFIXES, type Embedder, type EmbedOptions, type Prefixes } from '../embedder.js';

/** Requests under way at once, for all callers together. */
const MAX_IN_FLIGHT = { patient: 8, prompt: 32 };

/** Shows whether the service works at all. */
const PROBE: EmbeddingsRequest = { texts: ['test'], tokens: 4 };

export interface OpenAiEmbedderOptions {
  apiKey: string;
  /** A compatible server instead of OpenAI, such as `http://localhost:11434/v1`. */
  baseUrl?: string | undefined;
  model: string;
  /** Required for models that are not OpenAI's; shortens the embeddings of those that can. */
  dimensions?: number | undefined;
  /** Put before each text, word for word. */
  prefixes?: Prefixes | undefined;
  /** Most texts and tokens of one request, where the service takes fewer than OpenAI; found out when not given. */
  maxTexts?: number | undefined;
  maxTokens?: number | undefined;
  /** For one call, further tries included, where the caller has no less; for one request of a patient caller. */
  timeoutMs: number;
  /**
   * For a caller that has time and tries again by itself: no retries here, and requests wait until the account's limits
   * leave room for them. Otherwise failures that may pass are tried twice more within `timeoutMs`.
   */
  isPatient?: boolean;
}

/**
 * Embeddings by OpenAI or a server with its API. Texts are cut at 8,192 tokens, calls are split at the service's limits.
 * `check` makes no call: each would cost something, and readiness is asked for often.
 *
 * @throws StartupError when model and dimensions do not go together, or key or URL cannot be sent.
 */
export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const { prefixes = NO_PREFIXES, maxTexts, maxTokens } = options;
  const model = toOpenAiModel(options.model, options.dimensions);
  let tokensUsed = 0;
  const toService = createServices(options, model, (tokens) => (tokensUsed += tokens));
  const embedInRequests = createRequests({
    maxTexts: maxTexts ?? OPENAI_LIMITS.maxTexts,
    maxTokens: maxTokens ?? OPENAI_LIMITS.maxTokens,
  });
  return {
    id: model.id,
    dimension: model.dimension,
    prefixes,
    async embed(texts, { kind = 'passage', ...rest } = {}) {
      const prepared = await prepareTexts(texts, prefixes[kind]);
      const distinct = new Set(prepared.filter((text) => text !== ''));
      const outcomes = await embedInRequests([...distinct], toService(rest));
      return prepared.map((text) => outcomes.get(text) ?? new Error('An empty text has no embedding'));
    },
    async countTokens(texts) {
      const counts = await countEach(texts.map((text) => prefixes.passage + text));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    tokensUsed: () => tokensUsed,
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

type ToService = (options: Pick<EmbedOptions, 'signal' | 'timeoutMs'>) => Service;

/** The service as each call sees it: with the signal and the time of that call. */
function createServices(
  { apiKey, baseUrl, isPatient = false, ...options }: OpenAiEmbedderOptions,
  model: ReturnType<typeof toOpenAiModel>,
  onTokens: (tokens: number) => void,
): ToService {
  const gate = createRateGate(isPatient ? MAX_IN_FLIGHT.patient : MAX_IN_FLIGHT.prompt);
  const request = createClient({
    apiKey,
    baseUrl,
    model,
    onTokens,
    // Somebody who waits for the answer is rather told at once that there is no room.
    onHeaders: isPatient ? (...answer) => gate.learn(...answer) : () => undefined,
  });

  const toPatient: ToService = ({ signal }) => {
    const ask: Service['ask'] = ({ texts, tokens }) =>
      gate.run(tokens, () => within(options.timeoutMs, signal, (ended) => request(texts, ended)), signal);
    return { ask, probe: () => probeWith(ask) };
  };
  const toPrompt: ToService = ({ signal, timeoutMs = Infinity }) => {
    const budgetMs = Math.min(timeoutMs, options.timeoutMs);
    const endsAt = performance.now() + budgetMs;
    const askOnce: Service['ask'] = ({ texts, tokens }) =>
      within(
        endsAt - performance.now(),
        signal,
        (ended) => gate.run(tokens, () => request(texts, ended), ended),
        budgetMs,
      );
    return {
      ask: (asked) => retrySoon(() => askOnce(asked), endsAt, signal),
      probe: () => retrySoon(() => probeWith(askOnce), endsAt, signal),
    };
  };
  return isPatient ? toPatient : toPrompt;
}

async function probeWith(ask: Service['ask']): Promise<void> {
  try {
    await ask(PROBE);
  } catch (error) {
    throw error instanceof SuspectTextsError ? error.ofService : error;
  }
}

/**
 * Ends what runs when the time is up or the caller has left.
 *
 * @param toldMs the time that an error names.
 * @throws PublicError TIMEOUT, or the reason of the caller's signal.
 */
async function within<Result>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (ended: AbortSignal) => Promise<Result>,
  toldMs = timeoutMs,
): Promise<Result> {
  const timeUp = AbortSignal.timeout(Math.max(0, Math.ceil(timeoutMs)));
  try {
    signal?.throwIfAborted();
    return await run(signal ? AbortSignal.any([signal, timeUp]) : timeUp);
  } catch (error) {
    signal?.throwIfAborted();
    if (!timeUp.aborted) throw error;
    const cause = toError(error);
    throw new PublicError('TIMEOUT', `The embedding API did not answer within ${Math.round(toldMs)} ms`, {
      cause,
    });
  }
}
