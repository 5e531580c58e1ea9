/** Options of every call. */
export interface CallOptions {
  /**
   * Aborted when the caller has left. The call then rejects with the reason of the signal and sends no further
   * requests. Requests in flight are stopped if the engine supports it.
   */
  signal?: AbortSignal | undefined;
  /** The end of the caller's time limit, by `performance.now()`: no wait that would last longer is started. */
  endsAt?: number | undefined;
}

interface UnderWay<Result> {
  promise: Promise<Result>;
  controller: AbortController;
  waiting: number;
}

/**
 * Shares one call between all callers that make the same request while it is in flight. The call is aborted when the
 * last of them has left.
 */
export class SharedCall<Result> {
  #underWay: UnderWay<Result> | null = null;

  constructor(private readonly call: (options: CallOptions) => Promise<Result>) {}

  async ask({ signal }: CallOptions = {}): Promise<Result> {
    signal?.throwIfAborted();
    const joined = (this.#underWay ??= this.#start());
    joined.waiting++;
    try {
      return await unlessAborted(joined.promise, signal);
    } finally {
      joined.waiting--;
      if (joined.waiting === 0) {
        this.#end(joined);
        joined.controller.abort();
      }
    }
  }

  /** After a write, later callers do not get the result of a call that began before it. */
  forget(): void {
    this.#underWay = null;
  }

  #start(): UnderWay<Result> {
    const controller = new AbortController();
    return { promise: this.call({ signal: controller.signal }), controller, waiting: 0 };
  }

  #end(call: UnderWay<Result>): void {
    if (this.#underWay === call) this.#underWay = null;
  }
}

/** The outcome of the promise, or the reason of the signal as soon as it is aborted. */
export function unlessAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    // The owner of a signal may give any value as the reason.
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
