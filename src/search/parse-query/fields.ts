import type { Candidate, Read } from './candidate.js';
import { toCategory } from './categories.js';
import { isPartial, toReading } from './names.js';
import type { Span, Token } from './tokens.js';
import { parseArxivId } from '../../papers/arxiv-id.js';

type Field = 'author' | 'title' | 'categories' | 'ids';

/** The short forms are those of arXiv's own API. */
const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['author', 'author'],
  ['authors', 'author'],
  ['au', 'author'],
  ['title', 'title'],
  ['ti', 'title'],
  ['cat', 'categories'],
  ['category', 'categories'],
  ['categories', 'categories'],
  ['id', 'ids'],
  ['ids', 'ids'],
  ['arxiv', 'ids'],
]);
const LONGEST_FIELD = 10;
const MAX_NAME_WORDS = 6;
const HAS_WORD = /[\p{Alphabetic}\p{N}]/u;

/**
 * The field that a token begins. A value that cannot be meant (an identifier that is none, a category of no archive) leaves it
 * a text. An address of arxiv.org needs no field.
 */
export function readField(tokens: readonly Token[], at: number): Read | null {
  const token = tokens[at];
  if (token?.kind !== 'word') return null;
  const colon = token.text.slice(0, LONGEST_FIELD + 1).indexOf(':');
  if (colon > 0) return readInside(tokens, at, token, colon);
  const field = token.after === ':' ? FIELDS.get(token.lower) : undefined;
  if (field !== undefined) return readQuoted(field, token, tokens[at + 1], at);
  return token.text.includes('arxiv.org/') ? toIds(token, at + 1) : null;
}

/** The value is in the token itself, and perhaps goes on in those behind it. */
function readInside(tokens: readonly Token[], at: number, token: Token, colon: number): Read | null {
  const field = FIELDS.get(token.lower.slice(0, colon));
  const value: Token = {
    ...token,
    text: token.text.slice(colon + 1),
    lower: token.lower.slice(colon + 1),
    before: '',
  };
  switch (field) {
    case 'author':
      return readAuthor(tokens, at, value);
    case 'title':
      return HAS_WORD.test(value.text)
        ? {
            candidate: { kind: 'title', text: value.text, isPhrase: false, ...spanOf(token, token) },
            next: at + 1,
          }
        : null;
    case 'categories': {
      const [categories, next, end] = readList(tokens, at, value, toCategory);
      return next === at
        ? null
        : { candidate: { kind: 'categories', categories, start: token.start, end }, next };
    }
    case 'ids': {
      const [ids, next, end] = readList(tokens, at, value, parseArxivId);
      return next === at ? null : { candidate: { kind: 'ids', ids, start: token.start, end }, next };
    }
    case undefined:
      return token.text.includes('arxiv.org/') ? toIds(token, at + 1) : null;
  }
}

function readQuoted(field: Field, token: Token, quoted: Token | undefined, at: number): Read | null {
  if (quoted?.kind !== 'quoted' || !HAS_WORD.test(quoted.text)) return null;
  const candidate = toQuoted(field, quoted.text, spanOf(token, quoted));
  return candidate && { candidate, next: at + 2 };
}

function toQuoted(field: Field, text: string, span: Span): Candidate | null {
  switch (field) {
    case 'author':
      return { kind: 'author', name: text, ...span };
    case 'title':
      return { kind: 'title', text, isPhrase: true, ...span };
    case 'categories': {
      const category = toCategory(text);
      return category === null ? null : { kind: 'categories', categories: [category], ...span };
    }
    case 'ids': {
      const id = parseArxivId(text);
      return id === null ? null : { kind: 'ids', ids: [id], ...span };
    }
  }
}

/** One word; initials and particles in front of it belong to it: `author:Y. LeCun`, `author:van der Maaten`. */
function readAuthor(tokens: readonly Token[], at: number, value: Token): Read | null {
  const words = [value, ...tokens.slice(at + 1, at + MAX_NAME_WORDS)];
  const full = words.findIndex((word) => !isPartial(word));
  const count = full < 0 || words.slice(0, full).some(endsWithoutStop) ? 1 : full + 1;
  const { name, end } = toReading(words, 0, count);
  if (!HAS_WORD.test(name) || words.slice(0, count).some(({ kind }) => kind === 'quoted')) return null;
  return { candidate: { kind: 'author', name, start: value.start, end }, next: at + count };
}

function endsWithoutStop({ after }: Token): boolean {
  return after !== '' && after !== '.';
}

/**
 * The values from a token on that go together without spaces (`cat:cs.LG,cs.CV`), up to the first that cannot be meant; the token
 * behind them, and where they end.
 */
function readList(
  tokens: readonly Token[],
  at: number,
  first: Token,
  parse: (text: string) => string | null,
): [values: string[], next: number, end: number] {
  const values: string[] = [];
  let next = at;
  let end = first.start;
  for (let token: Token | undefined = first; token?.kind === 'word'; token = tokens[next]) {
    const value = next === at || isNextOfList(tokens, next) ? parse(token.text) : null;
    if (value === null) break;
    values.push(value);
    end = token.end;
    next += 1;
  }
  return [values, next, end];
}

function isNextOfList(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.isGlued === true && tokens[at - 1]?.after === ',';
}

function toIds({ text, start, end }: Token, next: number): Read | null {
  const id = parseArxivId(text);
  return id === null ? null : { candidate: { kind: 'ids', ids: [id], start, end }, next };
}

function spanOf(first: Token, last: Token): Span {
  return { start: first.start, end: last.end };
}
