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

/** Maximum concurrent requests of all callers. */
const MAX_IN_FLIGHT = { patient: 8, prompt: 32 };

/** A request that shows whether the service works at all. */
const PROBE: EmbeddingsRequest = { texts: ['test'], tokens: 4 };

export interface OpenAiEmbedderOptions {
  apiKey: string;
  /** A compatible server instead of OpenAI, such as `http://localhost:11434/v1`. */
  baseUrl?: string | undefined;
  model: string;
  /** Required for models that are not OpenAI's; shortens the embeddings of those that can. */
  dimensions?: number | undefined;
  /** Precede each text exactly as written. */
  prefixes?: Prefixes | undefined;
  /** Maximum texts and tokens per request, if the service accepts fewer than OpenAI; found out if absent. */
  maxTexts?: number | undefined;
  maxTokens?: number | undefined;
  /**
   * Time limit of one call, including retries, if the caller has none that is shorter; of one request of a patient
   * caller.
   */
  timeoutMs: number;
  /**
   * The caller has time and retries by itself: there are no retries here, and requests wait until the account's
   * limits have room for them. Otherwise, failures that may pass are retried twice within `timeoutMs`.
   */
  isPatient?: boolean;
}

/**
 * Embeddings from OpenAI or a server with its API. Texts are cut at 8,192 tokens, and calls are split at the
 * service's limits. `check` makes no call, because each costs something and readiness is checked often.
 *
 * @throws StartupError if model and dimensions do not match, or the key or URL cannot be sent.
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

/** The service for one call, with the signal and the time limit of that call. */
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
    // A caller who waits for the answer should rather learn at once that there is no room.
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
 * Ends the work when its time is up or the caller has left.
 *
 * @param toldMs the time that the error names.
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
