import { createNameTally } from './name-tally.js';
import type { PayloadField } from '../papers/payload.js';
import type { DirectoryEntry, DirectoryInfo, TitleEntry } from '../store/directory.js';
import type { OptimizeProgress, PaperReader, PaperWriter, StoredPaper } from '../store/store.js';

const FIELDS = ['id', 'title', 'author_names', 'submitted_at', 'year'] as const satisfies PayloadField[];

export interface CompleteOptions {
  /** Whether papers were written since the directory was made: then it is always rebuilt. */
  isChanged: boolean;
  onProgress?: OptimizeProgress;
  signal?: AbortSignal;
}

/**
 * Makes the directory of authors and titles from what is stored, unless there is one of these very papers.
 *
 * @throws the signal's reason when it is aborted; the earlier directory stays.
 */
export async function completeDirectory(
  store: PaperReader & Pick<PaperWriter, 'directory'>,
  { isChanged, onProgress, signal }: CompleteOptions,
): Promise<void> {
  const total = await store.count(undefined, { signal });
  if (!isChanged && (await store.directory.describe({ signal }))?.points === total) return;
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
    for await (const papers of store.scan(FIELDS, { signal })) {
      for (const { payload } of papers) await tally.add(payload.author_names ?? [], payload.year ?? null);
      const titles = papers.flatMap(toTitle);
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

/** Nothing for a point that is no paper. */
function toTitle({ payload }: StoredPaper): TitleEntry[] {
  const { id, title, submitted_at: submitted } = payload;
  if (id === undefined || title === undefined) return [];
  return [
    {
      kind: 'title',
      text: title,
      paperId: id,
      submitted: submitted?.slice(0, 'YYYY-MM-DD'.length) ?? null,
    },
  ];
}
