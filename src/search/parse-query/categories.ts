import { allOf, anyOf } from './expression.js';
import { spanOf, type Draft, type Read, type Source } from './reading.js';
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
export function toCategory(code: string): Draft | null {
  const archive = code.toLowerCase().replace(/\.\*$/, '');
  const known = DIVIDED.has(archive) ? `${archive}.*` : findCategory(archive)?.code;
  return known === undefined ? null : { kind: 'category', code: known };
}

/**
 * `in cs.CV`, `in cs.* and math.PR`, `in hep-th or gr-qc`: an archive without a subject only where its name is no word of the
 * language (`in hep-th`, not `in math`).
 */
export function readInCategory({ tokens }: Source, at: number): Read | null {
  const preposition = tokens[at];
  if (preposition?.lower !== 'in' || preposition.after !== '') return null;
  const categories: Draft[] = [];
  const joinings = new Set<string>();
  let next = at + 1;
  for (let place = next; ;) {
    const category = toBareCategory(tokens[place]);
    if (category === null) break;
    categories.push(category);
    next = place + 1;
    const joined = joinedPlace(tokens, next);
    if (joined === null) break;
    if (toBareCategory(tokens[joined]) === null) break;
    if (joined > next) joinings.add(tokens[next]?.lower ?? '');
    place = joined;
  }
  if (categories.length === 0 || joinings.size > 1) return null;
  const draft = joinings.has('or') ? anyOf(categories) : allOf(categories);
  return { draft, next, ...spanOf(tokens, at, next) };
}

/** A code that is no word: `cs.CV`, `hep-th`. */
export function toBareCategory(token: Token | undefined): Draft | null {
  if (token?.kind !== 'word') return null;
  const code = token.text;
  const isUnmistakable = /^[a-z-]+\.[a-z*-]+$/i.test(code) || (code.includes('-') && !code.includes('.'));
  return isUnmistakable ? toCategory(code) : null;
}

function joinedPlace(tokens: readonly Token[], next: number): number | null {
  const joining = tokens[next]?.lower ?? '';
  if (joining === 'and' || joining === 'or') return next + 1;
  return tokens[next - 1]?.after === ',' ? next : null;
}
