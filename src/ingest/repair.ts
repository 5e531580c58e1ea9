import { toContentHash } from './content-hash.js';
import { fromForeignPayload } from './foreign-payload.js';
import { withRetries, type RetryOptions } from './retry.js';
import type { AdoptedPaper, Adoption, ForeignPoint } from '../store/store.js';

const PAGE = 200;

export interface RepairCounts {
  /** Papers whose payload was cleaned and completed. */
  completed: number;
  /** Points that are no arXiv papers; they are left alone. */
  left: number;
}

/**
 * Completes the payloads of papers that others stored, page by page. What is done carries a content hash and is not seen
 * again, so it goes on where it was stopped.
 */
export async function adoptPapers(
  adoption: Adoption,
  onProgress: (counts: RepairCounts) => void,
): Promise<RepairCounts> {
  const counts: RepairCounts = { completed: 0, left: 0 };
  let from: string | number | null = null;
  do {
    const page = await adoption.list(from, PAGE);
    const papers = page.points.map(toAdopted).filter((paper) => paper !== null);
    await adoption.adopt(papers);
    counts.completed += papers.length;
    counts.left += page.points.length - papers.length;
    onProgress(counts);
    from = page.next;
  } while (from !== null);
  return counts;
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
