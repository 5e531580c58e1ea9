import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.js';

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
      await makeFolder(path.dirname(file));
      await writeFile(file, '');
    },
    clear: () => rm(file, { force: true }),
  };
}
