/** What every call may be told. */
export interface CallOptions {
  /**
   * Aborted when nobody waits for the answer any longer: the call rejects with the signal's reason and nothing more is
   * asked for it. What is under way is stopped as far as the engine can be told to.
   */
  signal?: AbortSignal | undefined;
  /** When the caller's time is up, by `performance.now()`: no wait that would outlast it is begun. */
  endsAt?: number | undefined;
}

interface UnderWay<Result> {
  promise: Promise<Result>;
  controller: AbortController;
  waiting: number;
}

/**
 * One call for everybody who asks for the same while it is under way. It is aborted when the last who waits for it has
 * left.
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

  /** After a write: who asks from now on is not answered by what began before it. */
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

/** The promise's outcome, or the signal's reason as soon as it is aborted. */
export function unlessAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    // A reason is whatever the signal's owner gave.
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
