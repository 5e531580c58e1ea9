import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCodeOf } from './system-error.js';

/**
 * Makes a folder and those above it; one that is there is left alone. Node's own `recursive` tries again for ever where a
 * file system makes no folders though their parent is there, as `/proc`.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const absolute = path.resolve(folder);
  const parent = path.dirname(absolute);
  await makeOne(absolute).catch(async (error: unknown) => {
    // A parent is missing, or the file system makes no folders.
    if (systemCodeOf(error) !== 'ENOENT' || parent === absolute) throw error;
    await makeFolder(parent);
    await makeOne(absolute);
  });
}

async function makeOne(folder: string): Promise<void> {
  await mkdir(folder).catch(async (error: unknown) => {
    // Another process may have come first.
    if (!(await isFolder(folder))) throw error;
  });
}

function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
