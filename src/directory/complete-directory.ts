import { createNameTally } from './name-tally.js';
import { DIRECTORY_FIELDS, reviseDirectory, toTitle, type ChangedPapers } from './revise-directory.js';
import type { DirectoryEntry, DirectoryInfo } from '../store/directory.js';
import type { OptimizeProgress, PaperReader, PaperWriter } from '../store/store.js';

export interface CompleteOptions {
  /** Whether papers were written since the directory was made. */
  isChanged: boolean;
  /** All papers that were written since; absent when they are too many or not known: then the directory is made as a whole. */
  changed?: ChangedPapers | null | undefined;
  onProgress?: OptimizeProgress;
  signal?: AbortSignal;
}

/**
 * Makes the directory of authors and titles from what is stored, unless there is one of these very papers; or changes it
 * by the papers that changed, which gives the same.
 *
 * @throws the signal's reason when it is aborted; the earlier directory stays.
 */
export async function completeDirectory(
  store: PaperReader & Pick<PaperWriter, 'directory'>,
  { isChanged, changed, onProgress, signal }: CompleteOptions,
): Promise<void> {
  const total = await store.count(undefined, { signal });
  if (!isChanged && (await store.directory.describe({ signal }))?.points === total) return;
  if (changed && (await reviseDirectory(store, changed, total, signal))) return;
  let info: DirectoryInfo = { points: 0, authors: 0, titles: 0 };
  const entries = () => {
    const counted = (info = { points: 0, authors: 0, titles: 0 });
    return collectEntries(store, counted, signal, () => {
      signal?.throwIfAborted();
      onProgress?.({ name: 'authors and titles', done: counted.points, total });
    });
  };
  await store.directory.replace(entries, () => info, { signal });
}

/** Titles as the papers pass by, then the names, once each. */
async function* collectEntries(
  store: PaperReader,
  info: DirectoryInfo,
  signal: AbortSignal | undefined,
  onBatch: () => void,
): AsyncGenerator<DirectoryEntry[]> {
  const tally = createNameTally();
  try {
    for await (const papers of store.scan(DIRECTORY_FIELDS, { signal })) {
      for (const { payload } of papers) await tally.add(payload.author_names ?? [], payload.year ?? null);
      const titles = papers.flatMap(({ payload }) => toTitle(payload));
      info.points += papers.length;
      info.titles += titles.length;
      onBatch();
      yield titles;
    }
    for await (const names of tally.entries()) {
      info.authors += names.length;
      onBatch();
      yield names;
    }
  } finally {
    await tally.close();
  }
}
