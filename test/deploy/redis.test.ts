import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSharedBuckets, type Buckets } from '../../src/access/buckets.js';
import { eventually } from '../support/eventually.js';
import { startRedis, type RedisServer } from '../support/redis-server.js';

const BUDGET = 6_000;

describe('buckets in Redis', () => {
  let redis: RedisServer;
  /** The buckets of two servers. */
  let one: Buckets;
  let other: Buckets;
  const told: string[] = [];
  const tell = (_facts: object, message: string) => void told.push(message);

  beforeAll(async () => {
    redis = await startRedis();
    const log = { info: tell, warn: tell };
    [one, other] = await Promise.all([openSharedBuckets(redis.url, log), openSharedBuckets(redis.url, log)]);
    await eventually(() => one.isShared() && other.isShared());
  });
  afterAll(async () => {
    one.close();
    other.close();
    await redis.stop();
  });

  test('are charged by all servers together', async () => {
    const began = performance.now();
    expect(await one.charge('a', BUDGET, 4_000)).toMatchObject({ isAdmitted: true, left: 2_000 });
    const refused = await other.charge('a', BUDGET, 3_000);
    expect(refused.isAdmitted).toBe(false);
    // A thousand units too many leak in ten seconds. What has already leaked need not be waited for, and clocks count milliseconds.
    expect(refused.waitMs).toBeGreaterThan(10_000 - (performance.now() - began) - 5);
    expect(refused.waitMs).toBeLessThanOrEqual(10_000);
    await other.refund('a', BUDGET, 4_000);
    expect((await one.charge('a', BUDGET, BUDGET)).isAdmitted).toBe(true);
  });

  test('never admit more than there is room for, even if servers charge them at the same time', async () => {
    const charges = Array.from({ length: 20 }, (_, at) => (at % 2 ? one : other).charge('b', 10_000, 1_000));
    const admitted = (await Promise.all(charges)).filter(({ isAdmitted }) => isAdmitted);
    // What leaks meanwhile makes room for at most one more.
    expect([10, 11]).toContain(admitted.length);
  });

  test('leak as time passes', async () => {
    expect((await one.charge('c', 600_000, 600_000)).isAdmitted).toBe(true);
    await eventually(async () => (await other.charge('c', 600_000, 100)).isAdmitted);
  });

  test('are separate on each server while Redis is frozen or unreachable, and shared once it is back', async () => {
    redis.signal('SIGSTOP');
    expect(await one.charge('d', BUDGET, 4_000)).toMatchObject({ isAdmitted: true, left: 2_000 });
    await eventually(() => !one.isShared());
    expect(told).toContain('Redis is unavailable; each server keeps its own budgets');
    expect((await one.charge('d', BUDGET, 3_000)).isAdmitted).toBe(false);
    redis.signal('SIGCONT');
    await eventually(() => one.isShared() && other.isShared());
    expect(told).toContain('Redis is back; servers share their budgets again');
    expect((await one.charge('f', BUDGET, BUDGET)).isAdmitted).toBe(true);
    expect((await other.charge('f', BUDGET, 1_000)).isAdmitted).toBe(false);

    const { port } = new URL(redis.url);
    await redis.stop();
    await eventually(() => !other.isShared());
    expect((await other.charge('e', BUDGET, BUDGET)).isAdmitted).toBe(true);
    expect((await other.charge('e', BUDGET, 1_000)).isAdmitted).toBe(false);
    redis = await startRedis(Number(port));
    await eventually(() => one.isShared() && other.isShared());
    expect((await other.charge('e', BUDGET, BUDGET)).isAdmitted).toBe(true);
  });
});
