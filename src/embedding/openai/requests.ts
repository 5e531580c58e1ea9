import { setTimeout } from 'node:timers/promises';
import { SuspectTextsError } from './errors.js';
import { countEach, countTokens } from './tokens.js';
import { PublicError, toError } from '../../errors/errors.js';
import type { EmbeddingOutcome } from '../embedder.js';
import { sum } from '../../sum.js';

/** The limits of one request. */
export interface RequestLimits {
  maxTexts: number;
  maxTokens: number;
}

/** OpenAI's limits, https://platform.openai.com/docs/api-reference/embeddings/create. */
export const OPENAI_LIMITS: RequestLimits = { maxTexts: 2_048, maxTokens: 300_000 };

export interface EmbeddingsRequest {
  texts: readonly string[];
  /** Maximum number of tokens of all texts together. */
  tokens: number;
}

/** The service for one call. */
export interface Service {
  /**
   * Returns an outcome for each text, in order. Throws `SuspectTextsError` or a `PublicError`, or the reason of a
   * signal.
   */
  ask(request: EmbeddingsRequest): Promise<EmbeddingOutcome[]>;
  /** Requests the embedding of a harmless text; throws any failure that affects every text. */
  probe(): Promise<void>;
}

/**
 * The outcome of each text, with as many requests as the limits require. A text that the service rejects or fails on
 * fails alone. If a request fails otherwise, its texts fail.
 *
 * @param texts distinct, none empty.
 * @throws the `PublicError` of the first request if every request failed, or if a retry does not help.
 */
export type EmbedInRequests = (
  texts: readonly string[],
  service: Service,
) => Promise<Map<string, EmbeddingOutcome>>;

/**
 * Splits a call into requests, and finds the cause if the service does not accept one: a text, the size of the
 * request, or the service. Only the answers show which: a probe shows whether the service works at all; then the
 * request is halved until the parts succeed. If all of its texts succeeded in the end, the request was too large, and
 * later ones are kept as small as these parts.
 */
export function createRequests(initial: RequestLimits): EmbedInRequests {
  let limits = initial;
  const oneAtATime = createQueue();

  async function send(request: EmbeddingsRequest, service: Service): Promise<EmbeddingOutcome[]> {
    const sentWith = limits;
    try {
      return await service.ask(request);
    } catch (error) {
      if (!(error instanceof SuspectTextsError)) throw error;
      // The result of one search may make the others unnecessary.
      const found = await oneAtATime(async () => {
        if (limits !== sentWith) return null;
        await service.probe();
        return search(request.texts, error, service, false);
      });
      return found ?? sendParts(request.texts, (part) => send(part, service));
    }
  }

  /** @param isPart of a request for which `error` is not the first. */
  async function search(
    texts: readonly string[],
    error: SuspectTextsError,
    service: Service,
    isPart: boolean,
  ): Promise<EmbeddingOutcome[]> {
    if (texts.length === 1) return [await settle(texts, error, service)];
    const [known, middle] = [limits, Math.ceil(texts.length / 2)];
    const half = texts.slice(0, middle);
    const outcomes = [
      ...(await sendParts(half, (part) => sendPart(part, service))),
      ...(await sendParts(texts.slice(middle), (part) => sendPart(part, service))),
    ];
    // A failure may have passed by itself, but a rejection has a reason. A smaller request may have found the limit
    // already.
    const isLimit = error.kind === 'refused' || (error.kind === 'failed' && isPart);
    if (isLimit && limits === known && !outcomes.some((outcome) => outcome instanceof Error)) {
      limits = error.isAboutTokens
        ? { ...limits, maxTokens: await countTokens(half) }
        : { ...limits, maxTexts: middle };
    }
    return outcomes;
  }

  async function sendPart(part: EmbeddingsRequest, service: Service): Promise<EmbeddingOutcome[]> {
    try {
      return await service.ask(part);
    } catch (thrown) {
      if (thrown instanceof SuspectTextsError) return search(part.texts, thrown, service, true);
      if (isLasting(thrown)) throw thrown;
      // The outcomes of the other parts are kept.
      return part.texts.map(() => toError(thrown));
    }
  }

  async function sendParts(
    texts: readonly string[],
    sendOne: (part: EmbeddingsRequest) => Promise<EmbeddingOutcome[]>,
  ): Promise<EmbeddingOutcome[]> {
    const parts = await toRequests(texts, limits);
    return (await Promise.all(parts.map(sendOne))).flat();
  }

  return async (texts, service) => {
    const requests = await toRequests(texts, limits);
    return collectOutcomes(requests, (request) => send(request, service));
  };
}

/**
 * The outcome of each text of the requests. If a request fails, its texts fail.
 *
 * @throws a lasting failure, or the first one if every request failed.
 */
async function collectOutcomes(
  requests: readonly EmbeddingsRequest[],
  send: (request: EmbeddingsRequest) => Promise<EmbeddingOutcome[]>,
): Promise<Map<string, EmbeddingOutcome>> {
  const outcomes = new Map<string, EmbeddingOutcome>();
  const failures: Error[] = [];
  await Promise.all(
    requests.map(async (request) => {
      const answers = await send(request).catch((thrown: unknown) => {
        const failure = toError(thrown);
        failures.push(failure);
        return request.texts.map(() => failure);
      });
      request.texts.forEach((text, at) =>
        outcomes.set(text, answers[at] ?? new Error('The request has no outcome')),
      );
    }),
  );
  const failure = failures.find(isLasting) ?? (failures.length === requests.length ? failures[0] : undefined);
  if (failure) throw failure;
  return outcomes;
}

/** Maximum retries of a single text: a server that is busy every other time should not lose one. */
const FURTHER_TRIES = 5;
const LONGEST_PAUSE_MS = 100;

/**
 * The outcome of a single text. A failure is retried before it counts as the text's, because the service has shown by
 * now that it works.
 */
async function settle(
  texts: readonly string[],
  error: SuspectTextsError,
  service: Service,
): Promise<EmbeddingOutcome> {
  const request = { texts, tokens: await countTokens(texts) };
  let last = error;
  for (let tried = 0; last.kind === 'failed' && tried < FURTHER_TRIES; tried++) {
    // A random time, because otherwise two of them might always meet the same busy moments.
    await setTimeout(Math.random() * tried * LONGEST_PAUSE_MS);
    try {
      const [outcome] = await service.ask(request);
      return outcome ?? last.ofText;
    } catch (thrown) {
      if (!(thrown instanceof SuspectTextsError)) return toError(thrown);
      last = thrown;
    }
  }
  return last.ofText;
}

function isLasting(error: unknown): boolean {
  return error instanceof PublicError && error.lasting;
}

/**
 * Splits texts, in order, into requests of about equal size. Tokens are counted only if they decide: a token has at
 * least one byte, so a few short texts always fit.
 */
async function toRequests(
  texts: readonly string[],
  { maxTexts, maxTokens }: RequestLimits,
): Promise<EmbeddingsRequest[]> {
  if (texts.length === 0) return [];
  const bytesOf = texts.map((text) => Buffer.byteLength(text));
  const fits = sum(bytesOf) <= maxTokens;
  if (fits && texts.length <= maxTexts) return [{ texts, tokens: sum(bytesOf) }];
  return pack(texts, fits ? bytesOf : await countEach(texts), { maxTexts, maxTokens });
}

function pack(
  texts: readonly string[],
  tokensOf: readonly number[],
  { maxTexts, maxTokens }: RequestLimits,
): EmbeddingsRequest[] {
  const total = sum(tokensOf);
  const needed = Math.max(Math.ceil(total / maxTokens), Math.ceil(texts.length / maxTexts));
  const requests: { texts: string[]; tokens: number }[] = [];
  let request: { texts: string[]; tokens: number } | undefined;
  for (const [at, text] of texts.entries()) {
    const tokens = tokensOf[at] ?? 0;
    const isFull =
      !request ||
      request.texts.length >= maxTexts ||
      request.tokens >= total / needed ||
      request.tokens + tokens > maxTokens;
    if (!request || isFull) requests.push((request = { texts: [], tokens: 0 }));
    request.texts.push(text);
    request.tokens += tokens;
  }
  return requests;
}

/** Runs calls one at a time, in order, whatever the outcome of earlier ones. */
function createQueue(): <Result>(run: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  };
}
