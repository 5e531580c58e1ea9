import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from './make-folder.js';

/**
 * Writes a file that holds its former text or the new one, whole, whenever the process or the machine stops. Its folder is
 * made; nothing is left of a file for which there was no room.
 *
 * @param mode of the file; by default what the process gives every file.
 */
export async function writeWhole(file: string, text: string, mode?: number): Promise<void> {
  await makeFolder(path.dirname(file));
  const draft = `${file}.new`;
  try {
    // A draft that was left over would keep its own mode.
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
