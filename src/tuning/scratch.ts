import { StartupError, toError } from '../errors/errors.js';
import type { BuildOptions, ScratchCopy, TuningStore } from '../store/tuning.js';

/** Where indexes are changed: a copy that is made on first use, or the collection itself. */
export interface Scratch {
  open(): Promise<TuningStore>;
  /**
   * Deletes the copy, or restores the settings; this cannot be interrupted.
   *
   * @throws StartupError that says what is left and what to do.
   */
  close(): Promise<void>;
}

export function createScratch(
  store: TuningStore,
  inPlace: boolean,
  options: BuildOptions,
  note: (line: string) => void,
): Scratch {
  return inPlace ? onCollection(store, options, note) : onCopy(store, options);
}

function onCopy(store: TuningStore, options: BuildOptions): Scratch {
  let made: Promise<ScratchCopy> | null = null;
  return {
    open: () => (made ??= store.copy(options)),
    async close() {
      // If the copy could not be made, nothing is left to delete.
      const copy = await made?.catch(() => null);
      if (!copy) return;
      await copy.drop().catch((error: unknown) => {
        throw new StartupError(
          `The scratch copy "${copy.collection}" could not be deleted (${toError(error).message}); delete it with paperql tune clean`,
          { cause: error },
        );
      });
    },
  };
}

function onCollection(store: TuningStore, options: BuildOptions, note: (line: string) => void): Scratch {
  let isOpened = false;
  return {
    open() {
      isOpened = true;
      return Promise.resolve(store);
    },
    async close() {
      if (!isOpened) return;
      note('Restoring the settings of the collection.');
      const { signal } = new AbortController();
      await store.restore({ ...options, signal }).catch((error: unknown) => {
        throw new StartupError(
          `The settings of "${store.collection}" could not be restored (${toError(error).message}); the next run will restore them`,
          { cause: error },
        );
      });
    },
  };
}
