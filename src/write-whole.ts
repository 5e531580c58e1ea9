import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from './make-folder.js';

/**
 * Writes a file so that it contains either the old or the new text, complete, whenever the process or the machine
 * stops. Creates its folder. If the disk is full, no partial file is left.
 *
 * @param mode of the file; by default the same as for other files of the process.
 */
export async function writeWhole(file: string, text: string, mode?: number): Promise<void> {
  await makeFolder(path.dirname(file));
  const draft = `${file}.new`;
  try {
    // A draft left by an earlier process would keep its own mode.
    if (mode !== undefined) await rm(draft, { force: true });
    const handle = await open(draft, 'w', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}
