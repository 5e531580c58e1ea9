import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { counted, skip, type Content } from './content.js';
import { CorruptInputError, inflateRaw } from './inflate.js';
import { StartupError } from '../../errors/errors.js';

/**
 * Names of members that may contain records; Kaggle's download contains only `arxiv-metadata-oai-snapshot.json`.
 */
const RECORDS_NAME = /\.(json|jsonl|ndjson|txt)$/i;
/** Resource forks and hidden files, which some systems add. */
const HIDDEN_NAME = /(^|\/)(\.|__MACOSX\/)/;
const METHODS = { stored: 0, deflated: 8 };
const NEWLINE = Buffer.from('\n');

/**
 * The members of a zip file that may contain records, one after another in the order of its table of contents. A line
 * ends at the end of a member.
 *
 * @throws StartupError if it cannot be opened or contains no such member.
 */
export async function unzip(file: string, name: string, offset: number): Promise<Content> {
  const zip = await openZip(file, name);
  try {
    const entries = await findMembers(zip, name);
    let bytes = () => 0;
    const track = (read: () => number) => {
      const before = bytes();
      bytes = () => before + read();
    };
    return { chunks: skip(readMembers(zip, entries, track), offset), bytesRead: () => bytes() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function openZip(file: string, name: string): Promise<ZipFile> {
  try {
    return await openPromise(file, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw new StartupError(`${name} is a damaged or truncated zip file; download it again`, {
      cause: error,
    });
  }
}

async function findMembers(zip: ZipFile, name: string): Promise<Entry[]> {
  const all = await listEntries(zip, name);
  const entries = all.filter(({ fileName }) => RECORDS_NAME.test(fileName) && !HIDDEN_NAME.test(fileName));
  if (entries.length === 0) {
    const names = all.slice(0, 5).map(({ fileName }) => fileName);
    throw new StartupError(
      `${name} is a zip file without a .json or .jsonl file; it contains ${names.join(', ') || 'nothing'}`,
    );
  }
  for (const entry of entries) requireReadable(entry, name);
  return entries;
}

function requireReadable(entry: Entry, name: string): void {
  if (entry.isEncrypted()) throw new StartupError(`${name}: ${entry.fileName} is encrypted; unpack it first`);
  if (entry.compressionMethod !== METHODS.stored && entry.compressionMethod !== METHODS.deflated) {
    throw new StartupError(
      `${name}: ${entry.fileName} is compressed by method ${entry.compressionMethod}, which cannot be read; unpack it first`,
    );
  }
}

function listEntries(zip: ZipFile, name: string): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', (error: Error) =>
      reject(new StartupError(`${name} is a zip file with a damaged table of contents`, { cause: error })),
    );
    zip.readEntry();
  });
}

async function* readMembers(
  zip: ZipFile,
  entries: readonly Entry[],
  track: (read: () => number) => void,
): AsyncGenerator<Buffer> {
  try {
    for (const entry of entries) {
      const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
      const [bytes, bytesRead] = counted(packed, 0);
      track(bytesRead);
      yield* entry.compressionMethod === METHODS.stored ? bytes : checked(inflateRaw(bytes), entry);
      yield NEWLINE;
    }
  } finally {
    zip.close();
  }
}

/** A member that is shorter than its table of contents says has lost its end. */
async function* checked(chunks: AsyncIterable<Buffer>, entry: Entry): AsyncGenerator<Buffer> {
  const [content, size] = counted(chunks, 0);
  yield* content;
  if (size() === entry.uncompressedSize) return;
  throw new CorruptInputError(`${entry.fileName} has ${size()} bytes, ${entry.uncompressedSize} expected`);
}
