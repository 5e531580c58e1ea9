import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createLocalBuckets,
  openSharedBuckets,
  WINDOW_MS,
  type Buckets,
} from '../../../src/access/buckets.js';
import { toNetwork } from '../../../src/access/budgets.js';
import { eventually } from '../../support/eventually.js';
import { missingRedis, startRedis, type RedisServer } from '../../support/redis-server.js';

const BUDGET = 6_000;
const MS_PER_UNIT = WINDOW_MS / BUDGET;

describe('a bucket of this process', () => {
  function createBucket() {
    let now = 0;
    const buckets = createLocalBuckets(() => now);
    return {
      charge: (units: number) => buckets.charge('a', BUDGET, units),
      refund: (units: number) => buckets.refund('a', BUDGET, units),
      pass: (ms: number) => (now += ms),
    };
  }

  test('admits a budget at once, and then as it leaks', async () => {
    const { charge, pass } = createBucket();
    expect(await charge(4_000)).toEqual({ isAdmitted: true, left: 2_000, waitMs: 0, resetMs: 40_000 });
    expect(await charge(3_000)).toEqual({ isAdmitted: false, left: 2_000, waitMs: 10_000, resetMs: 40_000 });
    pass(9_999);
    expect((await charge(3_000)).isAdmitted).toBe(false);
    pass(1);
    expect(await charge(3_000)).toMatchObject({ isAdmitted: true, left: 0 });
  });

  test('does not admit two budgets around the end of a minute, as a counter would', async () => {
    const { charge, pass } = createBucket();
    pass(WINDOW_MS - 1);
    expect((await charge(BUDGET)).isAdmitted).toBe(true);
    pass(2);
    expect((await charge(BUDGET)).isAdmitted).toBe(false);
  });

  test('is charged nothing for what it refuses, so waiting helps however often one asks', async () => {
    const { charge, pass } = createBucket();
    await charge(BUDGET);
    for (let attempt = 0; attempt < 10; attempt++) expect((await charge(1_000)).isAdmitted).toBe(false);
    pass(1_000 * MS_PER_UNIT);
    expect((await charge(1_000)).isAdmitted).toBe(true);
  });

  test('has room again for what was given back, and never for more than the budget', async () => {
    const { charge, refund } = createBucket();
    await charge(BUDGET);
    await refund(1_000);
    expect((await charge(1_000)).left).toBe(0);
    await refund(9 * BUDGET);
    expect((await charge(1)).left).toBe(BUDGET - 1);
  });
});

describe.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
  ['', 'unknown'],
  ['192.0.2.7:5678', 'unknown'],
])('%j', (address, network) => {
  test(`is charged to ${network}`, () => {
    expect(toNetwork(address)).toBe(network);
  });
});

(missingRedis === undefined ? describe : describe.skip)(
  `buckets in Redis${missingRedis === undefined ? '' : `: NOT TESTED. ${missingRedis}`}`,
  () => {
    let redis: RedisServer;
    /** As two servers have them. */
    let one: Buckets;
    let other: Buckets;
    const told: string[] = [];
    const tell = (_facts: object, message: string) => void told.push(message);

    beforeAll(async () => {
      redis = await startRedis();
      const log = { info: tell, warn: tell };
      [one, other] = await Promise.all([
        openSharedBuckets(redis.url, log),
        openSharedBuckets(redis.url, log),
      ]);
      await eventually(() => one.isShared() && other.isShared());
    });
    afterAll(async () => {
      one.close();
      other.close();
      await redis.stop();
    });

    test('are charged by all servers together', async () => {
      expect(await one.charge('a', BUDGET, 4_000)).toMatchObject({ isAdmitted: true, left: 2_000 });
      const refused = await other.charge('a', BUDGET, 3_000);
      expect(refused.isAdmitted).toBe(false);
      expect(refused.waitMs).toBeGreaterThan(5_000);
      expect(refused.waitMs).toBeLessThanOrEqual(10_000);
      await other.refund('a', BUDGET, 4_000);
      expect((await one.charge('a', BUDGET, BUDGET)).isAdmitted).toBe(true);
    });

    test('admit what there is room for, and no more, when servers charge at one time', async () => {
      const charges = Array.from({ length: 20 }, (_, at) =>
        (at % 2 ? one : other).charge('b', 10_000, 1_000),
      );
      const admitted = (await Promise.all(charges)).filter(({ isAdmitted }) => isAdmitted);
      // What leaks meanwhile makes room for no more than one further.
      expect([10, 11]).toContain(admitted.length);
    });

    test('leak as time passes', async () => {
      expect((await one.charge('c', 600_000, 600_000)).isAdmitted).toBe(true);
      await eventually(async () => (await other.charge('c', 600_000, 100)).isAdmitted);
    });

    test('go on at each server while Redis is frozen or away, and together once it is back', async () => {
      redis.signal('SIGSTOP');
      expect(await one.charge('d', BUDGET, 4_000)).toMatchObject({ isAdmitted: true, left: 2_000 });
      await eventually(() => !one.isShared());
      expect(told).toContain('Redis is away; budgets are charged by each server');
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
  },
);
