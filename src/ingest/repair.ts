import { toContentHash } from './content-hash.js';
import { toKaggleRecord } from './kaggle-record.js';
import { toPayload } from './normalise.js';
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

/** Null for a point that is no arXiv paper. */
function toAdopted({ id, payload: stored }: ForeignPoint): AdoptedPaper | null {
  // Lists where the dump has strings: a collection that was begun in this layout.
  const record = toKaggleRecord({
    ...stored,
    authors: joined(stored['authors'], ', '),
    categories: joined(stored['categories'], ' '),
  });
  if ('reason' in record) return null;
  const payload = toPayload(record);
  return { id, payload: { ...payload, content_hash: toContentHash(JSON.stringify(payload)) } };
}

function joined(value: unknown, separator: string): unknown {
  return Array.isArray(value) ? value.join(separator) : value;
}
