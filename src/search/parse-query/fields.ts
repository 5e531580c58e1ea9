import { toCategory } from './categories.js';
import { allOf, anyOf, notOf, type TextField } from './expression.js';
import { toIdentifier } from './identifiers.js';
import { isPartial, readName, toReading } from './names.js';
import { readOperator } from './operators.js';
import { dayAfter, dayOf, monthOf, yearsFrom, type DayRange, type Period } from './periods.js';
import type { Draft, Read, Source } from './reading.js';
import type { Token } from './tokens.js';

type Field = TextField | 'author' | 'category' | 'id' | 'doi';

/** The short forms are those of arXiv's own API (https://info.arxiv.org/help/api/user-manual.html, 5.1). */
const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['author', 'author'],
  ['authors', 'author'],
  ['au', 'author'],
  ['title', 'title'],
  ['ti', 'title'],
  ['abstract', 'abstract'],
  ['abs', 'abstract'],
  ['comment', 'comments'],
  ['comments', 'comments'],
  ['co', 'comments'],
  ['journal', 'journalRef'],
  ['journalref', 'journalRef'],
  ['journal-ref', 'journalRef'],
  ['jr', 'journalRef'],
  ['all', 'anywhere'],
  ['cat', 'category'],
  ['category', 'category'],
  ['categories', 'category'],
  ['id', 'id'],
  ['ids', 'id'],
  ['arxiv', 'id'],
  ['doi', 'doi'],
]);
const LONGEST_FIELD = 11;
const MAX_NAME_WORDS = 6;
/** Tokens within the single quotes or the round brackets of one value. */
const MAX_VALUE_TOKENS = 64;
const HAS_WORD = /[\p{Alphabetic}\p{N}]/u;
/** `submittedDate:[202301010600 TO 2024]`; days are taken whole. */
const DATE_RANGE =
  /(submitted|lastupdated)date:\s{0,3}([[{])\s{0,3}(\*|[\d-]{4,19})\s{1,3}to\s{1,3}(\*|[\d-]{4,19})\s{0,3}([\]}])/iy;

/**
 * The field that a token begins: `ti:word`, `au:"…"`, `cat:cs.LG,cs.CV`, `abs:(one OR other)`, `submittedDate:[… TO …]`. A
 * value that cannot be meant (an identifier that is none, a category of no archive) leaves it a text.
 */
export function readField(source: Source, at: number): Read | null {
  const token = source.tokens[at];
  if (token?.kind !== 'word') return null;
  const colon = token.text.slice(0, LONGEST_FIELD + 2).indexOf(':');
  if (colon > 0) {
    const field = FIELDS.get(token.lower.slice(0, colon));
    return field === undefined ? readDateRange(source, at) : readInside(source, at, field, token, colon);
  }
  const field = token.after === ':' ? FIELDS.get(token.lower) : undefined;
  return field === undefined ? readDateRange(source, at) : readBeside(source, at, field);
}

/** The value begins in the token of the field. */
function readInside(source: Source, at: number, field: Field, token: Token, colon: number): Read | null {
  const text = token.text.slice(colon + 1);
  if (/^['‘]/u.test(text)) return readSingleQuoted(source, at, field, token.start + colon + 2);
  const value: Token = { ...token, text, lower: text.toLowerCase(), before: '' };
  switch (field) {
    case 'author':
      return readAuthor(source, at, value);
    case 'category':
    case 'id':
    case 'doi':
      return readList(source, at, value, field);
    default:
      return HAS_WORD.test(text) ? toRead(toText(field, text, false), token, token, at + 1) : null;
  }
}

/** The value is in the tokens after the field: in quotes, in brackets, or a code or an identifier after a space. */
function readBeside(source: Source, at: number, field: Field): Read | null {
  const [token, value] = [source.tokens[at], source.tokens[at + 1]];
  if (!token || !value) return null;
  if (value.kind === 'quoted') {
    const draft = toValue(field, value.text, true);
    return draft && toRead(draft, token, value, at + 2);
  }
  if (value.kind === 'open') return value.isGlued ? readGroup(source, at, field) : null;
  if (value.before !== '') {
    const isQuote = /^['‘]$/u.test(value.before) && value.isGlued;
    return isQuote ? readSingleQuoted(source, at, field, value.start) : null;
  }
  const isCode = field === 'category' || field === 'id' || field === 'doi';
  const draft = isCode && value.kind === 'word' ? toValue(field, value.text, false) : null;
  return draft && toRead(draft, token, value, at + 2);
}

/** `author:'Grisha Perelman'`; an apostrophe within a word closes nothing. */
function readSingleQuoted({ query, tokens }: Source, at: number, field: Field, start: number): Read | null {
  for (let last = at; last < at + MAX_VALUE_TOKENS; last++) {
    const token = tokens[last];
    if (token?.kind !== 'word') return null;
    if (!/^['’]/u.test(token.after)) continue;
    const draft = toValue(field, query.slice(start, token.end), true);
    const [first] = [tokens[at]];
    return draft && first ? { draft, next: last + 1, start: first.start, end: token.end + 1 } : null;
  }
  return null;
}

/** `ti:(attention is)`, `au:(hinton OR sutskever)`, `abs:(graph NOT "neural network")`: joined as the operators in it say. */
function readGroup(source: Source, at: number, field: Field): Read | null {
  const { tokens } = source;
  const first = tokens[at];
  const alternatives: Draft[] = [];
  let all: Draft[] = [];
  let isNegated = false;
  for (let next = at + 2; first && next < at + MAX_VALUE_TOKENS;) {
    const operand = readGroupOperand(source, next, field);
    if (operand === null) return null;
    all.push(isNegated ? notOf(operand.draft) : operand.draft);
    const token = tokens[operand.next];
    if (token?.kind === 'close') {
      return toRead(anyOf([...alternatives, allOf(all)]), first, token, operand.next + 1);
    }
    const operator = readOperator(source, operand.next);
    next = operator?.next ?? operand.next;
    isNegated = operator?.kind === 'not' || operator?.kind === 'andnot';
    if (operator?.kind !== 'or') continue;
    alternatives.push(allOf(all));
    all = [];
  }
  return null;
}

/** A quoted text, or the words up to an operator, a quote or a bracket. */
function readGroupOperand(source: Source, at: number, field: Field): { draft: Draft; next: number } | null {
  const { tokens } = source;
  const first = tokens[at];
  if (first?.kind === 'quoted') {
    const draft = toValue(field, first.text, true);
    return draft && { draft, next: at + 1 };
  }
  let next = at;
  while (tokens[next]?.kind === 'word' && !(next > at && readOperator(source, next)?.isExplicit)) {
    if (next - at > MAX_VALUE_TOKENS) return null;
    next += 1;
  }
  const draft = toWordsValue(source, field, tokens.slice(at, next));
  return draft && { draft, next };
}

/** The words of a group between two operators: a name, all words of a text, or each code of a list. */
function toWordsValue({ query }: Source, field: Field, words: readonly Token[]): Draft | null {
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last) return null;
  if (field !== 'category' && field !== 'id' && field !== 'doi') {
    return toValue(field, query.slice(first.start, last.end), false);
  }
  const values = words.map(({ text }) => toValue(field, text, false));
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : allOf(known);
}

function toValue(field: Field, text: string, isQuoted: boolean): Draft | null {
  if (!HAS_WORD.test(text)) return null;
  switch (field) {
    case 'author':
      return { kind: 'author', name: toName(text) };
    case 'category':
      return toCategory(text);
    case 'id': {
      const draft = toIdentifier(text);
      return draft?.kind === 'id' ? draft : null;
    }
    case 'doi':
      return toIdentifier(text);
    default:
      return toText(field, text, isQuoted);
  }
}

function toText(field: TextField, text: string, isPhrase: boolean): Draft {
  return { kind: 'text', field, text, isPhrase };
}

/** arXiv's API writes `au:del_maestro`. */
function toName(text: string): string {
  return text.replaceAll('_', ' ').trim();
}

/**
 * One word; initials and particles before it belong to it: `author:Y. LeCun`, `author:van der Maaten`. Capitals after it do when
 * somebody is called so: `au:Yann LeCun`.
 */
function readAuthor(source: Source, at: number, value: Token): Read | null {
  const words = [value, ...source.tokens.slice(at + 1, at + MAX_NAME_WORDS)];
  const full = words.findIndex((word) => !isPartial(word));
  const count = full < 0 || words.slice(0, full).some(endsWithoutStop) ? 1 : full + 1;
  if (words.slice(0, count).some(({ kind }) => kind !== 'word')) return null;
  const certain = toReading(words, 0, count, true);
  if (!HAS_WORD.test(certain.name)) return null;
  const longer = /^\p{Lu}/u.test(value.text)
    ? readName({ ...source, tokens: words }, 0).filter(
        ({ next }) => next > count && words[next - 1] !== undefined,
      )
    : [];
  const isCapital = ({ next }: { next: number }) => /^\p{Lu}/u.test(words[next - 1]?.text ?? '');
  const readings = [
    ...longer.filter(isCapital).map((reading) => ({ ...reading, isCertain: false })),
    { ...certain, name: toName(certain.name) },
  ].map((reading) => ({ ...reading, next: at + reading.next }));
  const [longest = certain] = readings;
  const author = { readings, end: longest.end, joining: 'and' as const };
  return {
    draft: { kind: 'byline', authors: [author] },
    start: value.start,
    end: longest.end,
    next: longest.next,
  };
}

function endsWithoutStop({ after }: Token): boolean {
  return after !== '' && after !== '.';
}

/** The values that go together without spaces (`cat:cs.LG,cs.CV`), up to the first that cannot be meant. */
function readList({ tokens }: Source, at: number, first: Token, field: Field): Read | null {
  const values: Draft[] = [];
  let next = at;
  let last = first;
  for (let token: Token | undefined = first; token?.kind === 'word'; token = tokens[next]) {
    const value = next === at || isNextOfList(tokens, next) ? toValue(field, token.text, false) : null;
    if (value === null) break;
    values.push(value);
    last = token;
    next += 1;
  }
  return values.length === 0 ? null : toRead(allOf(values), first, last, next);
}

function isNextOfList(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.isGlued === true && tokens[at - 1]?.after === ',';
}

function readDateRange({ query, tokens }: Source, at: number): Read | null {
  const first = tokens[at];
  if (!first || !/^(?:submitted|lastupdated)date/.test(first.lower)) return null;
  DATE_RANGE.lastIndex = first.start;
  const match = DATE_RANGE.exec(query);
  if (!match) return null;
  const [whole, field = '', open, from = '', to = '', close] = match;
  const [lower, upper] = [toPeriod(from), toPeriod(to)];
  if ((from !== '*' && !lower) || (to !== '*' && !upper)) return null;
  const range: DayRange = {
    ...(lower && { gte: open === '{' ? dayAfter(lower.last) : lower.first }),
    ...(upper && (close === '}' ? { lt: upper.first } : { lte: upper.last })),
  };
  const end = first.start + whole.length;
  let next = at + 1;
  while ((tokens[next]?.start ?? end) < end) next += 1;
  const kind = field.toLowerCase() === 'submitted' ? 'submitted' : 'updated';
  return { draft: { kind: 'date', field: kind, range }, start: first.start, end, next };
}

/** `2023`, `202301`, `20230115`, with hours and minutes or hyphens or without. */
function toPeriod(text: string): Period | null {
  const [, year, month, day] = /^(\d{4})(\d{2})?(\d{2})?\d*$/.exec(text.replaceAll('-', '')) ?? [];
  if (year === undefined) return null;
  if (month === undefined) return yearsFrom(Number(year));
  if (Number(month) < 1 || Number(month) > 12) return null;
  return day === undefined
    ? monthOf(Number(year), Number(month))
    : dayOf(Number(year), Number(month), Number(day));
}

function toRead(draft: Draft, first: Token, last: Token, next: number): Read {
  return { draft, start: first.start, end: last.end, next };
}
