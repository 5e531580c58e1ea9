import { createNameTally } from './name-tally.js';
import { DIRECTORY_FIELDS, planRevision, toTitle, type ChangedPapers } from './revise-directory.js';
import type { DirectoryEntry, DirectoryInfo } from '../store/directory.js';
import type { OptimizeProgress, PaperReader, PaperWriter } from '../store/store.js';

export interface CompleteOptions {
  /** Whether papers may have been written after the directory was made. */
  isChanged: boolean;
  /**
   * All papers that were written after that; absent if they are too many or unknown, so that the whole directory must
   * be made.
   */
  changed?: ChangedPapers | null | undefined;
  onProgress?: OptimizeProgress;
  signal?: AbortSignal;
  /** Builds the indexes of the papers before the directory is complete. */
  indexPapers?: () => Promise<unknown>;
}

/**
 * Makes the directory of authors and titles from the stored papers, unless it is current. If only some papers
 * changed, it is updated with these, which gives the same result. Updates run while the papers are indexed, because
 * neither keeps all cores busy. The whole directory is made after indexing: it reads all papers, and both take memory
 * in proportion to their number.
 *
 * @throws the reason of the signal when it is aborted; the earlier directory stays.
 */
export async function completeDirectory(
  store: PaperReader & Pick<PaperWriter, 'directory'>,
  { isChanged, changed, onProgress, signal, indexPapers }: CompleteOptions,
): Promise<void> {
  const total = await store.count(undefined, { signal });
  const isComplete = !isChanged && (await store.directory.describe({ signal }))?.points === total;
  if (isComplete) await store.directory.setCurrent?.(true, { signal });
  const revise = changed && !isComplete ? await planRevision(store, changed, total, signal) : null;
  const [isRevised] = await bothDone(revise?.(), indexPapers?.());
  if (isComplete || isRevised) return;
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

/** Waits for both, even if one fails, and then throws. */
async function bothDone<A, B>(a: Promise<A> | undefined, b: Promise<B> | undefined) {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

/** Titles while the papers are read, then all names without duplicates. */
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
