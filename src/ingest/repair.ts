import { toContentHash } from './content-hash.js';
import { fromForeignPayload } from './unrepaired-store.js';
import { completeIndexes } from './collection.js';
import { completeDirectory } from '../directory/complete-directory.js';
import { PublicError, toError } from '../errors/errors.js';
import { isOlderLayout } from '../store/check-collection.js';
import type { CollectionMetadata } from '../store/layout.js';
import type {
  AdoptedPaper,
  Adoption,
  CollectionInfo,
  ForeignPoint,
  OptimizeProgress,
  PaperReader,
  PaperWriter,
  StoreAdmin,
} from '../store/store.js';

const POINTS_AT_ONCE = 400;

export interface RepairCounts {
  /** Papers whose payload was cleaned and completed. */
  completed: number;
  /** Points that are not arXiv papers; they are left alone. */
  left: number;
}

interface ForeignPapers extends RepairCounts {
  papers: AdoptedPaper[];
  next: string | number | null;
}

export interface Repair {
  /** Its calls are retried if waiting may help. */
  store: PaperReader & PaperWriter & StoreAdmin;
  /** The collection before the repair. */
  info: CollectionInfo;
  metadata: CollectionMetadata;
  display: {
    onPapers: (counts: RepairCounts) => void;
    onStep: OptimizeProgress;
    note: (message: string) => void;
  };
  /** Aborted to stop it; work in flight is finished. */
  signal: AbortSignal;
}

/**
 * Adds what an existing collection lacks, in place. For a collection of another program, see `adoptPapers`.
 *
 * @returns what stopped it: the signal's reason, or a failure of the store; null if everything is done.
 */
export async function repairCollection({
  store,
  info,
  metadata,
  display,
  signal,
}: Repair): Promise<Error | null> {
  const { onStep } = display;
  try {
    if (store.adoption) await completePapers(store, store.adoption, display, signal);
    if (isOlderLayout(info.metadata)) await store.renew({ onProgress: onStep, signal });
    // After the payloads, so that each payload is indexed once.
    await completeIndexes(store, onStep, signal);
    // The metadata comes last, because it marks the collection as complete.
    await store.adoption?.setMetadata(metadata);
    await completeDirectory(store, { isChanged: true, onProgress: onStep, signal });
    return null;
  } catch (error) {
    if (signal.aborted || error instanceof PublicError) return toError(error);
    throw error;
  }
}

async function completePapers(
  store: StoreAdmin & Pick<PaperWriter, 'directory'>,
  adoption: Adoption,
  { onPapers, note }: Repair['display'],
  signal: AbortSignal,
): Promise<void> {
  await adoption.addKeywordVector();
  const { points } = await adoption.list(null, 1);
  if (points.length === 0) return;
  // Every paper is rewritten, for which the server would otherwise rebuild its vector index repeatedly.
  await store.setVectorIndexing('off');
  await store.directory.setCurrent?.(false);
  const { completed, left } = await adoptPapers(adoption, onPapers, signal);
  if (left > 0) note(`${left} points are not arXiv papers, and were left unchanged.`);
  note(`${completed} papers completed.`);
  signal.throwIfAborted();
}

/**
 * Completes the payloads of papers that another program stored, page by page. Finished papers have a content hash and
 * are not listed again, so a repeated call continues where the last one stopped.
 *
 * @param signal stops it after the current page.
 */
export async function adoptPapers(
  adoption: Adoption,
  onProgress: (counts: RepairCounts) => void,
  signal?: AbortSignal,
): Promise<RepairCounts> {
  const counts: RepairCounts = { completed: 0, left: 0 };
  let page: ForeignPapers | null = await readForeign(adoption, null);
  while (page && !signal?.aborted) {
    // The next page is read and cleaned while the server writes this one.
    const ahead: Promise<ForeignPapers> | null = page.next === null ? null : readForeign(adoption, page.next);
    await Promise.all([ahead, adoption.adopt(page.papers)]);
    counts.completed += page.completed;
    counts.left += page.left;
    onProgress(counts);
    page = await ahead;
  }
  return counts;
}

async function readForeign(adoption: Adoption, from: string | number | null): Promise<ForeignPapers> {
  const { points, next } = await adoption.list(from, POINTS_AT_ONCE);
  const papers = points.map(toAdopted).filter((paper) => paper !== null);
  return { papers, next, completed: papers.length, left: points.length - papers.length };
}

/** Null for a point that is not an arXiv paper. */
function toAdopted({ id, payload: stored }: ForeignPoint): AdoptedPaper | null {
  const payload = fromForeignPayload(stored);
  return payload && { id, payload: { ...payload, content_hash: toContentHash(JSON.stringify(payload)) } };
}
