import { createDice } from './dice.js';
import type { Findings } from './findings.js';
import type { FuzzedServer } from './fuzzed-server.js';
import type { gather } from './gather.js';
import { hostileRequest, type HostileRequest } from './hostile-requests.js';
import { isOverLimit, isServed, judge } from './judge-answer.js';
import type { Send } from './send.js';

/** A sent request, which its index and scale determine. Times are `Date.now()`. */
export interface Sent {
  index: number;
  scale: number;
  from: number;
  until: number;
}

/** Below this scale, an operation requests almost nothing. */
const LEAST_SCALE = 0.01;
/** Operations with parts that do not match the schema. */
const WRONG_SHARE = 0.15;

export interface OperationSenderOptions {
  server: FuzzedServer;
  send: Send;
  seed: number;
  lanes: number;
  origin: Awaited<ReturnType<typeof gather>>;
  findings: Findings;
}

export type OperationSender = ReturnType<typeof createOperationSender>;

/** Makes hostile operations determined by the seed, sends them on several lanes, and judges the answers. */
export function createOperationSender(options: OperationSenderOptions) {
  const { server, send, seed, lanes, origin, findings } = options;
  const log: Sent[] = [];
  const statuses: Record<number, number> = {};
  let served = 0;

  const write = (index: number, scale: number): HostileRequest => {
    const dice = createDice(seed, index);
    const wrong = dice.chance(WRONG_SHARE) ? 0.05 : 0;
    return hostileRequest(dice, origin.schema, origin.material, { scale, wrong });
  };

  /** Whether a limit rejected it, so a smaller version is worth sending. */
  const sendScaled = async (index: number, scale: number): Promise<boolean> => {
    const request = write(index, scale);
    const sent: Sent = { index, scale, from: Date.now(), until: Infinity };
    log.push(sent);
    try {
      const answer = await send(request);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (isServed(answer)) served++;
      const complaint = judge(answer, server.ownPaths);
      if (complaint !== undefined) findings.add({ complaint, index, request });
      return complaint === undefined && isOverLimit(answer);
    } catch (error) {
      const ended = server.exit();
      findings.add({ complaint: ended ? `the server ended (${ended})` : String(error), index, request });
      return false;
    } finally {
      sent.until = Date.now();
    }
  };

  const isOver = (most: number) => log.length >= most || findings.areMany() || server.exit() !== undefined;

  return {
    log,
    statuses,
    served: () => served,
    /**
     * Sends operations from this index on until the total number of requests is reached; returns the next index. An
     * operation that a limit rejects is sent again with a smaller scale until it is answered, which tests limits from both
     * sides.
     */
    async sendUntil(most: number, first: number): Promise<number> {
      let next = first;
      const lane = async () => {
        while (!isOver(most)) {
          const index = next++;
          let scale = 1;
          while ((await sendScaled(index, scale)) && scale > LEAST_SCALE) scale /= 2;
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      return next;
    },
    sendAgain: ({ index, scale }: Sent) => send(write(index, scale)),
  };
}
