import { createNameTally } from './name-tally.js';
import { DIRECTORY_FIELDS, planRevision, toTitle, type ChangedPapers } from './revise-directory.js';
import type { DirectoryEntry, DirectoryInfo } from '../store/directory.js';
import type { OptimizeProgress, PaperReader, PaperWriter } from '../store/store.js';

export interface CompleteOptions {
  /** Whether papers were written since the directory was made. */
  isChanged: boolean;
  /** All papers that were written since; absent when they are too many or not known: then the directory is made as a whole. */
  changed?: ChangedPapers | null | undefined;
  onProgress?: OptimizeProgress;
  signal?: AbortSignal;
  /** Builds the indexes of the papers, before the directory is complete. */
  indexPapers?: () => Promise<unknown>;
}

/**
 * Makes the directory of authors and titles from what is stored, unless there is one of these very papers; or changes it
 * by the papers that changed, which gives the same. Changes are written while the papers are indexed, since neither keeps all
 * cores busy. The whole is made after that: it reads all papers, and each of the two takes memory that grows with them.
 *
 * @throws the signal's reason when it is aborted; the earlier directory stays.
 */
export async function completeDirectory(
  store: PaperReader & Pick<PaperWriter, 'directory'>,
  { isChanged, changed, onProgress, signal, indexPapers }: CompleteOptions,
): Promise<void> {
  const total = await store.count(undefined, { signal });
  const isComplete = !isChanged && (await store.directory.describe({ signal }))?.points === total;
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

/** When one fails, the other has ended too before it throws. */
async function bothDone<A, B>(a: Promise<A> | undefined, b: Promise<B> | undefined) {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
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
