import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql';
import type { Dice } from './dice.js';
import { hostileText } from './hostile-text.js';

/** Material for values. */
export interface Material {
  /** Identifiers of stored papers. */
  ids: readonly string[];
  /** Cursors returned by the server. */
  cursors: readonly string[];
}

/** How hostile an operation should be. */
export interface Malice {
  /** The scale: 1 is far above every limit. Repeating the operation with less ends just below one. */
  scale: number;
  /** How often a value or a selection does not match the schema. Such an operation is rejected and not executed. */
  wrong: number;
}

/** Placeholder, in JSON and documents, for a number that JavaScript cannot represent. */
const HUGE = '@huge@';

const BORDERS: readonly unknown[] = [0, 1, -1, 2, 5, 10, 99, 100, 101, 200, 1000, 1001, 10_000, 2 ** 31 - 1];
const NUMBERS: readonly unknown[] = [
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1.5, 0.1, 1e-9, 1e308, HUGE],
];

const DATES = [
  '2021-12-31',
  '1991-01-01',
  '0001-01-01',
  '9999-12-31T23:59:59Z',
  '2021-06-30T12:00:00.123456789+14:00',
];
const NO_DATES = ['2021-02-30', '0000-00-00', '+275760-09-13', '12/31/21', ''];
const CODES = ['cs.LG', 'hep-th', 'cs.*', 'CS.lg', 'stat', 'q-bio.NC'];

/** A value for an argument or input field with this name: mostly of its type, at the limits or hostile. */
export function hostileValue(
  dice: Dice,
  material: Material,
  type: GraphQLInputType,
  name: string,
  malice: Malice,
  depth = 0,
): unknown {
  if (dice.chance(malice.wrong)) return wrongShape(dice);
  if (isNonNullType(type)) return nonNullValue(dice, material, type.ofType, name, malice, depth);
  if (dice.chance(0.03)) return null;
  return nonNullValue(dice, material, type, name, malice, depth);
}

function nonNullValue(
  dice: Dice,
  material: Material,
  type: GraphQLInputType,
  name: string,
  malice: Malice,
  depth: number,
): unknown {
  if (isListType(type)) {
    const most = depth > 2 ? 3 : Math.ceil((name === 'kinds' || name === 'by' ? 4 : 2_000) * malice.scale);
    const entry = () => hostileValue(dice, material, type.ofType, name, malice, depth + 1);
    return Array.from({ length: dice.chance(0.5) ? dice.int(0, 3) : dice.size(most) }, entry);
  }
  if (isEnumType(type)) return dice.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const chosen = fields.filter((field) => isChosen(dice, field, fields.length, depth));
    return Object.fromEntries(
      chosen.map((field) => [
        field.name,
        hostileValue(dice, material, field.type, field.name, malice, depth + 1),
      ]),
    );
  }
  return scalarValue(dice, material, getNamedType(type).name, name, malice);
}

/** Nested input objects; deeper ones have fewer fields. */
function isChosen(dice: Dice, field: GraphQLInputField, fields: number, depth: number): boolean {
  if (isNonNullType(field.type)) return true;
  return dice.chance(Math.min(0.5, (depth < 40 ? 1.3 : 0.5) / fields));
}

function scalarValue(dice: Dice, material: Material, type: string, name: string, malice: Malice): unknown {
  switch (type) {
    case 'Int':
      return /^(first|last|groupSize)$/.test(name) && dice.chance(0.7)
        ? dice.int(1, Math.ceil(100 * malice.scale))
        : dice.pick(dice.chance(malice.wrong) ? NUMBERS : BORDERS);
    case 'Float':
      return dice.chance(0.7)
        ? dice.int(0, 100) / 100
        : dice.pick(dice.chance(malice.wrong) ? NUMBERS : BORDERS);
    case 'Boolean':
      return dice.chance(0.5);
    case 'Date':
    case 'DateTime':
    case 'DateOrDateTime':
      return dice.pick(dice.chance(malice.wrong) ? NO_DATES : DATES);
    default:
      return stringValue(dice, material, name, malice);
  }
}

function stringValue(dice: Dice, material: Material, name: string, malice: Malice): string {
  if (/^(after|before)$/.test(name)) return mangle(dice, dice.pick(material.cursors));
  if (/^(id|ids|like|unlike)$/.test(name) && dice.chance(0.8)) return dice.pick(material.ids);
  if (/^(code|in|notIn|all)$/.test(name) && dice.chance(0.5)) return dice.pick(CODES);
  return hostileText(
    dice,
    Math.ceil((name === 'query' ? 12_000 : dice.pick([40, 40, 40, 2_000])) * malice.scale),
  );
}

/** The text, possibly with a change somewhere. */
export function mangle(dice: Dice, text: string): string {
  const at = dice.int(0, text.length);
  switch (dice.int(0, 5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + hostileText(dice, 10) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + dice.size(20));
    case 3:
      return text + text;
    default:
      return text;
  }
}

function wrongShape(dice: Dice): unknown {
  const deep = () => Array.from({ length: dice.size(90) }).reduce<unknown>((inner) => [inner], 1);
  return dice.pick<() => unknown>([
    () => dice.pick(NUMBERS),
    () => hostileText(dice, 50),
    () => true,
    () => ({}),
    () => [],
    () => [[[null]]],
    () => ({ and: { or: { not: 1 } } }),
    deep,
  ])();
}

/** The value as written in a document, without keys that are not GraphQL names. */
export function toLiteral(value: unknown, type: GraphQLInputType | undefined): string {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (Array.isArray(value)) {
    const of = isListType(inner) ? inner.ofType : undefined;
    return `[${value.map((entry) => toLiteral(entry, of)).join(' ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = isInputObjectType(inner) ? inner.getFields() : {};
    const entries = Object.entries(value).map(
      ([key, entry]) => `${key}:${toLiteral(entry, fields[key]?.type)}`,
    );
    return `{${entries.join(' ')}}`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  if (isEnumType(inner) && /^\w+$/.test(value)) return value;
  // Documents cannot contain lone surrogates; only variables can.
  return JSON.stringify(toWellFormed(value));
}

export function toWellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** Replaces the placeholders by numbers that are too large. */
export function insertHuge(dice: Dice, text: string): string {
  if (!text.includes(HUGE)) return text;
  const number = dice.pick(['1e400', '9'.repeat(400), '-9007199254740993', '1'.repeat(10_000)]);
  return text.replaceAll(/\\?"@huge@\\?"/g, number);
}
