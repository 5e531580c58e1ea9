import { paper } from '../contract/paper-points.js';
import type { PaperPoint } from '../../src/store/store.js';

/** Points around forty centres, because embeddings form clusters too. The points are the same on every run. */
export function clusteredPoints(count: number, dimension: number): PaperPoint[] {
  const next = numberSeries(1);
  const vectorOf = () => Array.from({ length: dimension }, () => next() - 0.5);
  const centres = Array.from({ length: 40 }, vectorOf);
  return Array.from({ length: count }, (_, at) =>
    paper(
      `many/${at}`,
      vectorOf().map((each, axis) => each * 0.6 + (centres[at % 40]?.[axis] ?? 0)),
      { categories: [at % 3 === 0 ? 'cs.CV' : 'cs.LG'] },
    ),
  );
}

/** A linear congruential generator (Numerical Recipes): the same numbers between 0 and 1 on every run. */
export function numberSeries(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The average share of the expected points that was found. */
export function recall(expected: { id: string }[][], found: { id: string }[][]): number {
  const shares = expected.map((hits, at) => {
    const ids = new Set(found[at]?.map(({ id }) => id));
    return hits.filter(({ id }) => ids.has(id)).length / hits.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
