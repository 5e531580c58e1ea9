import { toError } from '../../errors/errors.js';
import { parseRetryAfter } from '../../errors/retry-after.js';

/**
 * What an answer reports about the account's limits (https://platform.openai.com/docs/guides/rate-limits), if
 * anything.
 */
export interface RateHeaders {
  get(name: string): string | null;
}

export interface RateGate {
  /**
   * Sends in turn, in the order of calls. If the signal is aborted first, sends nothing and throws its reason.
   */
  run<Result>(tokens: number, send: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Call with the headers of every answer, and whether there were too many requests. */
  learn(headers: RateHeaders, isRefused: boolean): void;
}

interface Allowance {
  limit: number;
  remaining: number;
  /** When all of it is available again. */
  resetAt: number;
}

interface Waiting {
  tokens: number;
  start(): void;
}

/** Pause after a rejection that names no time. */
const DEFAULT_PAUSE_MS = 1_000;
/**
 * Maximum pause here. The caller must wait for a longer one, because only the caller knows how long that may be.
 */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Limits the number of concurrent requests, and keeps them within what the API says is left: the same requests,
 * without those that would be rejected. Rejections halve the number; answers raise it again one by one (AIMD).
 */
export function createRateGate(maxInFlight: number, now: () => number = Date.now): RateGate {
  const waiting: Waiting[] = [];
  let width = maxInFlight;
  let answeredSince = 0;
  let inFlight = 0;
  let pausedUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let requests: Allowance | null = null;
  let tokens: Allowance | null = null;

  function dispatch(): void {
    clearTimeout(timer);
    for (let next = waiting[0]; next && inFlight < Math.floor(width); next = waiting[0]) {
      const waitMs = Math.max(pausedUntil - now(), waitFor(requests, 1), waitFor(tokens, next.tokens));
      if (waitMs > 0) {
        timer = setTimeout(dispatch, waitMs);
        return;
      }
      waiting.shift();
      if (requests) requests.remaining -= 1;
      if (tokens) tokens.remaining -= next.tokens;
      inFlight++;
      next.start();
    }
  }

  /**
   * Time until the needed amount is available; it is restored evenly. If more than the limit is needed, waits for all
   * of it.
   */
  function waitFor(allowance: Allowance | null, needed: number): number {
    if (!allowance) return 0;
    const missing = Math.min(needed, allowance.limit) - allowance.remaining;
    const leftMs = allowance.resetAt - now();
    if (missing <= 0 || leftMs <= 0) return 0;
    return Math.ceil(leftMs * Math.min(1, missing / Math.max(1, allowance.limit - allowance.remaining)));
  }

  function waitForTurn(needed: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(request), 1);
        reject(toError(signal?.reason));
        // The next caller may need less.
        dispatch();
      };
      const start = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const request: Waiting = { tokens: needed, start };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(request);
      dispatch();
    });
  }

  return {
    async run(needed, send, signal) {
      signal?.throwIfAborted();
      await waitForTurn(needed, signal);
      try {
        return await send();
      } finally {
        inFlight--;
        dispatch();
      }
    },
    learn(headers, isRefused) {
      requests = readAllowance(headers, 'requests', now()) ?? requests;
      tokens = readAllowance(headers, 'tokens', now()) ?? tokens;
      if (isRefused) {
        width = Math.max(1, width / 2);
        answeredSince = 0;
        const askedMs = readRetryAfter(headers, now()) ?? DEFAULT_PAUSE_MS;
        pausedUntil = Math.max(pausedUntil, now() + Math.min(askedMs, LONGEST_PAUSE_MS));
      } else if (++answeredSince >= width) {
        width = Math.min(maxInFlight, Math.floor(width) + 1);
        answeredSince = 0;
      }
    },
  };
}

/**
 * The wait that `retry-after-ms` or `retry-after` (seconds or a date) requests, in milliseconds; undefined without
 * either.
 */
export function readRetryAfter(headers: RateHeaders, now: number = Date.now()): number | undefined {
  const ms = headers.get('retry-after-ms');
  if (ms !== null && /^\d+(\.\d+)?$/.test(ms)) return Number(ms);
  return parseRetryAfter(headers.get('retry-after'), now);
}

function readAllowance(headers: RateHeaders, what: 'requests' | 'tokens', now: number): Allowance | null {
  const limit = toNumber(headers.get(`x-ratelimit-limit-${what}`));
  const remaining = toNumber(headers.get(`x-ratelimit-remaining-${what}`));
  const resetMs = parseDuration(headers.get(`x-ratelimit-reset-${what}`));
  if (limit === null || remaining === null || resetMs === null) return null;
  return { limit, remaining, resetAt: now + resetMs };
}

function toNumber(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** `6m0s`, `1.5s`, `20ms`; null for anything else. */
export function parseDuration(text: string | null): number | null {
  if (text === null || !/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(text)) return null;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g);
  return [...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0);
}
