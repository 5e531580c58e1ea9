/** Maximum length of a line. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** Bytes of a longer line that are kept for the rejects. */
const KEPT_BYTES = 64 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** One line of the content, without its end. */
export interface Line {
  /** Counted from 1. */
  number: number;
  offset: number;
  /**
   * The line, or the beginning of a line that is too long. A view, valid as long as the chunk it came from.
   */
  bytes: Buffer;
  isTooLong: boolean;
}

export interface LineSplitter {
  /** The lines that this chunk ends. */
  push(chunk: Buffer): Line[];
  /** The last line, if it has no end. */
  end(): Line[];
  /** The start of the unfinished line, and the number of lines before it. */
  position(): { offset: number; line: number };
}

/**
 * Splits content into lines, wherever its chunks break. A line that is too long is skipped without being kept in
 * memory.
 */
export function createLineSplitter(start: { offset: number; line: number }): LineSplitter {
  let { offset, line } = start;
  /** Pieces of the unfinished line, up to the limit, and its length so far. */
  let pieces: Buffer[] = [];
  let length = 0;

  const hold = (piece: Buffer) => {
    length += piece.length;
    if (length <= MAX_LINE_BYTES) pieces.push(piece);
    // Copied, so that the rest of the chunk can be freed.
    else if (pieces.length > 0) pieces = [Buffer.from(Buffer.concat(pieces).subarray(0, KEPT_BYTES))];
  };
  const take = (piece: Buffer, endLength: number): Line => {
    hold(piece);
    const isTooLong = length > MAX_LINE_BYTES;
    const whole = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    const bytes = isTooLong ? whole.subarray(0, KEPT_BYTES) : withoutReturn(whole);
    const taken = { number: line + 1, offset, bytes, isTooLong };
    offset += length + endLength;
    line++;
    pieces = [];
    length = 0;
    return taken;
  };

  return {
    push(chunk) {
      const lines: Line[] = [];
      let from = 0;
      for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
        lines.push(take(chunk.subarray(from, at), 1));
        from = at + 1;
      }
      if (from < chunk.length) hold(chunk.subarray(from));
      return lines;
    },
    end: () => (length === 0 ? [] : [take(Buffer.alloc(0), 0)]),
    position: () => ({ offset, line }),
  };
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
}
