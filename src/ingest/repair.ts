import { toContentHash } from './content-hash.js';
import { fromForeignPayload } from './foreign-payload.js';
import { withRetries, type RetryOptions } from './retry.js';
import type { AdoptedPaper, Adoption, ForeignPoint } from '../store/store.js';

const PAGE = 400;

export interface RepairCounts {
  /** Papers whose payload was cleaned and completed. */
  completed: number;
  /** Points that are no arXiv papers; they are left alone. */
  left: number;
}

interface Page extends RepairCounts {
  papers: AdoptedPaper[];
  next: string | number | null;
}

/**
 * Completes the payloads of papers that others stored, page by page. What is done carries a content hash and is not seen
 * again, so it goes on where it was stopped.
 *
 * @param signal stops it after the page under way.
 */
export async function adoptPapers(
  adoption: Adoption,
  onProgress: (counts: RepairCounts) => void,
  signal?: AbortSignal,
): Promise<RepairCounts> {
  const counts: RepairCounts = { completed: 0, left: 0 };
  let page: Page | null = await readPage(adoption, null);
  while (page && !signal?.aborted) {
    // The next page is read and cleaned while the server writes this one.
    const ahead: Promise<Page> | null = page.next === null ? null : readPage(adoption, page.next);
    await Promise.all([ahead, adoption.adopt(page.papers)]);
    counts.completed += page.completed;
    counts.left += page.left;
    onProgress(counts);
    page = await ahead;
  }
  return counts;
}

async function readPage(adoption: Adoption, from: string | number | null): Promise<Page> {
  const { points, next } = await adoption.list(from, PAGE);
  const papers = points.map(toAdopted).filter((paper) => paper !== null);
  return { papers, next, completed: papers.length, left: points.length - papers.length };
}

/** The same steps, each tried again when it fails for a reason that may pass. */
export function withRetriesOf(adoption: Adoption, retries: RetryOptions): Adoption {
  return {
    addKeywordVector: () => withRetries(() => adoption.addKeywordVector(), retries),
    list: (from, limit) => withRetries(() => adoption.list(from, limit), retries),
    adopt: (papers) => withRetries(() => adoption.adopt(papers), retries),
    setMetadata: (metadata) => withRetries(() => adoption.setMetadata(metadata), retries),
  };
}

/** Null for a point that is no arXiv paper. */
function toAdopted({ id, payload: stored }: ForeignPoint): AdoptedPaper | null {
  const payload = fromForeignPayload(stored);
  return payload && { id, payload: { ...payload, content_hash: toContentHash(JSON.stringify(payload)) } };
}
