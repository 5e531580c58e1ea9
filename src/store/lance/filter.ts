import type { OpenCollection } from './collection.js';
import {
  countColumn,
  filterColumn,
  ID,
  isIndexedField,
  isListKind,
  isTextKind,
  kindOf,
  MAX_TERM_BYTES,
  toMicroseconds,
} from './columns.js';
import { quoteSql, quoteAllSql } from './engine.js';
import { lookUp } from './phrases.js';
import type { RowCondition, RowSelection } from './rows.js';
import { BadUserInputError } from '../../errors/errors.js';
import type { PayloadField } from '../../papers/payload.js';
import { toWords } from '../../papers/words.js';
import type { FilterCondition, FieldCondition, Filter } from '../filter.js';
import type { IndexedField } from '../layout.js';

/** Stored payload fields without a filter column. A record, so that none can be forgotten. */
const UNINDEXED: Record<Exclude<PayloadField, IndexedField>, true> = {
  submitter: true,
  'report-no': true,
  versions: true,
  update_date: true,
  citation_key: true,
  content_hash: true,
};
/** The engine's parser handles this depth, whatever the filter consists of. */
const MAX_FILTER_DEPTH = 30;
const FILTER_CLAUSES = ['must', 'should', 'must_not', 'min_should'];

/** A filter, compiled for the engine. */
interface CompiledFilter {
  /** Selects the same rows as a Qdrant server with payload indexes; null selects all. */
  predicate: string | null;
  /**
   * For a filter with phrases: a faster way to the same rows, once the rows of each phrase are known. `whole` is the
   * condition without the predicate's help.
   */
  byRows: { predicate: string | null; condition: RowCondition; whole: RowCondition } | null;
}

/**
 * The rows that the filter selects. The rows of phrases are looked up if an index has them.
 *
 * @throws BadUserInputError for a filter that the store cannot express.
 */
export async function selectRows(
  collection: OpenCollection,
  filter: Filter | undefined,
): Promise<RowSelection> {
  const { predicate, byRows } = compile(filter);
  const accepts = byRows && (await lookUp(collection, byRows.condition));
  if (accepts) return { condition: byRows.whole, predicate: byRows.predicate, accepts };
  return { condition: predicate === null ? null : { kind: 'sql', sql: predicate }, predicate, accepts: null };
}

/** The selection with the additional condition `other`. */
export function narrow(selection: RowSelection, other: string): RowSelection {
  const { condition, predicate, accepts } = selection;
  const added: RowCondition = { kind: 'sql', sql: other };
  return {
    condition: condition ? { kind: 'all', conditions: [condition, added] } : added,
    predicate: both(predicate, other),
    accepts,
  };
}

function both(predicate: string | null, other: string): string {
  return predicate === null ? other : `(${predicate}) AND ${other}`;
}

/**
 * @throws BadUserInputError for anything that the embedded store cannot express, or that is not a filter.
 */
function compile(filter: Filter | undefined): CompiledFilter {
  const { selects } = filter ? compileFilter(filter, 1) : EVERYTHING;
  const { within, rows } = selects;
  return {
    predicate: toNullable(selects.sql),
    byRows: rows && { predicate: toNullable(within), condition: rows, whole: toRowCondition(selects) },
  };
}

/** Only the predicate, see `compile`. */
export function toPredicate(filter: Filter | undefined): string | null {
  return compile(filter).predicate;
}

function toNullable(sql: string): string | null {
  return sql === 'true' ? null : sql;
}

function compileFilter(filter: Filter, depth: number): Predicate {
  if (depth > MAX_FILTER_DEPTH) throw refuse(`a filter nested more than ${MAX_FILTER_DEPTH} levels deep`);
  const unknown = Object.keys(filter).find((clause) => !FILTER_CLAUSES.includes(clause));
  if (unknown !== undefined) throw refuse(`a condition of the kind ${JSON.stringify(unknown)}`);
  const should = compileAll(filter.should, depth);
  return and([
    ...compileAll(filter.must, depth),
    ...compileAll(filter.must_not, depth).map(not),
    should.length === 0 ? EVERYTHING : or(should),
    compileMinShould(filter.min_should, depth),
  ]);
}

/** A clause is one condition or several; an empty clause requires nothing. */
function compileAll(clause: Filter['must'], depth: number): Predicate[] {
  if (clause === undefined || clause === null) return [];
  return (Array.isArray(clause) ? clause : [clause]).map((condition) => compileCondition(condition, depth));
}

function compileMinShould(clause: Filter['min_should'], depth: number): Predicate {
  if (clause === undefined || clause === null) return EVERYTHING;
  if (!isMinShould(clause)) throw malformed('min_should', 'conditions and a min_count');
  const predicates = clause.conditions.map((condition) => compileCondition(condition, depth));
  return atLeast(clause.min_count, predicates);
}

function isMinShould(clause: object): clause is { conditions: FilterCondition[]; min_count: number } {
  return 'conditions' in clause && Array.isArray(clause.conditions) && 'min_count' in clause;
}

function compileCondition(condition: FilterCondition, depth: number): Predicate {
  if ('key' in condition) return compileFieldCondition(condition);
  if ('is_empty' in condition) return whereKnown(condition.is_empty.key, isEmpty, EVERYTHING);
  if ('is_null' in condition) throw refuseNulls();
  if ('has_id' in condition) return hasId(condition.has_id);
  if ('has_vector' in condition) throw refuse('has_vector');
  if ('nested' in condition) throw refuse(`a nested filter on ${JSON.stringify(condition.nested.key)}`);
  return compileFilter(condition, depth + 1);
}

function compileFieldCondition(condition: FieldCondition): Predicate {
  const { key, match, range, values_count: count, is_empty: empty, is_null: isNull, ...others } = condition;
  const tests = [match, range, count, empty, isNull, ...Object.values(others)].filter((test) => test != null);
  // Given several tests, a server applies one or any of them, depending on its indexes.
  if (tests.length !== 1) throw malformed(`The condition on ${key}`, 'exactly one test');
  if (match) return whereKnown(key, (field) => matchSql(field, match), NOTHING);
  if (range) return whereKnown(key, (field) => rangeSql(field, range), NOTHING);
  if (count) return whereKnown(key, (field) => valuesCountSql(field, count), NOTHING);
  if (empty != null) {
    const predicate = whereKnown(key, isEmpty, EVERYTHING);
    return empty ? predicate : not(predicate);
  }
  throw isNull != null ? refuseNulls() : refuse('conditions on places');
}

/** The predicate on an indexed field; `unknown` for a key that no paper has. */
function whereKnown(key: string, compile: (field: IndexedField) => Predicate, unknown: Predicate): Predicate {
  if (isIndexedField(key)) return compile(key);
  if (!/^[\w-]+$/.test(key)) throw refuse(`the path ${JSON.stringify(key)}`);
  if (Object.hasOwn(UNINDEXED, key)) throw refuse(`a condition on ${key}, which has no index`);
  return unknown;
}

function isEmpty(field: IndexedField): Predicate {
  if (!isListKind(kindOf(field))) return exact(`${filterColumn(field)} IS NULL`);
  const count = countColumn(field);
  return exact(`(${count} IS NULL OR ${count} = 0)`);
}

/** All points have UUIDs here; none has a number. */
function hasId(ids: readonly (string | number)[]): Predicate {
  const uuids = ids.filter((id) => typeof id === 'string').map(toUuid);
  return uuids.length === 0 ? NOTHING : exact(`${ID} IN (${quoteAllSql(uuids)})`);
}

/** The stored form of an id, from any form that a server accepts. */
function toUuid(text: string): string {
  const digits = text
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/.test(digits)) throw malformed('has_id', `UUIDs, got ${JSON.stringify(text)}`);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * The field has the value, or contains the words, of the condition. A value of another type matches nothing.
 */
function matchSql(field: IndexedField, match: FieldCondition['match']): Predicate {
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
  const kind = kindOf(field);
  const isKeptOtherwise = isTextKind(kind) || kind === 'datetime';
  if (isKeptOtherwise && !values.some((value) => typeof value === 'string')) return NOTHING;
  const literals = toLiterals(field, values);
  if (literals.length === 0) return NOTHING;
  const [column, list] = [filterColumn(field), literals.join(', ')];
  return kind === 'keywords'
    ? exact(`array_has_any(${column}, [${list}])`)
    : nullable(`${column} IN (${list})`);
}

/** Some value of the field is not in `values`. Fields without a value do not match. */
function differs(field: IndexedField, values: readonly unknown[]): Predicate {
  const literals = toLiterals(field, values);
  // Servers give different answers if a list mixes types or has the field's other type.
  if (literals.length < values.length) throw refuse(`except on ${field} with values of another type`);
  const [column, list] = [filterColumn(field), literals.join(', ')];
  if (kindOf(field) === 'keywords') {
    return nullable(
      list === '' ? `${countColumn(field)} > 0` : `array_length(array_except(${column}, [${list}])) > 0`,
    );
  }
  return list === '' ? exact(`${column} IS NOT NULL`) : nullable(`${column} NOT IN (${list})`);
}

/** The values that have the field's type. */
function toLiterals(field: IndexedField, values: readonly unknown[]): string[] {
  const kind = kindOf(field);
  switch (kind) {
    case 'keyword':
    case 'keywords':
      return values.filter((value) => typeof value === 'string').map(quoteSql);
    case 'integer':
      return values.filter(Number.isSafeInteger).map(String);
    case 'text':
    case 'texts':
    case 'datetime': {
      const instead = kind === 'datetime' ? 'use a range' : 'use match text, text_any or phrase';
      throw refuse(`equality of ${field} as written; ${instead}`);
    }
  }
}

function hasWords(
  field: IndexedField,
  operator: 'text' | 'text_any' | 'phrase',
  operand: unknown,
): Predicate {
  if (typeof operand !== 'string') throw malformed(`match ${operator} on ${field}`, 'a text');
  const kind = kindOf(field);
  if (kind === 'integer') return NOTHING;
  if (!isTextKind(kind)) throw refuse(`words in ${field}, which is compared as a whole`);
  const words = toWords(operand);
  if (words.length === 0) return NOTHING;
  const distinct = `[${quoteAllSql(new Set(words))}]`;
  if (operator === 'text_any') return exact(`array_has_any(${filterColumn(field)}, ${distinct})`);
  const hasAll = `array_has_all(${filterColumn(field)}, ${distinct})`;
  if (operator === 'text' || words.length === 1) return exact(hasAll);
  return hasPhrase(field, words, hasAll);
}

/**
 * @param hasAll selects the rows that contain all the words, through the index of words.
 */
function hasPhrase(field: IndexedField, words: readonly string[], hasAll: string): Predicate {
  const text = `concat(' ', array_to_string(${filterColumn(field)}, ' '), ' ')`;
  const inOrder = `contains(${text}, ${quoteSql(` ${words.join(' ')} `)})`;
  const sql = `(${hasAll} AND ${inOrder})`;
  if (words.some((word) => Buffer.byteLength(word) > MAX_TERM_BYTES)) {
    return { selects: whole(sql), leaves: whole(`NOT (${inOrder})`) };
  }
  const condition: RowCondition = { kind: 'phrase', field, words };
  return {
    selects: { sql, within: hasAll, rows: condition, isRowsAlone: true },
    leaves: {
      sql: `NOT (${inOrder})`,
      within: 'true',
      rows: { kind: 'not', condition },
      isRowsAlone: true,
    },
  };
}

/** The error for a meaningful filter that the embedded store does not support. */
function refuse(what: string): BadUserInputError {
  return new BadUserInputError(`The store of this server cannot express ${what}.`);
}

function refuseNulls(): BadUserInputError {
  return refuse('is_null (null and missing values are stored alike); use is_empty');
}

/** The error for input that no store accepts. */
function malformed(where: string, expected: string): BadUserInputError {
  return new BadUserInputError(`${where}: expected ${expected}.`);
}

const BOUNDS = {
  gt: { sql: '>', holds: (value: number, limit: number) => value > limit },
  gte: { sql: '>=', holds: (value: number, limit: number) => value >= limit },
  lt: { sql: '<', holds: (value: number, limit: number) => value < limit },
  lte: { sql: '<=', holds: (value: number, limit: number) => value <= limit },
} as const;
type Bound = keyof typeof BOUNDS;
/** The largest number that can be compared with a 64-bit integer column. */
const LARGEST = 2 ** 63 - 1024;

/**
 * Numbers are bounded by numbers, and instants by instants. A value of another type is outside every range.
 */
function rangeSql(field: IndexedField, range: FieldCondition['range']): Predicate {
  const bounds = readBounds(`range on ${field}`, range);
  const kind = kindOf(field);
  if (bounds.every(isNumberBound)) {
    return kind === 'integer' ? compareInteger(filterColumn(field), bounds) : NOTHING;
  }
  const instants = bounds.map(([bound, text]): [Bound, bigint] => {
    if (typeof text !== 'string')
      throw malformed(`range on ${field}`, 'numbers or RFC 3339 instants as bounds');
    const instant = toMicroseconds(text);
    if (instant !== null) return [bound, instant];
    throw malformed(`range on ${field}`, `an RFC 3339 instant, got ${JSON.stringify(text)}`);
  });
  if (kind === 'integer') return NOTHING;
  if (kind !== 'datetime') throw refuse(`a range of instants on ${field}`);
  return compare(filterColumn(field), instants);
}

/** A value that is not a list counts as one value. */
function valuesCountSql(field: IndexedField, count: FieldCondition['values_count']): Predicate {
  const bounds = readBounds(`values_count on ${field}`, count);
  if (!bounds.every(isNumberBound)) throw malformed(`values_count on ${field}`, 'numbers as bounds');
  if (isListKind(kindOf(field))) return compareInteger(countColumn(field), bounds);
  return bounds.every(([bound, limit]) => BOUNDS[bound].holds(1, limit))
    ? exact(`${filterColumn(field)} IS NOT NULL`)
    : NOTHING;
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
  return Object.hasOwn(BOUNDS, name);
}

function isNumberBound(bound: [Bound, unknown]): bound is [Bound, number] {
  return typeof bound[1] === 'number';
}

/** Columns contain integers, but bounds may have fractions: at least 1.5 means at least 2. */
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
  return and(bounds.map(([bound, value]) => nullable(`${column} ${BOUNDS[bound].sql} ${value}`)));
}

/**
 * What a condition selects and what it excludes. Both are built side by side, so that NOT only precedes single
 * conditions. Nulls are then handled in one place, negations use indexes, too, and the nesting stays far below the 50
 * levels that the engine's parser accepts.
 */
interface Predicate {
  selects: Side;
  leaves: Side;
}

interface Side {
  /** True for the rows of this side; false or null for all others. */
  sql: string;
  /** True for the rows of this side and possibly others: the parts of `sql` that do not join texts. */
  within: string;
  /** The condition under which a row of `within` belongs to this side; null if all do. */
  rows: RowCondition | null;
  /** Whether `rows` implies `within`. */
  isRowsAlone?: boolean;
}

const EVERYTHING: Predicate = { selects: whole('true'), leaves: whole('false') };
const NOTHING: Predicate = not(EVERYTHING);

function whole(sql: string): Side {
  return { sql, within: sql, rows: null };
}

/** A condition that is true or false for every row. */
function exact(sql: string): Predicate {
  return { selects: whole(sql), leaves: whole(`NOT (${sql})`) };
}

/** A condition that may be null for rows it does not select. */
function nullable(sql: string): Predicate {
  return { selects: whole(sql), leaves: whole(`NOT COALESCE(${sql}, false)`) };
}

function not({ selects, leaves }: Predicate): Predicate {
  return { selects: leaves, leaves: selects };
}

function and(predicates: readonly Predicate[]): Predicate {
  const narrowing = predicates.filter(({ selects }) => selects.sql !== 'true');
  const [first] = narrowing;
  if (!first) return EVERYTHING;
  if (narrowing.some(({ selects }) => selects.sql === 'false')) return NOTHING;
  if (narrowing.length === 1) return first;
  return {
    selects: allOf(narrowing.map(({ selects }) => selects)),
    leaves: anyOf(narrowing.map(({ leaves }) => leaves)),
  };
}

function allOf(sides: readonly Side[]): Side {
  const rows = sides.flatMap((side) => side.rows ?? []);
  return {
    sql: join(
      sides.map(({ sql }) => sql),
      'AND',
    ),
    within: join(
      sides.map(({ within }) => within).filter((within) => within !== 'true'),
      'AND',
    ),
    rows: rows.length > 1 ? { kind: 'all', conditions: rows } : (rows[0] ?? null),
    isRowsAlone: sides.every(({ isRowsAlone = false }) => isRowsAlone),
  };
}

function anyOf(sides: readonly Side[]): Side {
  const sql = join(
    sides.map((side) => side.sql),
    'OR',
  );
  if (sides.every(({ rows }) => rows === null)) return whole(sql);
  const isWide = sides.some(({ within }) => within === 'true');
  const within = isWide
    ? 'true'
    : join(
        sides.map((side) => side.within),
        'OR',
      );
  return {
    // The engine uses no index for alternatives if one of them has none.
    sql: isWide ? sql : `(${within} AND ${sql})`,
    within,
    rows: { kind: 'any', conditions: sides.map(toRowCondition) },
    isRowsAlone: true,
  };
}

function join(parts: readonly string[], operator: 'AND' | 'OR'): string {
  if (parts.length > 1) return `(${parts.join(` ${operator} `)})`;
  return parts[0] ?? 'true';
}

/** The full condition of a row of this side. */
function toRowCondition({ within, rows, isRowsAlone = false }: Side): RowCondition {
  const sql = { kind: 'sql', sql: within } as const;
  if (rows === null) return sql;
  return isRowsAlone ? rows : { kind: 'all', conditions: [sql, rows] };
}

function or(predicates: readonly Predicate[]): Predicate {
  return predicates.length === 0 ? NOTHING : not(and(predicates.map(not)));
}

/** True if at least `count` of the predicates are true. */
function atLeast(count: number, predicates: readonly Predicate[]): Predicate {
  if (count <= 0) return EVERYTHING;
  if (count > predicates.length) return NOTHING;
  if (count === 1) return or(predicates);
  if (count === predicates.length) return and(predicates);
  const ones = predicates.map(({ selects }) => `CAST(COALESCE(${selects.sql}, false) AS INT)`);
  return exact(`(${ones.join(' + ')}) >= ${count}`);
}
