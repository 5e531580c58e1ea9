import { isUtf8 } from 'node:buffer';
import { resemblesRecord, toKaggleRecord, type KaggleRecord } from '../kaggle-record.js';
import type { RejectReason } from '../rejects.js';
import { MAX_LINE_BYTES, withoutMark, type Line } from '../../text-lines.js';

export interface RecordItem {
  kind: 'record';
  line: number;
  /** Byte offset in the decompressed content. */
  offset: number;
  /** The line without its end. */
  raw: Buffer;
  record: KaggleRecord;
}

export interface RejectedItem {
  kind: 'rejected';
  line: number;
  offset: number;
  reason: RejectReason;
  detail: string;
  raw: Buffer;
  /** Whether it nevertheless looks like a record of the dump. */
  resemblesRecord: boolean;
}

const BLANK = /^\s*$/;

/** Null for an empty line. */
export function parseLine({ number, offset, bytes, isTooLong }: Line): RecordItem | RejectedItem | null {
  if (bytes.length === 0) return null;
  const place = { line: number, offset, raw: bytes };
  const reject = (reason: RejectReason, detail: string, resembles = false): RejectedItem => ({
    kind: 'rejected',
    ...place,
    reason,
    detail,
    resemblesRecord: resembles,
  });
  if (isTooLong) return reject('line_too_long', `expected a line of at most ${MAX_LINE_BYTES} bytes`);
  if (!isUtf8(bytes)) return reject('invalid_utf8', 'expected UTF-8');
  // Files may have been joined, each with its own byte order mark.
  const text = withoutMark(bytes.toString());
  const parsed = parseJson(text);
  if (parsed instanceof SyntaxError) {
    return BLANK.test(text) ? null : reject('invalid_json', `expected one JSON object: ${parsed.message}`);
  }
  const record = readRecord(parsed);
  if (record === 'too deep')
    return reject('not_a_record', 'expected a record, found values nested too deeply');
  if (!('reason' in record)) return { kind: 'record', ...place, record };
  return reject(record.reason, record.detail, resemblesRecord(parsed));
}

/** JSON can be nested too deeply for recursive functions. */
function readRecord(parsed: unknown): ReturnType<typeof toKaggleRecord> | 'too deep' {
  try {
    return toKaggleRecord(parsed);
  } catch (error) {
    if (error instanceof RangeError) return 'too deep';
    throw error;
  }
}

/** Returns the error, because a thrown one could not be distinguished from another error of the engine. */
function parseJson(text: string): unknown {
  const parsed = tryJson(text);
  if (!(parsed instanceof SyntaxError)) return parsed;
  const repaired = repairJson(text);
  return repaired === text ? parsed : tryJson(repaired);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof SyntaxError ? error : new SyntaxError(String(error));
  }
}

/**
 * Repairs `NaN` and `Infinity`, which Python writes for missing numbers, and a comma after the object, which belongs
 * to a list around it. A text without its closing quote ends the line, so that no quote in it is tried as a beginning.
 */
function repairJson(text: string): string {
  const withoutComma = text.replace(/\}\s*,\s*$/, '}');
  return withoutComma.replace(/"(?:[^"\\]|\\.)*"?|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : 'null',
  );
}
