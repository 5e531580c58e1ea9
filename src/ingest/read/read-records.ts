import { isDump, isTar, notThisFormat, tarArchive } from './check-format.js';
import type { InputSource } from './find-sources.js';
import { CorruptInputError } from './inflate.js';
import { openContent } from './open-content.js';
import { parseLine, type RecordItem, type RejectedItem } from './parse-line.js';
import { PublicError, StartupError, toError } from '../../errors/errors.js';
import { createLineSplitter, MAX_LINE_BYTES, type Line } from '../../text-lines.js';

/** A position in the decompressed content of a source, between two lines. */
export interface Position {
  offset: number;
  /** Number of lines before it. */
  line: number;
}

/** The records in a part of the content. */
export interface ReadChunk {
  items: (RecordItem | RejectedItem)[];
  /** Where the content continues. */
  end: Position;
  /** Bytes of the file on disk read so far. */
  bytesRead: number;
}

/** Bytes of the beginning that are kept to determine the kind of file. */
const START_BYTES = 2_000;

/**
 * The records of a source from some position on, one chunk of the file at a time. Empty lines are skipped. Lines
 * without a usable record are separate items, and so is the position at which a compressed file is damaged.
 *
 * @throws StartupError before it yields anything if the source is not a dump.
 */
export async function* readRecords(
  source: InputSource,
  start: Position = { offset: 0, line: 0 },
): AsyncGenerator<ReadChunk> {
  const chunks = readChunks(source, start);
  // An earlier run has already recognised it as a dump.
  yield* start.offset > 0 ? chunks : checkStart(source, chunks);
}

interface RawChunk extends ReadChunk {
  /** The content, until the kind of file is known. */
  content: Buffer;
}

async function* checkStart(source: InputSource, chunks: AsyncIterable<RawChunk>): AsyncGenerator<ReadChunk> {
  const held: RawChunk[] = [];
  let beginning = Buffer.alloc(0);
  let bytesSeen = 0;
  let isKnown = false;
  for await (const chunk of chunks) {
    if (isKnown) {
      yield chunk;
      continue;
    }
    held.push(chunk);
    bytesSeen += chunk.content.length;
    beginning = Buffer.concat([beginning, chunk.content]).subarray(0, START_BYTES);
    if (isTar(beginning)) throw tarArchive(source.name);
    // Held only until now: the line may be endless.
    if (bytesSeen - chunk.end.offset > MAX_LINE_BYTES)
      throw notThisFormat(source.name, beginning, findSyntaxError(held), chunk.end.line + 1);
    const verdict = isDump(
      held.flatMap(({ items }) => items),
      chunk.end.offset,
    );
    if (verdict === false) throw notThisFormat(source.name, beginning, findSyntaxError(held));
    if (verdict === undefined) continue;
    isKnown = true;
    yield* held.splice(0);
  }
  if (!isKnown) throw notThisFormat(source.name, beginning, findSyntaxError(held));
}

function findSyntaxError(chunks: readonly RawChunk[]): string | undefined {
  const items = chunks.flatMap((chunk) => chunk.items);
  const broken = items.find((item) => item.kind === 'rejected' && item.reason === 'invalid_json');
  return broken?.kind === 'rejected' ? broken.detail : undefined;
}

async function* readChunks(source: InputSource, start: Position): AsyncGenerator<RawChunk> {
  const { chunks, bytesRead } = await openContent(source, start.offset);
  const splitter = createLineSplitter(start);
  const toChunk = (lines: readonly Line[], content: Buffer): RawChunk => ({
    items: lines.map(parseLine).filter((item) => item !== null),
    end: splitter.position(),
    bytesRead: bytesRead(),
    content,
  });
  try {
    for await (const content of chunks) yield toChunk(splitter.push(content), content);
  } catch (error) {
    if (!(error instanceof CorruptInputError)) throw toReadError(source, error);
    yield toCorruptChunk(toChunk([], Buffer.alloc(0)), splitter.end(), error);
    return;
  }
  yield toChunk(splitter.end(), Buffer.alloc(0));
}

/** The line that the damage cuts off represents it. */
function toCorruptChunk(chunk: RawChunk, rest: readonly Line[], { message }: Error): RawChunk {
  const { offset, line } = chunk.end;
  const raw = rest[0]?.bytes ?? Buffer.alloc(0);
  const item: RejectedItem = {
    kind: 'rejected',
    line: line + 1,
    offset,
    reason: 'corrupt_input',
    detail: message,
    raw,
    resemblesRecord: false,
  };
  return { ...chunk, items: [item], end: { offset: offset + raw.length, line: line + 1 } };
}

function toReadError({ name }: InputSource, thrown: unknown): Error {
  if (thrown instanceof StartupError) return thrown;
  const { message } = toError(thrown);
  return new PublicError('BAD_USER_INPUT', `${name} cannot be read further: ${message}`, {
    cause: thrown,
  });
}
