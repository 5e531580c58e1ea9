import { setTimeout } from 'node:timers/promises';

import { toPath } from './collection.js';
import { toPublicError, type ErrorContext } from './errors.js';
import type { QdrantHttp } from './http.js';

/** A collection under measurement, and how it is asked. */
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

/** Between tries. */
const WAITS_MS: readonly number[] = [200, 2_000];

/**
 * Tries again what fails for a moment: a server closes idle connections, at times just when one is taken again, and an hour of
 * measuring is not worth that. For calls that may be made twice.
 *
 * @throws PublicError when it goes on failing, or fails for good.
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
