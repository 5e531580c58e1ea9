import { setTimeout } from 'node:timers/promises';

import { toPath } from './collection.js';
import { toPublicError, type ErrorContext } from './errors.js';
import type { QdrantHttp } from './http.js';

/** A collection under measurement, and the connection to its server. */
export interface MeasuredCollection {
  http: QdrantHttp;
  collection: string;
  /** `/collections/<name>` */
  path: string;
  context: ErrorContext;
}

export function toMeasuredCollection(http: QdrantHttp, context: ErrorContext): MeasuredCollection {
  const { collection } = context;
  return { http, collection, path: toPath(collection), context };
}

/** Waiting times before each retry. */
const WAITS_MS: readonly number[] = [200, 2_000];

/**
 * Retries a call that fails briefly. A server closes idle connections, sometimes just when one is used again, and
 * that should not cost an hour of measurements. Only for calls that may be repeated.
 *
 * @throws PublicError if the call keeps failing, or cannot succeed.
 */
export async function patiently<Result>(
  context: ErrorContext,
  call: () => Promise<Result>,
  [waitMs, ...later] = WAITS_MS,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const failure = toPublicError(error, context);
    if (failure.lasting || waitMs === undefined) throw failure;
    await setTimeout(waitMs);
    return patiently(context, call, later);
  }
}
