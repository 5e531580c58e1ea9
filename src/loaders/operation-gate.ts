/**
 * How long a search that could go is held back for the embeddings of its siblings. Embeddings that are quick come in
 * time, so that all searches are one batch; a service that is slow costs the others no more than this.
 */
const MAX_WAIT_MS = 50;

/**
 * Holds the searches of one operation back until its embeddings are there, for a short time, so that all of them go to
 * the store as one batch. Without it, a search whose text is cached would leave alone, milliseconds before its siblings.
 */
export interface OperationGate {
  /** Counts the embedding as pending until it settles; returns it. */
  readonly track: <T>(embedding: Promise<T>) => Promise<T>;
  /**
   * A DataLoader's `batchScheduleFn`: dispatches once no embedding of the operation is pending, and what was waiting
   * for the last one has had its turn to ask for a search; or when `maxWaitMs` have passed.
   */
  readonly schedule: (dispatch: () => void) => void;
}

/** A gate for one operation. */
export function createOperationGate(maxWaitMs = MAX_WAIT_MS): OperationGate {
  let pending = 0;
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  function release(): void {
    clearTimeout(timer);
    timer = undefined;
    const released = waiting;
    waiting = [];
    for (const dispatch of released) dispatch();
  }

  function releaseWhenIdle(): void {
    // From within a promise job, a tick comes after all promise jobs, those they add included: so after every resolver
    // that can go on has gone on. (DataLoader waits the same way by default.)
    void Promise.resolve().then(() =>
      process.nextTick(() => {
        if (pending === 0) release();
        // Otherwise the embedding that settles last releases, or the time that is up.
        else if (waiting.length > 0) timer ??= setTimeout(release, maxWaitMs);
      }),
    );
  }

  return {
    track(embedding) {
      pending++;
      const settle = () => {
        pending--;
        if (pending === 0) releaseWhenIdle();
      };
      embedding.then(settle, settle);
      return embedding;
    },
    schedule(dispatch) {
      waiting.push(dispatch);
      releaseWhenIdle();
    },
  };
}
