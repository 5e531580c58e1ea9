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
export function createLineSplitter(
  start: { offset: number; line: number },
  maxBytes = MAX_LINE_BYTES,
): LineSplitter {
  let { offset, line } = start;
  /** Pieces of the unfinished line, up to the limit, and its length so far. */
  let pieces: Buffer[] = [];
  let length = 0;

  const hold = (piece: Buffer) => {
    length += piece.length;
    if (length <= maxBytes) pieces.push(piece);
    // Copied, so that the rest of the chunk can be freed.
    else if (pieces.length > 0) pieces = [Buffer.from(Buffer.concat(pieces).subarray(0, KEPT_BYTES))];
  };
  const take = (piece: Buffer, endLength: number): Line => {
    hold(piece);
    const isTooLong = length > maxBytes;
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

/** The text without the byte order mark that some programs write at the beginning of a file. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/**
 * The lines of a UTF-8 text, without their ends and without a byte order mark. Only LF and CR LF end a line:
 * `node:readline` of later versions of Node also ends it at U+2028 and U+2029, which texts in JSON may contain.
 *
 * @param chunks a stream without an encoding.
 * @throws Error with the number of a line that is too long, as soon as it is.
 */
export async function* readTextLines(
  chunks: AsyncIterable<unknown>,
  maxBytes = MAX_LINE_BYTES,
): AsyncGenerator<string> {
  const splitter = createLineSplitter({ offset: 0, line: 0 }, maxBytes);
  let bytesSeen = 0;
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    bytesSeen += chunk.length;
    yield* toTexts(splitter.push(chunk), maxBytes);
    const { offset, line } = splitter.position();
    if (bytesSeen - offset > maxBytes) throw tooLong(line + 1, maxBytes);
  }
  yield* toTexts(splitter.end(), maxBytes);
}

function* toTexts(lines: readonly Line[], maxBytes: number): Generator<string> {
  for (const { number, bytes, isTooLong } of lines) {
    if (isTooLong) throw tooLong(number, maxBytes);
    yield number === 1 ? withoutMark(bytes.toString()) : bytes.toString();
  }
}

function tooLong(line: number, maxBytes: number): Error {
  return new Error(`line ${line} has more than ${maxBytes} bytes`);
}
