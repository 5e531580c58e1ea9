import ipaddr from 'ipaddr.js';
import cluster from 'node:cluster';
import { createLocalBuckets, openSharedBuckets, WINDOW_MS, type BucketLog, type Buckets } from './buckets.js';
import type { ApiKey } from './keys.js';
import { borrowBuckets } from './lend.js';
import { PublicError, TooExpensiveError } from '../errors/errors.js';

/** Maximum cost of clients, in units per minute; undefined for no maximum. */
export interface BudgetsConfig {
  /** Applies to each address that sends no key. */
  anonymousBudget: number | undefined;
  /** Applies to each key with the scope `read` that has no budget of its own. */
  keyBudget: number | undefined;
  /** Where several servers store shared buckets. */
  redisUrl: string | undefined;
}

/** The account that pays for the operations of a request. */
export interface Account {
  readonly budget: number;
  /** Units left after the last charge; undefined before the first one. */
  readonly left: number | undefined;
  /** Time until the whole budget is available again, counted from the last charge. */
  readonly resetMs: number;
  /** Time until the last charge would be admitted; undefined unless it was rejected. */
  readonly waitMs: number | undefined;
  /**
   * @throws TooExpensiveError if the charge exceeds the whole budget
   * @throws PublicError RATE_LIMITED, which says when the budget will be sufficient.
   */
  charge(units: number): Promise<void>;
  /** Returns units that were charged and not used. */
  refund(units: number): void;
}

export interface Budgets {
  /** Undefined for a key without a budget. */
  ofKey(key: ApiKey): Account | undefined;
  /** Undefined if addresses have no budget. */
  ofAddress: ((address: string) => Account) | undefined;
  /** Whether all servers currently charge the same buckets. */
  isShared(): boolean;
  close(): void;
}

/** Units charged to an address for each attempt with an invalid key. */
export const FAILED_ATTEMPT_UNITS = 1_000;

/** Buckets of this server: those of this process, or of the primary process that started it. */
function openOwnBuckets(): Buckets {
  return cluster.isWorker ? borrowBuckets() : createLocalBuckets();
}

export async function openBudgets(config: BudgetsConfig, log: BucketLog): Promise<Budgets> {
  const { anonymousBudget, keyBudget, redisUrl } = config;
  const buckets = redisUrl === undefined ? openOwnBuckets() : await openSharedBuckets(redisUrl, log);

  function createAccount(bucket: string, budget: number): Account {
    let left: number | undefined;
    let resetMs = 0;
    let waitMs: number | undefined;
    return {
      budget,
      get left() {
        return left;
      },
      get resetMs() {
        return resetMs;
      },
      get waitMs() {
        return waitMs;
      },
      async charge(units) {
        if (units > budget) throw new TooExpensiveError('may cost', 'units', units, budget);
        const charge = await buckets.charge(bucket, budget, units);
        ({ left, resetMs } = charge);
        const refusal = charge.isAdmitted ? undefined : refuse(units, budget, charge.waitMs);
        waitMs = refusal?.retryAfterMs;
        if (refusal) throw refusal;
      },
      refund(units) {
        if (units <= 0 || left === undefined) return;
        left = Math.min(budget, left + units);
        resetMs = Math.max(0, resetMs - (units * WINDOW_MS) / budget);
        void buckets.refund(bucket, budget, units);
      },
    };
  }

  return {
    ofKey({ scope, budget, sha256 }) {
      const own = budget ?? (scope === 'admin' ? undefined : keyBudget);
      return own === undefined ? undefined : createAccount(`key:${sha256.slice(0, 16)}`, own);
    },
    ofAddress:
      anonymousBudget === undefined
        ? undefined
        : (address) => createAccount(`address:${toNetwork(address)}`, anonymousBudget),
    isShared: () => buckets.isShared(),
    close: () => buckets.close(),
  };
}

function refuse(units: number, budget: number, waitMs: number): PublicError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new PublicError(
    'RATE_LIMITED',
    `The operation may cost ${units} units, more than is left of the budget of ${budget} units per minute; try again in ${seconds} s`,
    { retryAfterMs: seconds * 1_000 },
  );
}

/**
 * Number of hexadecimal groups in an IPv6 address that identify its network; the owner of the network chooses the
 * others.
 */
const NETWORK_GROUPS = 4;

/**
 * The unit that shares a bucket: an IPv4 address, or the /64 network of an IPv6 address, because one client has at
 * least that many addresses. Everything else, such as "unknown" from a proxy, shares one bucket.
 */
export function toNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const groups = parsed.parts.slice(0, NETWORK_GROUPS).map((group) => group.toString(16));
  return `${groups.join(':')}::/64`;
}
