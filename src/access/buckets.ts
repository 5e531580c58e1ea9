import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { toError } from '../errors/errors.js';

/** In this time a full bucket has leaked empty: budgets are units a minute. */
export const WINDOW_MS = 60_000;

/** What became of a charge. */
export interface Charge {
  isAdmitted: boolean;
  /** Units that the bucket has room for; what was refused is not in it. */
  left: number;
  /** Until the same charge would be admitted. */
  waitMs: number;
  /** Until the bucket is empty, if nothing is added. */
  resetMs: number;
}

/**
 * Leaky buckets. Each holds as much as a minute's budget and leaks evenly, so a client may use its budget at once, and then as
 * it comes back. Unlike counters that start again each minute, they never admit two budgets in one minute.
 */
export interface Buckets {
  charge(bucket: string, budget: number, units: number): Promise<Charge>;
  /** Takes out what was charged and not used. */
  refund(bucket: string, budget: number, units: number): Promise<void>;
  /** Whether all servers charge the same buckets at the moment. */
  isShared(): boolean;
  close(): void;
}

/** The bucket that is charged least recently goes first. It is empty after a minute anyway. */
const MAX_BUCKETS = 100_000;

/** Buckets of this process. When one will be empty says how full it is. */
export function createLocalBuckets(now = () => performance.now()): Buckets {
  const emptyAt = new LRUCache<string, number>({ max: MAX_BUCKETS });
  return {
    charge(bucket, budget, units) {
      const level = toLevel((emptyAt.get(bucket) ?? 0) - now(), budget);
      const filled = Math.max(0, level + units);
      if (filled > budget && units > 0) return Promise.resolve(refused(filled, budget, units));
      emptyAt.set(bucket, now() + toMs(filled, budget));
      return Promise.resolve(admitted(filled, budget));
    },
    async refund(bucket, budget, units) {
      await this.charge(bucket, budget, -units);
    },
    isShared: () => false,
    close: () => emptyAt.clear(),
  };
}

function toLevel(ms: number, budget: number): number {
  return (Math.max(0, ms) * budget) / WINDOW_MS;
}

function toMs(units: number, budget: number): number {
  return (units * WINDOW_MS) / budget;
}

function admitted(filled: number, budget: number): Charge {
  return {
    isAdmitted: true,
    left: Math.max(0, Math.floor(budget - filled)),
    waitMs: 0,
    resetMs: toMs(filled, budget),
  };
}

/** @param filled how full the bucket would be. */
function refused(filled: number, budget: number, units: number): Charge {
  return {
    isAdmitted: false,
    left: Math.max(0, Math.floor(budget - (filled - units))),
    waitMs: toMs(filled - budget, budget),
    resetMs: toMs(filled - units, budget),
  };
}

/** The same in Redis, in one step: the time to live of a bucket's key says how full it is. */
const LEAK_AND_CHARGE = `
  local units, budget, windowMs = tonumber(ARGV[1]), tonumber(ARGV[3]), ARGV[4] * 1000
  local level = math.max(0, redis.call('pttl', KEYS[1])) * budget / windowMs
  local filled = math.max(0, level + units)
  if filled > budget and units > 0 then
    return {math.ceil(filled), math.ceil((filled - budget) * windowMs / budget)}
  end
  local emptyMs = math.ceil(filled * windowMs / budget)
  if emptyMs > 0 then
    redis.call('set', KEYS[1], 1, 'PX', emptyMs)
  else
    redis.call('del', KEYS[1])
  end
  return {math.ceil(filled), emptyMs}`;

const COMMAND_TIMEOUT_MS = 250;
const LONGEST_RECONNECT_MS = 1_000;

export interface BucketLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/**
 * Buckets in Redis, which several servers charge. While Redis is away, each server charges buckets of its own, which begin
 * empty: clients may then use their budget at each server, but none is refused for a failure that is not theirs.
 */
export async function openSharedBuckets(url: string, log: BucketLog): Promise<Buckets> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    commandTimeout: COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, LONGEST_RECONNECT_MS),
  });
  followConnection(redis, log);
  const local = createLocalBuckets();
  // A limiter has one budget; operators give few different ones.
  const limiters = new Map<number, RateLimiterRedis>();

  function limiterOf(budget: number): RateLimiterRedis {
    const known = limiters.get(budget);
    if (known) return known;
    const limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: 'paperql:budget',
      points: budget,
      duration: WINDOW_MS / 1_000,
      customIncrTtlLuaScript: LEAK_AND_CHARGE,
      rejectIfRedisNotReady: true,
    });
    limiters.set(budget, limiter);
    return limiter;
  }

  /** Null while Redis is away. */
  async function chargeShared(bucket: string, budget: number, units: number): Promise<Charge | null> {
    try {
      const { consumedPoints } = await limiterOf(budget).consume(bucket, units);
      return admitted(consumedPoints, budget);
    } catch (thrown) {
      if (thrown instanceof RateLimiterRes) return refused(thrown.consumedPoints, budget, units);
      // One that is frozen takes commands and answers none: it counts as away until it answers a new connection.
      if (redis.status === 'ready') redis.stream.destroy();
      return null;
    }
  }

  return {
    charge: async (bucket, budget, units) =>
      (await chargeShared(bucket, budget, units)) ?? local.charge(bucket, budget, units),
    async refund(bucket, budget, units) {
      const isDone = (await chargeShared(bucket, budget, -units)) !== null;
      if (!isDone) await local.refund(bucket, budget, units);
    },
    isShared: () => redis.status === 'ready',
    close: () => redis.disconnect(),
  };
}

/** Tells when Redis goes away and comes back, once each. */
function followConnection(redis: Redis, log: BucketLog): void {
  let isAway = false;
  redis.on('error', (thrown: unknown) => {
    if (!isAway)
      log.warn({ err: toError(thrown) }, 'Redis is unavailable; each server keeps its own budgets');
    isAway = true;
  });
  redis.on('close', () => {
    if (!isAway) log.warn({}, 'Redis is unavailable; each server keeps its own budgets');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) log.info({}, 'Redis is back; servers share their budgets again');
    isAway = false;
  });
}
