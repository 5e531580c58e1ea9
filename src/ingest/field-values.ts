/** Fields of dumps in other layouts: lists instead of strings, JSON in strings, XML as objects. */

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NOTHING = /^\s*(?:(?:null|none|nan|\[\]|\{\})\s*)?$/i;

/** Whether the value contains anything: it is not null, blank or empty. */
export function hasValue(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string') return !NOTHING.test(value);
  if (Array.isArray(value)) return value.some(hasValue);
  return typeof value === 'object' ? Object.values(value).some(hasValue) : !Number.isNaN(value);
}

/** The first of these fields with a value. */
export function firstGiven(fields: Fields, names: readonly string[]): unknown {
  for (const name of names) if (hasValue(fields[name])) return fields[name];
  return undefined;
}

/** Keys under which XML converters put the text of an element, and objects their one relevant value. */
const TEXT_NAMES = [
  '#text',
  '$t',
  '_',
  '_text',
  '__text',
  'value',
  'text',
  'name',
  'display_name',
  'term',
  'url',
  'href',
  'title',
];

/** A string unchanged; a list as its texts separated by spaces; an element as its text. Null for other values. */
export function toText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (Array.isArray(value)) {
    const texts = value.map(toText).filter((text) => text !== null && text.trim() !== '');
    return texts.length === 0 ? null : texts.join(' ');
  }
  return isFields(value) ? toText(firstGiven(value, TEXT_NAMES)) : null;
}

/**
 * The items of a list, of a string with a list in JSON or Python's `repr`, or of an element with one kind of children
 * (`{"author": […]}`). Null for anything else.
 */
export function toList(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value === 'string') return /^\s*(?:\[|[({]\s*['"])/.test(value) ? parseList(value) : null;
  if (!isFields(value)) return null;
  const [child, ...others] = Object.entries(value).filter(([name]) => !name.startsWith('@'));
  return child === undefined || others.length > 0 ? null : toItems(child[1]);
}

/** Also accepts a single item, as XML converters return it if there is only one. */
function toItems(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  return isFields(value) ? [value] : null;
}

function parseList(text: string): readonly unknown[] | null {
  for (const json of [text, fromPython(text), fromPython(asPlainList(text))]) {
    try {
      const parsed: unknown = JSON.parse(json);
      if (Array.isArray(parsed)) return parsed as readonly unknown[];
    } catch {
      // Not JSON: perhaps Python's.
    }
  }
  return null;
}

/**
 * A tuple, a set, a numpy array (without commas), or a list of objects constructed from strings: `[Author('A.
 * One')]`.
 */
function asPlainList(text: string): string {
  const items = text
    .trim()
    .slice(1, -1)
    .replace(/(?<![\w.])[\w.]+\(('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)/g, '$1')
    .replace(/(['"])\s+(?=['"])/g, '$1, ')
    .replace(/,\s*$/, '');
  return `[${items}]`;
}

/** A string without an end takes the rest, so that it is read only once. */
const PYTHON_TOKEN = /'((?:[^'\\]|\\.)*)['\\]?|"(?:[^"\\]|\\.)*["\\]?|\b(None|True|False)\b/gs;
const CONSTANTS: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' };

/** A Python literal as JSON: strings in double quotes, constants under their JSON names. */
function fromPython(text: string): string {
  return text.replace(PYTHON_TOKEN, (token, single: string | undefined, constant: string | undefined) => {
    if (constant !== undefined) return CONSTANTS[constant] ?? token;
    return single === undefined ? token : JSON.stringify(single.replace(/\\(['"\\])/g, '$1'));
  });
}
