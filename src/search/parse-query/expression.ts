import type { DayRange } from './periods.js';

/** Where words and phrases are looked for; `anywhere` is title or abstract. */
export type TextField = 'title' | 'abstract' | 'comments' | 'journalRef' | 'anywhere';

/** What a paper can be asked for. */
export type Condition =
  | { kind: 'author'; name: string }
  /** All words of the text, in any order, or the text as a phrase. */
  | { kind: 'text'; field: TextField; text: string; isPhrase: boolean }
  /** A code (`cs.LG`, `hep-th`) or a whole archive (`cs.*`). */
  | { kind: 'category'; code: string }
  | { kind: 'id'; id: string }
  | { kind: 'doi'; doi: string }
  | { kind: 'date'; field: 'submitted' | 'updated'; range: DayRange };

/** Conditions joined by AND, OR and NOT. */
export type Expression<Leaf = Condition> =
  | Leaf
  | { kind: 'and'; operands: readonly Expression<Leaf>[] }
  | { kind: 'or'; operands: readonly Expression<Leaf>[] }
  | { kind: 'not'; operand: Expression<Leaf> };

/** All of the expressions, each once; one alone is itself. */
export function allOf<Leaf>(expressions: readonly Expression<Leaf>[]): Expression<Leaf> {
  const operands = unique(expressions);
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : { kind: 'and', operands };
}

/** At least one of the expressions, each once; one alone is itself. */
export function anyOf<Leaf>(expressions: readonly Expression<Leaf>[]): Expression<Leaf> {
  const operands = unique(expressions);
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : { kind: 'or', operands };
}

/** The first of those that say the same. */
export function unique<Leaf>(expressions: readonly Expression<Leaf>[]): Expression<Leaf>[] {
  if (expressions.length < 2) return [...expressions];
  const bySaying = new Map<string, Expression<Leaf>>();
  for (const expression of expressions) {
    const saying = JSON.stringify(expression);
    if (!bySaying.has(saying)) bySaying.set(saying, expression);
  }
  return [...bySaying.values()];
}

export function notOf<Leaf>(operand: Expression<Leaf>): Expression<Leaf> {
  return { kind: 'not', operand };
}
