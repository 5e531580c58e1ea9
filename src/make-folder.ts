import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those above it; one that is there is left alone. Node's own `recursive` tries again for ever where a
 * file system makes no folders though their parent is there, as `/proc`.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const absolute = path.resolve(folder);
  const parent = path.dirname(absolute);
  if (parent !== absolute) await makeFolder(parent);
  await mkdir(absolute).catch(async (error: unknown) => {
    // Another process may have come first.
    if (!(await isFolder(absolute))) throw error;
  });
}

function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
