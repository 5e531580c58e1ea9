import type { Read } from './candidate.js';
import type { Token } from './tokens.js';
import { CATEGORIES, findCategory } from '../../papers/taxonomy.js';

/** Archives with categories of their own below them. */
const DIVIDED: ReadonlySet<string> = new Set(
  CATEGORIES.filter(({ code }) => code.includes('.')).map(({ archive }) => archive),
);

/**
 * The category that a code names, in arXiv's own case: `CS.lg` is `cs.LG`; a divided archive, with a star or without, is `cs.*`.
 * Null for what arXiv does not have.
 */
export function toCategory(code: string): string | null {
  const archive = code.toLowerCase().replace(/\.\*$/, '');
  return DIVIDED.has(archive) ? `${archive}.*` : (findCategory(archive)?.code ?? null);
}

/**
 * `in cs.CV`, `in cs.* and math.PR`: an archive without a subject only where its name is no word of the language
 * (`in hep-th`, not `in math`). Alternatives (`in cs.CV or cs.LG`) are not read.
 */
export function readInCategory(tokens: readonly Token[], at: number): Read | null {
  const preposition = tokens[at];
  if (preposition?.lower !== 'in' || preposition.after !== '') return null;
  const categories: string[] = [];
  let next = at + 1;
  let end = 0;
  for (let place: number | null = next; place !== null; place = joinedPlace(tokens, next)) {
    const token = tokens[place];
    const category = token && isUnmistakable(token.text) ? toCategory(token.text) : null;
    if (!token || category === null) break;
    categories.push(category);
    [next, end] = [place + 1, token.end];
  }
  if (categories.length === 0 || tokens[next]?.lower === 'or') return null;
  return { candidate: { kind: 'categories', categories, start: preposition.start, end }, next };
}

function isUnmistakable(code: string): boolean {
  return /^[a-z-]+\.[a-z*-]+$/i.test(code) || (code.includes('-') && !code.includes('.'));
}

function joinedPlace(tokens: readonly Token[], next: number): number | null {
  if (tokens[next]?.lower === 'and') return next + 1;
  return tokens[next - 1]?.after === ',' ? next : null;
}
