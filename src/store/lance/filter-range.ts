import { toMicroseconds } from './instant.js';
import { countColumn, filterColumn, isListKind, kindOf } from './column-names.js';
import { malformed, refuse } from './refusals.js';
import { and, exact, NOTHING, nullable, type Predicate } from './sql.js';
import type { FieldCondition } from '../filter.js';
import type { IndexedField } from '../layout.js';

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
type Bound = keyof typeof OPERATORS;
/** The largest number that a 64-bit integer column can be compared with. */
const LARGEST = 2 ** 63 - 1024;

/** Numbers bound numbers, instants bound instants; a value of another type is within no range. */
export function rangeSql(field: IndexedField, range: FieldCondition['range']): Predicate {
  const bounds = readBounds(`range on ${field}`, range);
  const numbers = bounds.filter((each): each is [Bound, number] => typeof each[1] === 'number');
  const instants = bounds.filter((each): each is [Bound, string] => typeof each[1] === 'string');
  if (numbers.length === bounds.length) return numberRange(field, numbers);
  if (instants.length === bounds.length) return instantRange(field, instants);
  throw malformed(`range on ${field}`, 'numbers or RFC 3339 instants as bounds');
}

/** A value that is no list counts as one. */
export function valuesCountSql(field: IndexedField, count: FieldCondition['values_count']): Predicate {
  const bounds = readBounds(`values_count on ${field}`, count).map(([bound, value]): [Bound, number] => {
    if (typeof value !== 'number') throw malformed(`values_count on ${field}`, 'numbers as bounds');
    return [bound, value];
  });
  if (isListKind(kindOf(field))) return compareInteger(countColumn(field), bounds);
  return bounds.every(([bound, value]) => isWithin(1, bound, value))
    ? exact(`${filterColumn(field)} IS NOT NULL`)
    : NOTHING;
}

function numberRange(field: IndexedField, bounds: readonly [Bound, number][]): Predicate {
  return kindOf(field) === 'integer' ? compareInteger(filterColumn(field), bounds) : NOTHING;
}

function instantRange(field: IndexedField, bounds: readonly [Bound, string][]): Predicate {
  const microseconds = bounds.map(([bound, text]): [Bound, bigint] => {
    const instant = toMicroseconds(text);
    if (instant === null)
      throw malformed(`range on ${field}`, `an RFC 3339 instant, got ${JSON.stringify(text)}`);
    return [bound, instant];
  });
  const kind = kindOf(field);
  if (kind === 'integer') return NOTHING;
  if (kind !== 'datetime') throw refuse(`a range of instants on ${field}`);
  return compare(filterColumn(field), microseconds);
}

function readBounds(where: string, range: FieldCondition['range']): [Bound, unknown][] {
  return Object.entries(range ?? {})
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([bound, value]) => {
      if (!isBound(bound)) throw malformed(where, `gt, gte, lt or lte, got ${JSON.stringify(bound)}`);
      return [bound, value];
    });
}

function isBound(name: string): name is Bound {
  return Object.hasOwn(OPERATORS, name);
}

/** Columns hold integers, bounds may have fractions: 1.5 and above means 2 and above. */
function compareInteger(column: string, bounds: readonly [Bound, number][]): Predicate {
  return compare(
    column,
    bounds.map(([bound, value]) => {
      const rounded = bound === 'gte' || bound === 'lt' ? Math.ceil(value) : Math.floor(value);
      return [bound, BigInt(Math.min(Math.max(rounded, -LARGEST), LARGEST))];
    }),
  );
}

function compare(column: string, bounds: readonly [Bound, bigint][]): Predicate {
  if (bounds.length === 0) return exact(`${column} IS NOT NULL`);
  return and(bounds.map(([bound, value]) => nullable(`${column} ${OPERATORS[bound]} ${value}`)));
}

function isWithin(value: number, bound: Bound, limit: number): boolean {
  switch (bound) {
    case 'gt':
      return value > limit;
    case 'gte':
      return value >= limit;
    case 'lt':
      return value < limit;
    case 'lte':
      return value <= limit;
  }
}
