import type { Source } from './reading.js';

/** How a query joins what it asks for. */
export interface Operator {
  kind: 'and' | 'or' | 'not' | 'andnot';
  /** Written in capitals or as a sign: an operator even next to words of the text. */
  isExplicit: boolean;
  next: number;
}

const WORDS: ReadonlyMap<string, Operator['kind']> = new Map([
  ['or', 'or'],
  ['and/or', 'or'],
  ['|', 'or'],
  ['||', 'or'],
  ['and', 'and'],
  ['&', 'and'],
  ['&&', 'and'],
  ['not', 'not'],
  ['andnot', 'andnot'],
  ['except', 'not'],
  ['excluding', 'not'],
  ['without', 'not'],
  ['neither', 'not'],
  ['nor', 'andnot'],
]);
const EXPLICIT: ReadonlySet<string> = new Set(['OR', '|', '||', 'AND', '&&', 'NOT', 'ANDNOT']);
/** What may stand before "not" and says nothing more: `but not by Smith`. */
const BEFORE_NOT: ReadonlySet<string> = new Set(['and', 'but', '&', '&&']);

/** The operator at a token: `OR`, `or`, `|`, `AND`, `NOT`, `ANDNOT`, `AND NOT`, `but not`, `except`. Null when there is none. */
export function readOperator({ tokens, isAllCapitals }: Source, at: number): Operator | null {
  const token = tokens[at];
  if (token?.kind !== 'word') return null;
  const kind = WORDS.get(token.lower);
  if (kind === undefined && token.lower !== 'but') return null;
  if (token.before !== '' || (token.after !== '' && token.after !== ',')) return null;
  const second = tokens[at + 1];
  if (BEFORE_NOT.has(token.lower) && second?.kind === 'word' && second.lower === 'not') {
    const isExplicit = !isAllCapitals && (EXPLICIT.has(token.text) || EXPLICIT.has(second.text));
    return { kind: 'andnot', isExplicit, next: at + 2 };
  }
  // "Or" with one capital is a name (`Or Patashnik`).
  if (kind === undefined || (token.text !== token.lower && token.text !== token.text.toUpperCase()))
    return null;
  return { kind, isExplicit: !isAllCapitals && EXPLICIT.has(token.text), next: at + 1 };
}
