import type { Finding } from './findings.js';
import type { SecondClient, Wait } from './second-client.js';
import type { OperationSender, Sent } from './send-operations.js';

/** The maximum time that the second client may wait for `{ corpus { count } }`. */
const MOST_WAIT_MS = 1_000;
/** Stalls to investigate, and suspects for each; every suspect causes another stall. */
const MOST_STALLS = 5;
const MOST_SUSPECTS = 10;

/** How much of a wait the server itself caused. */
export function toMs({ from, until, starvedMs }: Wait): number {
  return Math.round(until - from - starvedMs);
}

/** Answers that the second client got late or not at all. */
function isStall(wait: Wait): boolean {
  return toMs(wait) > MOST_WAIT_MS || !wait.outcome.includes('"count":');
}

/**
 * Returns the stalls that recur. A busy machine sometimes stalls everything, so the requests that were in flight are sent
 * again, first each alone and then all together.
 */
export async function confirmStalls(
  waits: readonly Wait[],
  { log, sendAgain }: OperationSender,
  secondClient: SecondClient,
): Promise<Finding[]> {
  const repeat = async (requests: readonly Sent[]): Promise<Wait | undefined> => {
    await Promise.allSettled(requests.map(sendAgain));
    return (await secondClient.takeWaits()).find(isStall);
  };
  const explain = async (stall: Wait): Promise<Finding[]> => {
    const suspects = log.filter(({ from, until }) => from < stall.until && until > stall.from);
    for (const suspect of suspects.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, MOST_SUSPECTS)) {
      const again = await repeat([suspect]);
      if (again) return [{ complaint: describeStall(again), index: suspect.index }];
    }
    const together = await repeat(suspects);
    const indexes = suspects.map(({ index }) => index).join(', ');
    return together ? [{ complaint: `${describeStall(together)}, by operations ${indexes} together` }] : [];
  };

  const findings: Finding[] = [];
  for (const stall of waits.filter(isStall).slice(0, MOST_STALLS)) findings.push(...(await explain(stall)));
  return findings;
}

function lengthOf({ from, until }: Sent): number {
  return until - from;
}

function describeStall(stall: Wait): string {
  return `a second client waited ${toMs(stall)} ms for its answer: ${stall.outcome.slice(0, 200)}`;
}
