import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

import { type OpenCollection, toFolder } from './collection.js';
import { ID, PAYLOAD } from './columns.js';
import { messageOf } from './engine.js';
import { StartupError } from '../../errors/errors.js';
import { unlessMissing } from '../../system-error.js';

/** Rows that are read at the start, spread evenly: a damaged file shows at the start, if not any single damaged page. */
const SAMPLED_ROWS = 16;
/** The end of a manifest: its place in the file, two numbers of the format, `LANC`. https://lance.org/format/table/ */
const FOOTER_BYTES = 16;
const LENGTH_BYTES = 4;
const MAGIC = 'LANC';
const MANIFEST = /^\d+\.manifest$/;
/** Newer tables name manifests by what is left up to 2^64 - 1, so that the latest comes first. */
const COUNTED_DOWN = /^1844\d{16}\.manifest$/;
const MAX_REASON_CHARACTERS = 300;

/**
 * Makes sure that a collection's files can be read, as far as a look at a few of them tells.
 *
 * @param openLatest gives the collection, null when there is none.
 * @throws StartupError that names the folder, the cause and what to do.
 */
export async function requireReadable(
  dataDir: string,
  name: string,
  openLatest: () => Promise<OpenCollection | null>,
): Promise<void> {
  const folder = toFolder(dataDir, name);
  try {
    await checkManifest(folder);
    const opened = await openLatest();
    if (opened) await readSample(opened);
  } catch (error) {
    throw new StartupError(
      `The collection ${name} cannot be read: ${toReason(error)}. Files in ${folder} are damaged or missing. ` +
        'Restore that folder from a copy, or remove it and load the papers again.',
      { cause: error },
    );
  }
}

async function readSample({ table }: OpenCollection): Promise<void> {
  const count = await table.countRows();
  const step = Math.max(1, Math.floor(count / SAMPLED_ROWS));
  const offsets = Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
  if (offsets.length > 0) await table.takeOffsets(offsets).select([ID, PAYLOAD]).toArrow();
}

/** The engine trusts what a manifest says of itself: a wrong place in it ends in a panic, which writes to standard error. */
async function checkManifest(folder: string): Promise<void> {
  const versions = path.join(folder, '_versions');
  const manifests = (await list(versions)).filter((file) => MANIFEST.test(file));
  const latest = findLatest(manifests);
  if (latest === undefined) {
    // A process that was killed while it made the table leaves no data.
    if ((await list(path.join(folder, 'data'))).length === 0) return;
    throw new Error('there are data files, but no manifest in _versions');
  }
  if (!(await isWhole(path.join(versions, latest)))) {
    throw new Error(`the manifest _versions/${latest} is damaged or truncated`);
  }
}

function findLatest(manifests: readonly string[]): string | undefined {
  const sorted = [...manifests].sort((a, b) => (BigInt(toNumber(a)) < BigInt(toNumber(b)) ? -1 : 1));
  return sorted[0] !== undefined && COUNTED_DOWN.test(sorted[0]) ? sorted[0] : sorted.at(-1);
}

function toNumber(manifest: string): string {
  return manifest.slice(0, manifest.indexOf('.'));
}

/** Whether the file ends as a manifest does, and holds what its end points at. */
async function isWhole(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size < FOOTER_BYTES + LENGTH_BYTES) return false;
    const footer = Buffer.alloc(FOOTER_BYTES);
    await handle.read(footer, 0, FOOTER_BYTES, size - FOOTER_BYTES);
    if (footer.toString('latin1', FOOTER_BYTES - MAGIC.length) !== MAGIC) return false;
    const place = footer.readBigUInt64LE(0);
    if (place > BigInt(size - FOOTER_BYTES - LENGTH_BYTES)) return false;
    const length = Buffer.alloc(LENGTH_BYTES);
    await handle.read(length, 0, LENGTH_BYTES, Number(place));
    return Number(place) + LENGTH_BYTES + length.readUInt32LE(0) <= size - FOOTER_BYTES;
  } finally {
    await handle.close();
  }
}

/** Nothing for a folder that is not there. */
async function list(folder: string): Promise<string[]> {
  return (await unlessMissing(readdir(folder))) ?? [];
}

/** The cause without the places in the engine's source, and without what it says again and again. */
function toReason(thrown: unknown): string {
  const [first = ''] = messageOf(thrown).split(/\s+Caused by: /);
  const text = first
    .replaceAll(/,?\s*\S*\.rs:\d+(:\d+)?/g, '')
    .replaceAll(/lance error: |LanceError\(\w+\): |Failed to get next batch from stream: /g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  if (text === '' || /panic/i.test(text)) return 'the engine cannot make sense of it';
  return text.slice(0, MAX_REASON_CHARACTERS);
}
