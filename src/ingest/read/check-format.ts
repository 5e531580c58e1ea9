import type { RecordItem, RejectedItem } from './parse-line.js';
import { StartupError } from '../../errors/errors.js';
import { MAX_LINE_BYTES } from '../../text-lines.js';

/** A record must be among the first non-empty lines, or within this many bytes. */
const LINES_LOOKED_AT = 20;
const BYTES_LOOKED_AT = 1024 * 1024;
const NO_PAPERS =
  'JSON, but not of papers: no line has an id and a title, an abstract, authors or categories';
const EXPECTED = "expected arXiv's metadata as in Kaggle's dump, one JSON object per line";

/** Files of other kinds, by their beginnings. */
const OTHER_KINDS: readonly [RegExp, string][] = [
  [/^%PDF/, 'a PDF'],
  [/^\xff\xfe|^\xfe\xff/, 'UTF-16; convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8'],
  [/^PAR1/, 'a Parquet file'],
  [/^BZh/, 'a bzip2 file; unpack it first'],
  [/^\x28\xb5\x2f\xfd/, 'a Zstandard file; unpack it first'],
  [/^\xfd7zXZ/, 'an xz file; unpack it first'],
  [/^7z\xbc\xaf|^Rar!|^!<arch>|^07070[17]/, 'an archive; unpack it first'],
  [/^\x89HDF|^SQLite format|^\x93NUMPY/, 'a binary file'],
  [/^\s*<(!doctype|html|\?xml)/i, 'a page of HTML or XML; perhaps it was saved instead of the file'],
  [/^\s*\[/, 'one JSON list; turn it into lines, for example with jq -c ".[]"'],
  [/^\s*\{\s*$/m, 'JSON documents over several lines; put each on one line, for example with jq -c .'],
  [/^\s*\{/, NO_PAPERS],
  // eslint-disable-next-line no-control-regex -- what no text holds
  [/[\0-\x08\x0e-\x1a]/, 'a binary file'],
  [/^[^\n]*[,;\t][^\n]*\n/, 'a table of values separated by commas or tabs'],
];

/** Whether the beginning of a file shows that it is a dump; undefined if more of it is needed. */
export function isDump(
  items: readonly (RecordItem | RejectedItem)[],
  bytesSeen: number,
): boolean | undefined {
  const looked = items.slice(0, LINES_LOOKED_AT);
  if (looked.some((item) => item.kind === 'record' || item.resemblesRecord)) return true;
  const isEnough = items.length >= LINES_LOOKED_AT || bytesSeen >= BYTES_LOOKED_AT;
  return isEnough ? false : undefined;
}

/** Position and length of the checksum in a tar header. */
const TAR = { checksumAt: 148, checksumLength: 8, headerLength: 512 };

/** Whether the content begins with a tar header of any dialect: its checksum is the sum of its bytes. */
export function isTar(start: Buffer): boolean {
  if (start.length < TAR.headerLength) return false;
  const header = Buffer.from(start.subarray(0, TAR.headerLength));
  const field = header.subarray(TAR.checksumAt, TAR.checksumAt + TAR.checksumLength);
  const checksum = /^[ 0]*([0-7]{1,7})[\0 ]*$/.exec(field.toString('latin1'))?.[1];
  field.fill(' ');
  return (
    checksum !== undefined && header.reduce((sum, byte) => sum + byte, 0) === Number.parseInt(checksum, 8)
  );
}

export function tarArchive(name: string): StartupError {
  return new StartupError(
    `${name} is a tar archive, which cannot be read. Unpack it (tar -xf ${name}) and load the files in it.`,
  );
}

/**
 * @param syntaxError what is wrong with the first line that is not JSON, if there is one.
 * @param longLine the number of a line that is too long, if there is one.
 */
export function notThisFormat(
  name: string,
  start: Buffer,
  syntaxError?: string,
  longLine?: number,
): StartupError {
  if (start.length === 0) return new StartupError(`${name} is empty; ${EXPECTED}`);
  const text = start.toString('latin1');
  const found = OTHER_KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'something else';
  const kind =
    found === NO_PAPERS && syntaxError !== undefined ? `JSON that is not valid (${syntaxError})` : found;
  const length = longLine === undefined ? '' : `, and line ${longLine} has more than ${MAX_LINE_BYTES} bytes`;
  return new StartupError(
    `${name} is not an arXiv dump; it looks like ${kind}${length}. ${capitalised(EXPECTED)}.`,
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
