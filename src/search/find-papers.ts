import { notAnArxivId } from './to-qdrant-filter.js';
import type { WindowSource } from './rank-window.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import type { PayloadField } from '../papers/payload.js';
import { toPointId } from '../papers/point-id.js';
import type { StoredPaper } from '../store/store.js';

/**
 * Papers by arXiv id in any usual form, in the order asked, null for those the corpus does not hold.
 *
 * @throws BadUserInputError with the path of the first text that is no arXiv id.
 */
export async function findPapers(
  source: Pick<WindowSource, 'retrieve'>,
  asked: readonly { id: string; path: readonly (string | number)[] }[],
  fields: readonly PayloadField[],
): Promise<(StoredPaper | null)[]> {
  const pointIds = asked.map(({ id, path }) => {
    const arxivId = parseArxivId(id);
    if (arxivId === null) throw notAnArxivId(id, path);
    return toPointId(arxivId);
  });
  return source.retrieve(pointIds, fields);
}
