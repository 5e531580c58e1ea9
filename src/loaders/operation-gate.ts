/**
 * Holds the searches of one operation back until its embeddings are there, so that all of them go to the store as one
 * batch. Without it, a search whose text is cached would leave alone, milliseconds before its siblings.
 */
export interface OperationGate {
  /** Counts the embedding as pending until it settles; returns it. */
  readonly track: <T>(embedding: Promise<T>) => Promise<T>;
  /**
   * A DataLoader's `batchScheduleFn`: dispatches once no embedding of the operation is pending, and what was waiting
   * for the last one has had its turn to ask for a search. No timer is involved.
   */
  readonly schedule: (dispatch: () => void) => void;
}

/** A gate for one operation. */
export function createOperationGate(): OperationGate {
  let pending = 0;
  let waiting: (() => void)[] = [];

  function release(): void {
    // Otherwise the embedding that settles last releases.
    if (pending > 0) return;
    const released = waiting;
    waiting = [];
    for (const dispatch of released) dispatch();
  }

  function releaseWhenIdle(): void {
    // From within a promise job, a tick comes after all promise jobs, those they add included: so after every resolver
    // that can go on has gone on. (DataLoader waits the same way by default.)
    void Promise.resolve().then(() => process.nextTick(release));
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
