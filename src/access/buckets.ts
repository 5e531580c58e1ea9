import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { toError } from '../errors/errors.js';

/** Time in which a full bucket empties: budgets are in units per minute. */
export const WINDOW_MS = 60_000;

/** The outcome of a charge. */
export interface Charge {
  isAdmitted: boolean;
  /** Units that the bucket still has room for; a rejected charge does not count. */
  left: number;
  /** Time until the same charge would be admitted. */
  waitMs: number;
  /** Time until the bucket is empty, without further charges. */
  resetMs: number;
}

/**
 * Leaky buckets. Each holds a minute's budget and leaks at a constant rate, so a client may use its whole budget at
 * once, and after that only at the rate at which it is restored. Unlike counters that restart each minute, they never
 * admit two budgets within one minute.
 */
export interface Buckets {
  charge(bucket: string, budget: number, units: number): Promise<Charge>;
  /** Returns units that were charged and not used. */
  refund(bucket: string, budget: number, units: number): Promise<void>;
  /** Whether all servers currently charge the same buckets. */
  isShared(): boolean;
  close(): void;
}

/** The least recently charged bucket is evicted first. It is empty after a minute anyway. */
const MAX_BUCKETS = 100_000;

/** Buckets of this process. The time at which a bucket will be empty determines how full it is. */
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

/** Does the same in Redis, in one step: the time to live of a bucket's key determines how full it is. */
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
 * Buckets in Redis, shared by several servers. While Redis is unavailable, each server charges its own buckets, which
 * start empty: clients may then use their budget at each server, but none is rejected because Redis failed.
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
  // A limiter has a fixed budget; operators use only a few different budgets.
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

  /** Null while Redis is unavailable. */
  async function chargeShared(bucket: string, budget: number, units: number): Promise<Charge | null> {
    try {
      const { consumedPoints } = await limiterOf(budget).consume(bucket, units);
      return admitted(consumedPoints, budget);
    } catch (thrown) {
      if (thrown instanceof RateLimiterRes) return refused(thrown.consumedPoints, budget, units);
      // A frozen server accepts commands and never answers. It counts as unavailable until it answers a new
      // connection.
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

/** Logs once when Redis becomes unavailable, and once when it is back. */
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
