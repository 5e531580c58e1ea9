/**
 * Sends one request to a target; `turn` counts up and selects one of the target's distinct requests. Rejects if the
 * request fails.
 */
export type Send = (turn: number) => Promise<unknown>;

export interface Figures {
  answers: number;
  answersPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers per second of each round. */
  rounds: number[];
}

export interface Load {
  /** Number of concurrent requests. */
  connections: number;
  rounds: number;
  roundMs: number;
}

/** Duration of a measurement, whatever the number of connections. */
export interface Pace extends Omit<Load, 'connections'> {
  /** Number of distinct queries, sent in turn. */
  queries: number;
}

/**
 * Measures the targets under the same load, in rounds that they take in turns, so that other work on the machine
 * affects all of them equally. Latencies are in milliseconds with fractions, from the request to the last byte of its
 * answer.
 *
 * @returns the figures of each target, in order.
 */
export async function measure(
  targets: readonly Send[],
  { connections, rounds, roundMs }: Load,
): Promise<Figures[]> {
  const recorders = targets.map(createRecorder);
  for (let round = 0; round < rounds; round++) {
    for (const recorder of recorders) await recorder.run(connections, roundMs);
  }
  return recorders.map((recorder) => recorder.figures());
}

/** Sends each of the first `turns` requests once, one after another. */
export async function warmUp(targets: readonly Send[], turns: number): Promise<void> {
  for (const send of targets) {
    for (let turn = 0; turn < turns; turn++) await send(turn);
  }
}

/** Sends each of the first `turns` requests once, one after another: the waits of the first clients. */
export async function measureOnce(send: Send, turns: number): Promise<Figures> {
  const recorder = createRecorder(send);
  for (let turn = 0; turn < turns; turn++) await recorder.runOnce();
  return recorder.figures();
}

/** A closed loop: each connection sends its next request when its previous one is answered. */
function createRecorder(send: Send) {
  const latencies: number[] = [];
  const rounds: number[] = [];
  let turn = 0;
  let spentMs = 0;

  async function sendNext(): Promise<void> {
    const sentAt = performance.now();
    await send(turn++);
    latencies.push(performance.now() - sentAt);
  }

  async function sendUntil(endsAt: number): Promise<void> {
    while (performance.now() < endsAt) await sendNext();
  }

  return {
    async runOnce(): Promise<void> {
      const startedAt = performance.now();
      await sendNext();
      spentMs += performance.now() - startedAt;
    },
    async run(connections: number, roundMs: number): Promise<void> {
      const [before, startedAt] = [latencies.length, performance.now()];
      await Promise.all(Array.from({ length: connections }, () => sendUntil(startedAt + roundMs)));
      const ms = performance.now() - startedAt;
      spentMs += ms;
      rounds.push((1000 * (latencies.length - before)) / ms);
    },
    figures(): Figures {
      const sorted = Float64Array.from(latencies).sort();
      return {
        answers: sorted.length,
        answersPerSecond: (1000 * sorted.length) / spentMs,
        p50Ms: percentile(sorted, 0.5),
        p99Ms: percentile(sorted, 0.99),
        rounds,
      };
    },
  };
}

/** @param sorted in ascending order. NaN if there are no values. */
export function percentile(sorted: Readonly<ArrayLike<number>>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
