import { firstGiven, hasValue, isFields, toList, toText, type Fields } from './field-values.js';

/** The authors of a record, in one of three forms. */
export interface AuthorFields {
  /** All names in one string. */
  authors: string | null;
  /** One name each, "Given Family" or "Family, Given". */
  author_list: string[] | null;
  /** `[family, given, suffix, …affiliations]` for each author. */
  authors_parsed: string[][] | null;
}

/** Names of the authors' field in various layouts, the usual ones first. */
const NAMES = ['authors', 'author', 'creator', 'creators', 'authors_list', 'author_names', 'authorships'];
const AUTHORS_NAME = /author|creator/i;
/** Fields with a similar name that contain no names. */
const OTHER_NAME = /count|num|id|_url|affil|detail|corresp|parsed/i;

const FAMILY = [
  'keyname',
  'family',
  'family_name',
  'familyName',
  'last',
  'last_name',
  'lastName',
  'lastname',
  'surname',
];
const GIVEN = [
  'forenames',
  'given',
  'given_name',
  'givenName',
  'first',
  'first_name',
  'firstName',
  'firstname',
];
const MIDDLE = ['middle', 'middle_name', 'middleName'];
const FULL = [
  'name',
  'full_name',
  'fullName',
  'display_name',
  'author',
  'raw_name',
  'text',
  '#text',
  '$t',
  '_',
];

export function toAuthorFields(fields: Fields): AuthorFields {
  const parsed = toList(fields['authors_parsed'])
    ?.map(toNameParts)
    .filter((parts) => parts !== null);
  const value = findAuthors(fields) ?? fromColumns(fields);
  const list =
    (isFields(value) ? fromColumns(value) : null) ?? toList(value) ?? (isFields(value) ? [value] : null);
  if (list === null) {
    return {
      authors: typeof value === 'string' ? value : null,
      author_list: null,
      authors_parsed: parsed ?? null,
    };
  }
  const [only] = list;
  if (list.length === 1 && typeof only === 'string' && SEVERAL.test(only)) {
    return { authors: only, author_list: null, authors_parsed: parsed ?? null };
  }
  const parts = list.map(toNameParts);
  if (parts.every((each) => each !== null)) {
    return { authors: null, author_list: null, authors_parsed: parsed?.length ? parsed : parts };
  }
  const names = list.map(toName).filter((name) => name !== null);
  return { authors: null, author_list: names, authors_parsed: parsed ?? null };
}

/**
 * A single string that contains several names: it has two commas or more, or initials before the first comma.
 */
const SEVERAL =
  /,(?!\s*(?:Jr|Sr|I{2,3}|IV)\.?(?:,|$))[^,]+,(?!\s*(?:Jr|Sr|I{2,3}|IV)\.?$)|;|^\p{Lu}\.[^,]+,|^(?!.*(?:Collaboration|Consortium|Group|Team)).* and /u;

/** Family and given names in two columns, as sickle returns OAI's. */
function fromColumns(fields: Fields): string[][] | null {
  const [families, forenames] = [FAMILY, GIVEN].map((names) => firstGiven(fields, names));
  if (!Array.isArray(families) || !Array.isArray(forenames)) return null;
  return families.map((family, at) => [toText(family) ?? '', toText(forenames[at]) ?? '']);
}

function findAuthors(fields: Fields): unknown {
  for (const name of NAMES) if (hasValue(fields[name])) return fields[name];
  const other = Object.keys(fields).find(
    (name) => AUTHORS_NAME.test(name) && !OTHER_NAME.test(name) && hasValue(fields[name]),
  );
  return other === undefined ? undefined : fields[other];
}

/** `[family, given, suffix]`, or an object that names the parts. */
function toNameParts(value: unknown): string[] | null {
  if (Array.isArray(value)) return value.map((part) => (typeof part === 'string' ? part : ''));
  if (!isFields(value)) return null;
  const family = textOf(value, FAMILY);
  const given = [textOf(value, GIVEN), textOf(value, MIDDLE)].filter(Boolean).join(' ');
  return family === '' ? null : [family, given, textOf(value, ['suffix'])];
}

function toName(value: unknown): string | null {
  if (!isFields(value)) return typeof value === 'string' ? value : null;
  const parts = toNameParts(value);
  if (parts) return [parts[1], parts[0], parts[2]].filter(Boolean).join(' ');
  return textOf(value, FULL) || null;
}

function textOf(value: Fields, names: readonly string[]): string {
  const name = names.find((each) => hasValue(value[each]));
  return name === undefined ? '' : (toText(value[name]) ?? '').trim();
}
