import { describe, expect, test } from '@jest/globals';
import { createLocalBuckets, WINDOW_MS } from '../../../src/access/buckets.js';
import { toNetwork } from '../../../src/access/budgets.js';

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

  test('admits a whole budget at once, and then as it refills', async () => {
    const { charge, pass } = createBucket();
    expect(await charge(4_000)).toEqual({ isAdmitted: true, left: 2_000, waitMs: 0, resetMs: 40_000 });
    expect(await charge(3_000)).toEqual({ isAdmitted: false, left: 2_000, waitMs: 10_000, resetMs: 40_000 });
    pass(9_999);
    expect((await charge(3_000)).isAdmitted).toBe(false);
    pass(1);
    expect(await charge(3_000)).toMatchObject({ isAdmitted: true, left: 0 });
  });

  test('does not admit two budgets around the end of a minute, unlike a counter', async () => {
    const { charge, pass } = createBucket();
    pass(WINDOW_MS - 1);
    expect((await charge(BUDGET)).isAdmitted).toBe(true);
    pass(2);
    expect((await charge(BUDGET)).isAdmitted).toBe(false);
  });

  test('is not charged for rejected requests, so repeating them does not prolong the wait', async () => {
    const { charge, pass } = createBucket();
    await charge(BUDGET);
    for (let attempt = 0; attempt < 10; attempt++) expect((await charge(1_000)).isAdmitted).toBe(false);
    pass(1_000 * MS_PER_UNIT);
    expect((await charge(1_000)).isAdmitted).toBe(true);
  });

  test('gets refunds back, but never exceeds the budget', async () => {
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
