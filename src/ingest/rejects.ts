import { isUtf8 } from 'node:buffer';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.js';

/** Why a line of the input cannot be stored. */
export type RejectReason =
  /** Not JSON, or cut off. */
  | 'invalid_json'
  /** JSON, but not an object. */
  | 'not_a_record'
  | 'no_id'
  /** An id that is not an arXiv identifier. */
  | 'invalid_id'
  | 'no_title'
  | 'no_abstract'
  | 'line_too_long'
  | 'invalid_utf8'
  /** The compressed file is damaged or truncated here; nothing after this point can be read. */
  | 'corrupt_input'
  | 'wrong_dimension'
  | 'non_finite_embedding'
  | 'zero_embedding'
  | 'embedding_refused'
  | 'store_refused';

/** A line that cannot be stored. */
export interface RejectedLine {
  source: string;
  line: number;
  offset: number;
  reason: RejectReason;
  detail: string;
  raw: Uint8Array;
}

/** Lines that could not be stored, as JSON Lines: `file, line, byte_offset, reason, detail, text`. */
export interface RejectsFile {
  /** Length of its content. */
  readonly bytes: number;
  /**
   * Truncates the file to its length at the checkpoint. From the beginning, that removes the file of an earlier load.
   */
  begin(): Promise<void>;
  append(lines: readonly RejectedLine[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * The rejects file from this size on. What a killed process wrote after its checkpoint will be written again. Nothing
 * changes before `begin`; a load that rejects nothing leaves no file.
 */
export function createRejects(file: string, bytes: number): RejectsFile {
  let handle: FileHandle | null = null;
  let end = bytes;
  const openFile = async (flags: 'w' | 'r+') => {
    await makeFolder(path.dirname(file));
    handle = await open(file, flags);
    return handle;
  };
  return {
    get bytes() {
      return end;
    },
    async begin() {
      const size = (await stat(file).catch(() => null))?.size ?? 0;
      end = Math.min(bytes, size);
      if (end === 0) await rm(file, { force: true });
      else await (await openFile('r+')).truncate(end);
    },
    async append(lines) {
      if (lines.length === 0) return;
      const text = Buffer.from(lines.map((line) => `${JSON.stringify(toReject(line))}\n`).join(''));
      const out = handle ?? (await openFile('w'));
      // Writes at an explicit position, so that a retry overwrites an incomplete write.
      let done = 0;
      while (done < text.length) {
        done += (await out.write(text, done, text.length - done, end + done)).bytesWritten;
      }
      end += text.length;
    },
    async close() {
      await handle?.close();
      handle = null;
    },
  };
}

function toReject({ source, line, offset, reason, detail, raw }: RejectedLine): Record<string, unknown> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const text = isUtf8(bytes) ? { text: bytes.toString() } : { text_base64: bytes.toString('base64') };
  return { file: source, line, byte_offset: offset, reason, detail, ...text };
}
