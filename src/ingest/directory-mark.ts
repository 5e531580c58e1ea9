import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Remembers, beyond the end of the process, that papers may have been written since the directory of authors and titles was
 * made: a load that is killed leaves it as it was, and the next one may have nothing to write.
 */
export interface DirectoryMark {
  isSet(): Promise<boolean>;
  set(): Promise<void>;
  clear(): Promise<void>;
}

export function createDirectoryMark(file: string): DirectoryMark {
  return {
    isSet: () =>
      stat(file).then(
        () => true,
        () => false,
      ),
    async set() {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, '');
    },
    clear: () => rm(file, { force: true }),
  };
}
