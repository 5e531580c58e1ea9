import { toKeywordVector } from './keyword.js';
import { BadUserInputError } from '../../errors/errors.js';
import { BM25_VECTOR } from '../layout.js';
import type { EncodedPoints, EncodePoints, PaperPoint } from '../store.js';

/** Servers accept bodies of up to 32 MB by default. */
const MAX_POINT_BYTES = 24 * 1024 * 1024;
/**
 * Several bodies of this size are sent concurrently, so that a server can parse one while it writes another.
 */
const BODY_BYTES = 4 * 1024 * 1024;
/**
 * Ten decimals distinguish all single-precision numbers that are not tiny, in half of the digits of a double.
 */
const DECIMALS = 1e10;

/**
 * Each part is the body of an upsert. There is no part if there are no points, because the server rejects an empty
 * update.
 */
export const encodePoints: EncodePoints = (points) => {
  const parts: EncodedPoints['parts'] = [];
  let [count, size] = [0, 0];
  let body: string[] = [];
  const closePart = () => {
    // Each body has its own memory, so that it can be transferred to another thread.
    if (body.length > 0) parts.push(new TextEncoder().encode(`{"points":[${body.join(',')}]}`));
    [body, size] = [[], 0];
  };
  for (const point of points) {
    const json = toJson(point);
    const bytes = Buffer.byteLength(json);
    if (bytes > MAX_POINT_BYTES) {
      throw new BadUserInputError(
        `Paper ${point.payload.id} takes ${bytes} bytes, more than a Qdrant server accepts`,
      );
    }
    if (size + bytes > BODY_BYTES) closePart();
    body.push(json);
    size += bytes + 1;
    count++;
  }
  closePart();
  return { count, parts };
};

/** A `PointStruct`. */
function toJson({ id, vector, payload, payloadJson = JSON.stringify(payload) }: PaperPoint): string {
  // The dense vector has no name, as in the collections of the Python course.
  const vectors = { '': Array.from(vector, toShort), [BM25_VECTOR]: toKeywordVector(payload) };
  return `{"id":"${id}","vector":${JSON.stringify(vectors)},"payload":${payloadJson}}`;
}

/** The number with fewer digits, if that is the same number in single precision; else unchanged. */
function toShort(number: number): number {
  const short = Math.round(number * DECIMALS) / DECIMALS;
  return Math.fround(short) === number ? short : number;
}
