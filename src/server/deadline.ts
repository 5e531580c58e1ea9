import { PublicError } from '../errors/errors.js';

/** Bounds what one request waits for. */
export interface Deadline {
  /** The promise's outcome, or TIMEOUT when the request's time is up first; what was asked may still go on. */
  race<T>(promise: Promise<T>): Promise<T>;
}

/** @param timeoutMs from now */
export function createDeadline(timeoutMs: number): Deadline {
  const endsAt = performance.now() + timeoutMs;
  return {
    async race(promise) {
      let timer: NodeJS.Timeout | undefined;
      const timeUp = new Promise<never>((_resolve, reject) => {
        const fail = () => {
          reject(new PublicError('TIMEOUT', `The request was not answered within ${timeoutMs} ms`));
        };
        timer = setTimeout(fail, Math.max(0, endsAt - performance.now()));
      });
      return Promise.race([promise, timeUp]).finally(() => {
        clearTimeout(timer);
      });
    },
  };
}
