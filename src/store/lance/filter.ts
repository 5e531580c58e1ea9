import { matchSql } from './filter-match.js';
import { rangeSql, valuesCountSql } from './filter-range.js';
import { countColumn, filterColumn, ID, isIndexedField, isListKind, kindOf } from './column-names.js';
import { malformed, refuse } from './refusals.js';
import { and, atLeast, EVERYTHING, exact, not, NOTHING, or, type Predicate, quoteAll } from './sql.js';
import type { Condition, FieldCondition, Filter } from '../filter.js';
import type { IndexedField } from '../layout.js';
import type { PayloadField } from '../../papers/payload.js';

/** Payload fields that are stored and have no filter column. A record, so that none can be forgotten. */
const UNINDEXED: Record<Exclude<PayloadField, IndexedField>, true> = {
  submitter: true,
  'report-no': true,
  versions: true,
  update_date: true,
  citation_key: true,
  content_hash: true,
};
/** Within what the engine's parser takes, whatever the filter is made of. */
const MAX_DEPTH = 30;
const FILTER_CLAUSES = ['must', 'should', 'must_not', 'min_should'];
const FIELD_TESTS = [
  'match',
  'range',
  'values_count',
  'is_empty',
  'is_null',
  'geo_bounding_box',
  'geo_radius',
  'geo_polygon',
] as const satisfies (keyof FieldCondition)[];

/**
 * Compiles a filter to the predicate that selects the same rows as a Qdrant server with payload indexes.
 *
 * @returns null when the filter selects everything.
 * @throws BadUserInputError for what the embedded store cannot express, and for what is no filter.
 */
export function toPredicate(filter: Filter | undefined): string | null {
  const predicate = filter ? compileFilter(filter, 1) : EVERYTHING;
  return predicate.selects === EVERYTHING.selects ? null : predicate.selects;
}

function compileFilter(filter: Filter, depth: number): Predicate {
  if (depth > MAX_DEPTH) throw refuse(`a filter nested more than ${MAX_DEPTH} levels deep`);
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

/** A clause holds one condition or several; an empty one asks for nothing. */
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

function isMinShould(clause: object): clause is { conditions: Condition[]; min_count: number } {
  return 'conditions' in clause && Array.isArray(clause.conditions) && 'min_count' in clause;
}

function compileCondition(condition: Condition, depth: number): Predicate {
  if ('key' in condition) return compileFieldCondition(condition);
  if ('is_empty' in condition) return whereKnown(condition.is_empty.key, isEmpty, EVERYTHING);
  if ('is_null' in condition)
    throw refuse('is_null (null and missing values are stored alike); use is_empty');
  if ('has_id' in condition) return hasId(condition.has_id);
  if ('has_vector' in condition) throw refuse('has_vector');
  if ('nested' in condition) throw refuse(`a nested filter on ${JSON.stringify(condition.nested.key)}`);
  return compileFilter(condition, depth + 1);
}

function compileFieldCondition(condition: FieldCondition): Predicate {
  const tests = FIELD_TESTS.filter((test) => condition[test] !== undefined && condition[test] !== null);
  const [test] = tests;
  // A server that is given several takes one of them or any, depending on its indexes.
  if (!test || tests.length > 1) throw malformed(`The condition on ${condition.key}`, 'exactly one test');
  switch (test) {
    case 'match':
      return whereKnown(condition.key, (field) => matchSql(field, condition.match), NOTHING);
    case 'range':
      return whereKnown(condition.key, (field) => rangeSql(field, condition.range), NOTHING);
    case 'values_count':
      return whereKnown(condition.key, (field) => valuesCountSql(field, condition.values_count), NOTHING);
    case 'is_empty': {
      const empty = whereKnown(condition.key, isEmpty, EVERYTHING);
      return condition.is_empty ? empty : not(empty);
    }
    case 'is_null':
      throw refuse('is_null (null and missing values are stored alike); use is_empty');
    case 'geo_bounding_box':
    case 'geo_radius':
    case 'geo_polygon':
      throw refuse('conditions on places');
  }
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

/** Points have UUIDs here; no point has a number. */
function hasId(ids: readonly (string | number)[]): Predicate {
  const uuids = ids.filter((id) => typeof id === 'string').map(toUuid);
  return uuids.length === 0 ? NOTHING : exact(`${ID} IN (${quoteAll(uuids)})`);
}

/** The one spelling that ids are stored in, from any that a server takes. */
function toUuid(text: string): string {
  const digits = text
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/.test(digits)) throw malformed('has_id', `UUIDs, got ${JSON.stringify(text)}`);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
