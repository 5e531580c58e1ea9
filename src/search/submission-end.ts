import type { WindowSource } from './rank-window.js';

/** The first (`asc`) or last (`desc`) instant at which a paper of the corpus was submitted; null when none is known. */
export async function findSubmissionEnd(
  source: Pick<WindowSource, 'search'>,
  direction: 'asc' | 'desc',
): Promise<string | null> {
  const [paper] = await source.search({
    ranking: { kind: 'listing', by: 'submitted_at', direction },
    offset: 0,
    limit: 1,
    window: 1,
    fields: ['submitted_at'],
  });
  return paper?.payload.submitted_at ?? null;
}
