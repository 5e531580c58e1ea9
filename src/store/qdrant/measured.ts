import { toPath } from './collection.js';
import type { ErrorContext } from './errors.js';
import type { QdrantHttp } from './http.js';

/** A collection under measurement, and how it is asked. */
export interface Measured {
  http: QdrantHttp;
  collection: string;
  /** `/collections/<name>` */
  path: string;
  context: ErrorContext;
}

export function toMeasured(http: QdrantHttp, context: ErrorContext): Measured {
  const { collection } = context;
  return { http, collection, path: toPath(collection), context };
}
