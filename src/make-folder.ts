import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCodeOf } from './system-error.js';

/**
 * Creates a folder and its parents, unless they exist. Node's own `recursive` retries for ever on a file system that
 * creates no folders although the parent exists, such as `/proc`.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const absolute = path.resolve(folder);
  const parent = path.dirname(absolute);
  await makeOne(absolute).catch(async (error: unknown) => {
    // A parent is missing, or the file system creates no folders.
    if (systemCodeOf(error) !== 'ENOENT' || parent === absolute) throw error;
    await makeFolder(parent);
    await makeOne(absolute);
  });
}

async function makeOne(folder: string): Promise<void> {
  await mkdir(folder).catch(async (error: unknown) => {
    // Another process may have created it first.
    if (!(await isFolder(folder))) throw error;
  });
}

function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
