import { stat } from 'node:fs/promises';
import path from 'node:path';

/** In which the engine keeps a table. */
export function toFolder(dataDir: string, table: string): string {
  return path.join(dataDir, `${table}.lance`);
}

/**
 * Tells a table from one of the same name that was made after it was dropped, which versions do not: they count from 1
 * again. Null when there is none.
 */
export async function identifyFolder(dataDir: string, table: string): Promise<string | null> {
  const folder = await stat(toFolder(dataDir, table), { bigint: true }).catch(() => null);
  return folder && `${folder.ino}:${folder.birthtimeNs}`;
}
