import { notAnArxivId } from './to-qdrant-filter.js';
import type { WindowSource } from './rank-window.js';
import { PublicError } from '../errors/errors.js';
import { parseArxivId } from '../papers/arxiv-id.js';
import type { PayloadField } from '../papers/payload.js';
import { toPointId } from '../papers/point-id.js';
import type { StoredPaper } from '../store/store.js';

type PaperSource = Pick<WindowSource, 'retrieve'>;

/**
 * The paper with an arXiv id in any usual form; null when the corpus does not hold it.
 *
 * @throws BadUserInputError when the text is no arXiv id.
 */
export async function findPaper(
  source: PaperSource,
  id: string,
  fields: readonly PayloadField[],
): Promise<StoredPaper | null> {
  const arxivId = parseArxivId(id);
  if (arxivId === null) throw notAnArxivId(id, ['id']);
  const [paper] = await source.retrieve([toPointId(arxivId)], fields);
  return paper ?? null;
}

/**
 * Papers by arXiv id in any usual form, in the order asked. A text that is no id and a paper that the corpus does not hold
 * are errors in their own places and leave the others alone.
 */
export async function findPapers(
  source: PaperSource,
  ids: readonly string[],
  fields: readonly PayloadField[],
): Promise<(StoredPaper | Error)[]> {
  const arxivIds = ids.map(parseArxivId);
  const asked = [...new Set(arxivIds.filter((id) => id !== null))];
  const found = asked.length === 0 ? [] : await source.retrieve(asked.map(toPointId), fields);
  const papers = new Map(asked.map((id, at) => [id, found[at]]));
  return arxivIds.map((arxivId, at) => {
    const id = ids[at] ?? '';
    if (arxivId === null) return notAnArxivId(id, ['ids', at]);
    return papers.get(arxivId) ?? notHeld(arxivId);
  });
}

function notHeld(arxivId: string): PublicError {
  return new PublicError('NOT_FOUND', `The corpus has no paper with the identifier ${arxivId}`, {
    lasting: true,
  });
}
