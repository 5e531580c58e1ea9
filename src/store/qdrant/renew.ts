import { toKeywordVector } from './keyword.js';
import { inParts } from '../../in-parts.js';
import { BM25_VECTOR, LAYOUT_VERSION } from '../layout.js';
import type { OptimizeOptions, StoredPaper } from '../store.js';

/** Papers per request. */
const PAPERS_A_REQUEST = 100;

/** The fields that `toBm25Text` reads. */
export const RENEWED_FIELDS = ['title', 'abstract', 'authors'] as const;

/** The requests that renewing sends. */
interface RenewalParts {
  /** All papers, with `RENEWED_FIELDS`. */
  papers: AsyncIterable<StoredPaper[]>;
  total: number;
  putVectors: (points: { id: string; vector: object }[]) => Promise<unknown>;
  setMetadata: (metadata: { layout_version: number }) => Promise<unknown>;
}

/**
 * Rewrites the keyword vectors of all papers, then records the layout. If stopped and repeated, it starts from the
 * beginning.
 */
export async function renewKeywordVectors(
  { papers, total, putVectors, setMetadata }: RenewalParts,
  { onProgress }: OptimizeOptions,
): Promise<void> {
  let done = 0;
  for await (const page of papers) {
    for (const part of inParts(page, PAPERS_A_REQUEST)) {
      await putVectors(
        part.map(({ id, payload }) => ({ id, vector: { [BM25_VECTOR]: toKeywordVector(payload) } })),
      );
    }
    done += page.length;
    onProgress?.({ name: 'rewriting keyword vectors', done, total });
  }
  await setMetadata({ layout_version: LAYOUT_VERSION });
}
