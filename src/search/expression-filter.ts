import {
  allConditions,
  anyAuthor,
  anyCondition,
  dateConditions,
  doiConditions,
  matchAny,
  textConditions,
} from './to-qdrant-filter.js';
import type { DayRange } from './parse-query/periods.js';
import type { Condition as Asked, Expression, TextField } from './parse-query/expression.js';
import { toPointId } from '../papers/point-id.js';
import type { Condition, Filter } from '../store/filter.js';

type Field = Exclude<TextField, 'anywhere'>;

const PAYLOAD_FIELDS = {
  title: 'title',
  abstract: 'abstract',
  comments: 'comments',
  journalRef: 'journal-ref',
} as const satisfies Record<Field, string>;
const ANYWHERE: readonly Field[] = ['title', 'abstract'];

/** What the expression selects, in the filter language of the stores. */
export function toFilter(expression: Expression): Filter {
  return { must: [toCondition(expression)] };
}

/** Conditions that a store evaluates for the expression. */
export function countConditions(expression: Expression): number {
  return countLeaves(toCondition(expression));
}

/** The expression as a `SearchFilter` that can be passed back, in JSON. */
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
export function describe(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands.map(describeOperand).join(` ${expression.kind} `);
    case 'not':
      return `not ${describeOperand(expression.operand)}`;
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
      return `${expression.field} ${describeRange(expression.range)}`;
  }
}

const FIELD_NAMES: Record<Field, string> = {
  title: 'title',
  abstract: 'abstract',
  comments: 'comments',
  journalRef: 'journal reference',
};

function describeOperand(operand: Expression): string {
  const isGroup = operand.kind === 'and' || operand.kind === 'or';
  return isGroup ? `(${describe(operand)})` : describe(operand);
}

function describeRange({ gte, gt, lte, lt }: DayRange): string {
  const bounds = [
    gte !== undefined && `from ${gte}`,
    gt !== undefined && `after ${gt}`,
    lte !== undefined && `until ${lte}`,
    lt !== undefined && `before ${lt}`,
  ];
  return bounds.filter((bound) => bound !== false).join(' ') || 'at any time';
}

function toCondition(expression: Expression): Condition {
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

function toLeaf(asked: Asked): Condition {
  switch (asked.kind) {
    case 'author':
      return anyAuthor([asked.name]);
    case 'text': {
      const operator = asked.isPhrase ? { phrase: asked.text } : { match: asked.text };
      return anyCondition(
        fieldsOf(asked.field).flatMap((field) => textConditions(PAYLOAD_FIELDS[field], operator)),
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

function countLeaves(condition: Condition): number {
  const { must, should, must_not: mustNot } = condition as Filter;
  const inner = [must, should, mustNot].flat().filter((each) => each !== null && each !== undefined);
  return inner.length === 0 ? 1 : inner.reduce((sum, each) => sum + countLeaves(each), 0);
}
