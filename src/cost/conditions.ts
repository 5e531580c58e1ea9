import { countQueryConditions as countConditionsOfQuery } from '../search/interpret.js';

/** Operators of which each value is a condition of its own; the values of others are looked up together. */
const EACH_OPERATORS: ReadonlySet<string> = new Set(['match', 'all']);
/** Words of a text, or values of a list, that cost as much as one condition. */
const VALUES_PER_CONDITION = 20;
/** Conditions that a name of more than three words becomes, for every choice of three words. */
const LONG_NAME_CONDITIONS = 6;

/**
 * Conditions of a `SearchFilter`, as a store tests them: one for each operator, for each value where all must hold, and for
 * each 20 words or values.
 */
export function countConditions(filter: unknown): number {
  if (typeof filter !== 'object' || filter === null) return 0;
  const known = counted.get(filter) ?? countFilter(filter);
  counted.set(filter, known);
  return known;
}

/** A filter that comes as a variable is the same object wherever it is applied. */
const counted = new WeakMap<object, number>();

function countFilter(filter: object): number {
  return sum(Object.entries(filter), ([field, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return 0;
    if (field === 'and' || field === 'or') return sum(toObjects(value), countFilter);
    if (field === 'not') return sum(toObjects([value]), countFilter);
    if (Array.isArray(value)) return countOperator('in', value, false);
    return sum(Object.entries(value), ([operator, operand]: [string, unknown]) =>
      countOperator(operator, operand, field === 'authors'),
    );
  });
}

function countOperator(operator: string, operand: unknown, areNames: boolean): number {
  if (operand === null || operand === undefined) return 0;
  const values = Array.isArray(operand) ? operand : [operand];
  const own = EACH_OPERATORS.has(operator) ? values.length : 1;
  return own + sum(values, (value) => countValue(value, areNames));
}

function countValue(value: unknown, isName: boolean): number {
  const words = typeof value === 'string' ? countWords(value) : 1;
  return isName && words > 3 ? LONG_NAME_CONDITIONS : words / VALUES_PER_CONDITION;
}

function toObjects(value: unknown): object[] {
  return Array.isArray(value)
    ? value.filter((each): each is object => typeof each === 'object' && each !== null)
    : [];
}

function sum<Item>(items: readonly Item[], measure: (item: Item) => number): number {
  return items.reduce((total, item) => total + measure(item), 0);
}

/** At least 1. */
function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 1;
}

/** What a part of a query that is more than text has: without one of these there is none. */
const OPERAND =
  /["“”„«»:|()[\]/]|\d{4}|(?:^|\s)-|\b(?:by|from|or|not|andnot|in|on|since|until|till|before|after|than|last|past|today|yesterday|ago)\b/iu;

/** Conditions that a query's text may become, at most. */
export function countQueryConditions(query: unknown, isInterpreted: boolean): number {
  if (typeof query !== 'string' || !isInterpreted || !OPERAND.test(query)) return 0;
  return countConditionsOfQuery(query);
}
