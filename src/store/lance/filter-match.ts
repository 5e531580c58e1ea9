import { countColumn, filterColumn, kindOf, sentenceColumn } from './column-names.js';
import { malformed, refuse } from './refusals.js';
import { exact, NOTHING, nullable, type Predicate, quote, quoteAll } from './sql.js';
import type { FieldCondition } from '../filter.js';
import type { IndexedField } from '../layout.js';
import { toWords } from '../../papers/words.js';

/** A field's value equal to, or with words of, what the condition names. A value of another type matches nothing. */
export function matchSql(field: IndexedField, match: FieldCondition['match']): Predicate {
  const operands = Object.entries(match ?? {}).filter(([, operand]) => operand !== undefined);
  const [[operator, operand] = []] = operands;
  if (operator === undefined || operands.length > 1) throw malformed(`match on ${field}`, 'one operator');
  switch (operator) {
    case 'value':
      return equalsAny(field, [operand]);
    case 'any':
      return equalsAny(field, toList(field, operand));
    case 'except':
      return differs(field, toList(field, operand));
    case 'text':
    case 'text_any':
    case 'phrase':
      return hasWords(field, operator, operand);
    default:
      throw refuse(`match ${JSON.stringify(operator)}`);
  }
}

function toList(field: IndexedField, operand: unknown): unknown[] {
  if (!Array.isArray(operand)) throw malformed(`match on ${field}`, 'a list');
  return operand;
}

function equalsAny(field: IndexedField, values: readonly unknown[]): Predicate {
  const column = filterColumn(field);
  const strings = values.filter((value) => typeof value === 'string');
  const kind = kindOf(field);
  switch (kind) {
    case 'keyword':
      return strings.length === 0 ? NOTHING : nullable(`${column} IN (${quoteAll(strings)})`);
    case 'keywords':
      return strings.length === 0 ? NOTHING : exact(`array_has_any(${column}, [${quoteAll(strings)}])`);
    case 'integer': {
      const integers = toIntegers(values);
      return integers.length === 0 ? NOTHING : nullable(`${column} IN (${integers.join(', ')})`);
    }
    case 'text':
    case 'texts':
    case 'datetime':
      if (strings.length > 0) throw refuse(`equality of ${field} as written; ${alternativeTo(kind)}`);
      return NOTHING;
  }
}

/** Some value of the field is none of `values`: fields without any value are left out. */
function differs(field: IndexedField, values: readonly unknown[]): Predicate {
  const column = filterColumn(field);
  const kind = kindOf(field);
  const strings = values.filter((value) => typeof value === 'string');
  const integers = toIntegers(values);
  switch (kind) {
    case 'keyword':
      requireOneType(field, values, strings);
      if (strings.length === 0) return exact(`${column} IS NOT NULL`);
      return nullable(`${column} NOT IN (${quoteAll(strings)})`);
    case 'keywords':
      requireOneType(field, values, strings);
      if (strings.length === 0) return nullable(`${countColumn(field)} > 0`);
      return nullable(`array_length(array_except(${column}, [${quoteAll(strings)}])) > 0`);
    case 'integer':
      requireOneType(field, values, integers);
      if (integers.length === 0) return exact(`${column} IS NOT NULL`);
      return nullable(`${column} NOT IN (${integers.join(', ')})`);
    case 'text':
    case 'texts':
    case 'datetime':
      throw refuse(`equality of ${field} as written; ${alternativeTo(kind)}`);
  }
}

/** A list that mixes types, or has the field's other type, is answered in more than one way by servers. */
function requireOneType(field: IndexedField, values: readonly unknown[], fitting: readonly unknown[]): void {
  if (fitting.length < values.length) throw refuse(`except on ${field} with values of another type`);
}

function hasWords(
  field: IndexedField,
  operator: 'text' | 'text_any' | 'phrase',
  operand: unknown,
): Predicate {
  if (typeof operand !== 'string') throw malformed(`match ${operator} on ${field}`, 'a text');
  const kind = kindOf(field);
  if (kind === 'integer') return NOTHING;
  if (kind !== 'text' && kind !== 'texts') throw refuse(`words in ${field}, which is compared as a whole`);
  const words = toWords(operand);
  if (words.length === 0) return NOTHING;
  const column = filterColumn(field);
  const distinct = quoteAll(new Set(words));
  switch (operator) {
    case 'text':
      return exact(`array_has_all(${column}, [${distinct}])`);
    case 'text_any':
      return exact(`array_has_any(${column}, [${distinct}])`);
    case 'phrase': {
      const inOrder = `contains(${sentenceColumn(field)}, ${quote(` ${words.join(' ')} `)})`;
      return {
        // The index of words narrows the rows down first; their order is read from what is left.
        selects: `(array_has_all(${column}, [${distinct}]) AND ${inOrder})`,
        leaves: `NOT (${inOrder})`,
      };
    }
  }
}

function toIntegers(values: readonly unknown[]): number[] {
  return values.filter((value) => typeof value === 'number').filter(Number.isSafeInteger);
}

function alternativeTo(kind: 'text' | 'texts' | 'datetime'): string {
  return kind === 'datetime' ? 'use a range' : `use match text, text_any or phrase`;
}
