import type { DayRange } from './parse-query/calendar.js';
import type { Span } from './parse-query/tokens.js';
import {
  allConditions,
  anyAuthor,
  anyCondition,
  dateConditions,
  doiConditions,
  matchAny,
  textConditions,
} from './to-qdrant-filter.js';
import { toPointId } from '../papers/point-id.js';
import type { Filter, FilterCondition } from '../store/filter.js';

/** The field to search for words and phrases; `anywhere` means title or abstract. */
export type TextField = 'title' | 'abstract' | 'comments' | 'journalRef' | 'anywhere';

/** A condition on a paper. */
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

/** Joins expressions by AND, without duplicates; a single one is returned unchanged. */
export function allOf<Leaf>(expressions: readonly Expression<Leaf>[]): Expression<Leaf> {
  const operands = unique(expressions);
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : { kind: 'and', operands };
}

/** Joins expressions by OR, without duplicates; a single one is returned unchanged. */
export function anyOf<Leaf>(expressions: readonly Expression<Leaf>[]): Expression<Leaf> {
  const operands = unique(expressions);
  const [first] = operands;
  return first !== undefined && operands.length === 1 ? first : { kind: 'or', operands };
}

/** The first of each group with the same meaning. */
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

/** Authors whose names may have to be looked up in the corpus. */
export interface Byline {
  kind: 'byline';
  authors: readonly BylineAuthor[];
  /** Another reading of the whole list, which is used if the corpus has every name in it. */
  inverted?: readonly BylineAuthor[];
  /** The date of a citation: `Vaswani et al. 2017`. It applies only if all of the authors do. */
  year?: DayRange;
}

export interface BylineAuthor {
  /**
   * Possible readings, longest first. The first that is certain or that an author in the corpus has is used.
   */
  readings: readonly NameReading[];
  /** The end of the longest reading and of an "et al." after it. */
  end: number;
  /**
   * The operator that joins the author to the previous one; `and` for the first. After `not`, all are excluded.
   */
  joining: 'and' | 'or' | 'not';
}

/** One reading of a name: where it ends, and the token after it. */
export interface NameReading {
  name: string;
  /** Where it begins, if readings of the same author begin at different places. */
  start?: number;
  end: number;
  next: number;
  /** Whether it is unmistakably a name. Otherwise it counts only if an author in the corpus has it. */
  isCertain: boolean;
}

/** A query as read, before names are looked up in the corpus. */
export type Draft = Expression<Condition | Byline>;

/** What a reader found, and the index of the next token. */
export interface Read extends Span {
  draft: Draft;
  next: number;
  /** Alternatives whose extent is unclear: next to other parts, it cannot be determined. */
  isOpen?: boolean;
}

type Field = Exclude<TextField, 'anywhere'>;

const TEXT_PAYLOAD_FIELDS = {
  title: 'title',
  abstract: 'abstract',
  comments: 'comments',
  journalRef: 'journal-ref',
} as const satisfies Record<Field, string>;
const ANYWHERE: readonly Field[] = ['title', 'abstract'];

/** The conditions that must all hold; NOT of alternatives becomes NOT of each. */
export function toConjuncts(expression: Expression): Expression[] {
  if (expression.kind === 'and') return expression.operands.flatMap(toConjuncts);
  if (expression.kind !== 'not') return [expression];
  const { operand } = expression;
  if (operand.kind === 'not') return toConjuncts(operand.operand);
  return operand.kind === 'or' ? operand.operands.flatMap((each) => toConjuncts(notOf(each))) : [expression];
}

/** The expression as a filter of the stores. */
export function toFilter(expression: Expression): Filter {
  return { must: [toCondition(expression)] };
}

/** The number of conditions that a store evaluates for the expression. */
export function countConditions(expression: Expression): number {
  return countLeaves(toCondition(expression));
}

/** The expression as a `SearchFilter` in JSON, which clients can pass back. */
export function toSearchFilter(expression: Expression): Record<string, unknown> {
  switch (expression.kind) {
    case 'and':
      return { and: expression.operands.map(toSearchFilter) };
    case 'or': {
      const ids = expression.operands.flatMap((each) => (each.kind === 'id' ? [each.id] : []));
      return ids.length === expression.operands.length
        ? { ids }
        : { or: expression.operands.map(toSearchFilter) };
    }
    case 'not':
      return { not: toSearchFilter(expression.operand) };
    case 'author':
      return { authors: { match: [expression.name] } };
    case 'text': {
      const { text, isPhrase } = expression;
      const filters = fieldsOf(expression.field).map((field) => ({
        [field]: isPhrase ? { phrase: text } : { match: text },
      }));
      return filters.length === 1 ? { ...filters[0] } : { or: filters };
    }
    case 'category': {
      const archive = archiveOf(expression.code);
      return archive === null ? { categories: { in: [expression.code] } } : { archives: { in: [archive] } };
    }
    case 'id':
      return { ids: [expression.id] };
    case 'doi':
      return { doi: { in: [expression.doi] } };
    case 'date':
      return { [expression.field]: { ...expression.range } };
  }
}

/** The expression in words: `author "Vaswani" or author "Bahdanau"`. */
export function toDescription(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands.map(operandInWords).join(` ${expression.kind} `);
    case 'not':
      return `not ${operandInWords(expression.operand)}`;
    case 'author':
      return `author "${expression.name}"`;
    case 'text': {
      const where = fieldsOf(expression.field).map((field) => FIELD_NAMES[field]);
      return `${where.join(' or ')} has ${expression.isPhrase ? 'the phrase' : 'the words'} "${expression.text}"`;
    }
    case 'category': {
      const archive = archiveOf(expression.code);
      return archive === null ? `category ${expression.code}` : `archive ${archive}`;
    }
    case 'id':
      return `arXiv identifier ${expression.id}`;
    case 'doi':
      return `DOI ${expression.doi}`;
    case 'date':
      return `${expression.field} ${rangeInWords(expression.range)}`;
  }
}

const FIELD_NAMES: Record<Field, string> = {
  title: 'title',
  abstract: 'abstract',
  comments: 'comments',
  journalRef: 'journal reference',
};

function operandInWords(operand: Expression): string {
  const isGroup = operand.kind === 'and' || operand.kind === 'or';
  return isGroup ? `(${toDescription(operand)})` : toDescription(operand);
}

function rangeInWords({ gte, gt, lte, lt }: DayRange): string {
  const bounds = [
    gte !== undefined && `from ${gte}`,
    gt !== undefined && `after ${gt}`,
    lte !== undefined && `until ${lte}`,
    lt !== undefined && `before ${lt}`,
  ];
  return bounds.filter((bound) => bound !== false).join(' ') || 'at any time';
}

function toCondition(expression: Expression): FilterCondition {
  switch (expression.kind) {
    case 'and':
      return allConditions(expression.operands.map(toCondition));
    case 'or':
      return anyCondition(expression.operands.map(toCondition));
    case 'not':
      return { must_not: [toCondition(expression.operand)] };
    default:
      return toLeaf(expression);
  }
}

function toLeaf(asked: Condition): FilterCondition {
  switch (asked.kind) {
    case 'author':
      return anyAuthor([asked.name]);
    case 'text': {
      const operator = asked.isPhrase ? { phrase: asked.text } : { match: asked.text };
      return anyCondition(
        fieldsOf(asked.field).flatMap((field) => textConditions(TEXT_PAYLOAD_FIELDS[field], operator)),
      );
    }
    case 'category': {
      const archive = archiveOf(asked.code);
      return archive === null ? matchAny('categories', [asked.code]) : matchAny('archives', [archive]);
    }
    case 'id':
      return { has_id: [toPointId(asked.id)] };
    case 'doi':
      return allConditions(doiConditions({ in: [asked.doi] }));
    case 'date':
      return allConditions(
        dateConditions(asked.field === 'submitted' ? 'submitted_at' : 'updated_at', toBounds(asked.range)),
      );
  }
}

function fieldsOf(field: TextField): readonly Field[] {
  return field === 'anywhere' ? ANYWHERE : [field];
}

/** `cs` of `cs.*`; null for the code of a single category. */
function archiveOf(code: string): string | null {
  return code.endsWith('.*') ? code.slice(0, -2) : null;
}

function toBounds(range: DayRange): Parameters<typeof dateConditions>[1] {
  return Object.fromEntries(
    Object.entries(range).map(([bound, day]) => [
      bound,
      { at: new Date(`${String(day)}T00:00:00Z`), wholeDay: true },
    ]),
  );
}

function countLeaves(condition: FilterCondition): number {
  const { must, should, must_not: mustNot } = condition as Filter;
  const inner = [must, should, mustNot].flat().filter((each) => each !== null && each !== undefined);
  return inner.length === 0 ? 1 : inner.reduce((sum, each) => sum + countLeaves(each), 0);
}
