/**
 * Papers gathered for recommendations: ids of papers to be similar to, and of papers to avoid. Every view's URL includes them.
 */
export interface Picks {
  like: readonly string[];
  unlike: readonly string[];
}

/** `recommend` accepts at most 20 papers of each kind. */
const MAX_PICKS = 20;

export function readPicks(parameters: URLSearchParams): Picks {
  const like = [...new Set(parameters.getAll('like'))].slice(0, MAX_PICKS);
  const unlike = [...new Set(parameters.getAll('unlike'))].filter((id) => !like.includes(id));
  return { like, unlike: unlike.slice(0, MAX_PICKS) };
}

/** Moves a paper to this list, or removes it from both. */
export function pick(picks: Picks, id: string, list: 'like' | 'unlike' | null): Picks {
  const like = picks.like.filter((each) => each !== id);
  const unlike = picks.unlike.filter((each) => each !== id);
  return {
    like: list === 'like' ? [...like, id].slice(-MAX_PICKS) : like,
    unlike: list === 'unlike' ? [...unlike, id].slice(-MAX_PICKS) : unlike,
  };
}

/** Replaces the picks in a path. */
export function withPicks(path: string, { like, unlike }: Picks): string {
  const [pathname = '/', query = ''] = path.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.delete('like');
  parameters.delete('unlike');
  for (const id of like) parameters.append('like', id);
  for (const id of unlike) parameters.append('unlike', id);
  return parameters.size === 0 ? pathname : `${pathname}?${parameters}`;
}
