import { joinGroups, mayHaveGroups, readNames, readNamesOrGroups, withRest } from './authors.js';
import { isPartial, isShortened, readName, toReading } from './names.js';
import { readDateField } from './date-fields.js';
import { countsThings } from './date-words.js';
import { readPeriod } from './periods.js';
import { isOfSubject, readCitedYear } from './times.js';
import { MAX_READ, readOperator, spanOf, type Source, type Token } from './tokens.js';
import { arxivIdMonth, parseArxivId } from '../../papers/arxiv-id.js';
import { arxivIdOfDoi, isDoi, splitDois } from '../../papers/doi.js';
import { CATEGORIES, findCategory } from '../../papers/taxonomy.js';
import { SMALL_WORDS } from './words.js';
import { allOf, anyOf, notOf, type Draft, type Read, type TextField } from '../expression.js';

type Field = TextField | 'author' | 'category' | 'id' | 'doi';

/** The short forms are those of arXiv's own API (https://info.arxiv.org/help/api/user-manual.html, 5.1). */
const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['author', 'author'],
  ['authors', 'author'],
  ['au', 'author'],
  ['by', 'author'],
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
  ['id_list', 'id'],
  ['arxiv', 'id'],
  ['doi', 'doi'],
]);
const LONGEST_FIELD = 11;
const MAX_NAME_WORDS = 6;
/** Maximum tokens in single quotes or round brackets of one value. */
const MAX_VALUE_TOKENS = 64;
/** Maximum nesting of brackets in one value. */
const MAX_NESTING = 8;
const HAS_WORD = /[\p{Alphabetic}\p{N}]/u;
/**
 * The field that begins at a token: `ti:word`, `au:"…"`, `cat:cs.LG,cs.CV`, `abs:(one OR other)`, `year:2020`. If the
 * value is impossible (an invalid identifier, a category of no archive), the field stays text.
 */
export function readField(source: Source, at: number): Read | null {
  const token = source.tokens[at];
  if (token?.kind !== 'word') return null;
  const colon = token.text.slice(0, LONGEST_FIELD + 2).indexOf(':');
  if (colon > 0) {
    const field = FIELDS.get(token.lower.slice(0, colon));
    if (field !== undefined) return readInside(source, at, field, token, colon);
  }
  const field = colon <= 0 && token.after === ':' ? FIELDS.get(token.lower) : undefined;
  if (field !== undefined) return readBeside(source, at, field);
  return source.mayHaveTimes ? readDateField(source, at) : null;
}

/** The value begins in the same token as the field. */
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
      return readWords(source, at, field, token.start + colon + 1);
  }
}

/** A word, and those joined to it by commas without spaces: `ti:attention,translation`. */
function readWords({ query, tokens }: Source, at: number, field: TextField, start: number): Read | null {
  let next = at + 1;
  while (isNextOfList(tokens, next) && !tokens[next]?.text.includes(':')) next += 1;
  const [first, last] = [tokens[at], tokens[next - 1]];
  if (!first || !last) return null;
  const text = query.slice(start, last.end);
  return HAS_WORD.test(text) ? toRead(toText(field, text, false), first, last, next) : null;
}

/** The value is in the tokens after the field: quoted, in brackets, or a code or identifier after a space. */
function readBeside(source: Source, at: number, field: Field): Read | null {
  const [token, value] = [source.tokens[at], source.tokens[at + 1]];
  if (!token || !value) return null;
  if (value.kind === 'quoted') {
    const draft = toValue(field, value.text, true);
    return withNames(source, field, draft && toRead(draft, token, value, at + 2));
  }
  if (value.kind === 'open' && value.isGlued) {
    const group = readGroup(source, at + 1, field, 0);
    return withNames(source, field, group && { ...group, start: token.start });
  }
  if (value.before !== '') {
    const isQuote = /^['‘]$/u.test(value.before) && value.isGlued;
    return isQuote ? readSingleQuoted(source, at, field, value.start) : null;
  }
  if (field === 'author') {
    const names = readNamesOrGroups(source, at + 1);
    return names && { ...names, start: token.start };
  }
  if (value.kind === 'open') return null;
  const isCode = field === 'category' || field === 'id' || field === 'doi';
  if (field === 'category' || field === 'id') return readList(source, at + 1, value, field, token);
  const draft = isCode && value.kind === 'word' ? toValue(field, value.text, false) : null;
  return draft && toRead(draft, token, value, at + 2);
}

/** Adds the names that are joined to a name in quotes or to names in brackets: `au:"Wei Xu" OR Gao`. */
function withNames(source: Source, field: Field, read: Read | null): Read | null {
  return read && field === 'author' ? joinGroups(source, read) : read;
}

/** `author:'Grisha Perelman'`. An apostrophe within a word does not close the quote. */
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

/**
 * `ti:(attention is)`, `au:(hinton OR sutskever)`, `abs:(graph NOT ("neural network" OR tree))`, joined by the operators
 * inside.
 */
function readGroup(source: Source, open: number, field: Field, depth: number): Read | null {
  const { tokens } = source;
  const first = tokens[open];
  const alternatives: Draft[] = [];
  let all: Draft[] = [];
  const negation = readOperator(source, open + 1);
  let isNegated = negation?.kind === 'not' && negation.isExplicit;
  let next = isNegated ? (negation?.next ?? open + 1) : open + 1;
  while (first && next < open + MAX_VALUE_TOKENS) {
    const operand = readGroupOperand(source, next, field, depth);
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

/** A quoted text, brackets, or the words up to an operator, a quote or a bracket. */
function readGroupOperand(
  source: Source,
  at: number,
  field: Field,
  depth: number,
): { draft: Draft; next: number } | null {
  const { tokens } = source;
  const first = tokens[at];
  if (first?.kind === 'open') return depth < MAX_NESTING ? readGroup(source, at, field, depth + 1) : null;
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
  return text
    .replaceAll('_', ' ')
    .replace(/,? et\.? ?al\.?$/i, '')
    .trim();
}

/**
 * One word, with initials and particles before it: `author:Y. LeCun`, `author:van der Maaten`. Capitalised words
 * after it belong to it if an author has that name: `au:Yann LeCun`.
 */
function readAuthor(source: Source, at: number, value: Token): Read | null {
  const words = [value, ...source.tokens.slice(at + 1, at + MAX_NAME_WORDS)];
  const full = words.findIndex((word, place) => !isPartial(word) && !isShortened(words, place));
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
  ].map((reading) => withRest(source, { ...reading, next: at + reading.next }));
  const [longest = certain] = readings;
  const author = { readings, end: longest.end, next: longest.next };
  const names = readNames(source, at, author);
  if (!mayHaveGroups(source, at, names)) return names && { ...names, start: value.start };
  const draft: Draft = { kind: 'byline', authors: [{ readings, end: longest.end, joining: 'and' }] };
  const groups = joinGroups(source, { draft, start: value.start, end: longest.end, next: longest.next });
  return names && names.next >= groups.next ? { ...names, start: value.start } : groups;
}

function endsWithoutStop({ after }: Token): boolean {
  return after !== '' && after !== '.';
}

/** Values joined by commas without spaces (`cat:cs.LG,cs.CV`), up to the first impossible one. */
function readList(
  { tokens, read }: Source,
  at: number,
  value: Token,
  field: Field,
  start = value,
): Read | null {
  const values: Draft[] = [];
  let next = at;
  let last = value;
  for (let token: Token | undefined = value; token?.kind === 'word'; token = tokens[next]) {
    if (++read.operands >= MAX_READ) break;
    const isNext = next === at || isNextOfList(tokens, next) || isSpacedCode(tokens, next, field);
    const draft = isNext ? toValue(field, token.text, false) : null;
    if (draft === null) break;
    values.push(draft);
    last = token;
    next += 1;
  }
  return values.length === 0 ? null : toRead(allOf(values), start, last, next);
}

/** `cat:cs.CL, cs.LG`: after a comma and a space, only a code that is not also a word counts. */
function isSpacedCode(tokens: readonly Token[], at: number, field: Field): boolean {
  return field === 'category' && tokens[at - 1]?.after === ',' && toBareCategory(tokens[at]) !== null;
}

function isNextOfList(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.isGlued === true && tokens[at - 1]?.after === ',';
}

function toRead(draft: Draft, first: Token, last: Token, next: number): Read {
  return { draft, start: first.start, end: last.end, next };
}

/** Most words match none of these, and are not examined further. */
const MAY_NAME_PAPER = /\d{4}\.\d{4}|arxiv\d{8}|abs-\d{4}-|\/\d{7}|^10\.\d|doi\.org|%2f/i;
const NUMBER = /^\d{4}\.(\d+)(?:v\d+)?$/i;
const LABELS: ReadonlySet<string> = new Set(['arxiv', 'doi']);
/** From this month on, identifiers have five digits after the point. */
const FIVE_DIGITS = '2015-01-01';
const FIRST_NUMBER = '2007-04-01';

/**
 * A separate identifier in any form: `1706.03762v7`, `hep-th/9901001`, an address of arXiv or a mirror, a DOI.
 */
export function readIdentifier(source: Source, at: number): Read | null {
  const { tokens } = source;
  const token = tokens[at];
  if (token?.kind !== 'word') return null;
  const isLabelled = LABELS.has(token.lower) && /^:?$/.test(token.after);
  const named = isLabelled ? tokens[at + 1] : token;
  const draft = named && nameOf(named, source, isLabelled ? at + 1 : at, isLabelled);
  if (!draft) return null;
  const next = isLabelled ? at + 2 : at + 1;
  return { draft, next, ...spanOf(tokens, at, next) };
}

/** `"1706.03762"`: a quoted text that is only an identifier. */
export function readQuotedIdentifier(source: Source, at: number): Read | null {
  const token = source.tokens[at];
  if (token?.kind !== 'quoted') return null;
  const draft = nameOf({ ...token, kind: 'word' }, source, at, false);
  return draft && { draft, start: token.start, end: token.end, next: at + 1 };
}

/** Whether the token is a field whose value follows without a space. */
export function isField(token: Token | undefined): boolean {
  return token?.kind === 'word' && token.after === ':' && FIELDS.has(token.lower);
}

/** The paper that a text names in a field for identifiers. */
function toIdentifier(text: string): Draft | null {
  const id = parseArxivId(text);
  if (id !== null) return { kind: 'id', id };
  return isDoi(text) ? toDoi(text) : null;
}

/** Removes what an address or a label has before the DOI. */
function toDoi(text: string): Draft {
  return { kind: 'doi', doi: splitDois(text)[0] ?? text };
}

function nameOf(token: Token, source: Source, at: number, isLabelled: boolean): Draft | null {
  if (token.kind !== 'word' || token.before.includes('{') || !MAY_NAME_PAPER.test(token.text)) return null;
  const number = NUMBER.exec(token.text);
  if (number && !isLabelled && !mayBeNumber(token.text, number[1]?.length ?? 0, source, at)) return null;
  if (isDoi(token.text)) {
    const id = arxivIdOfDoi(token.text);
    return id === null ? toDoi(token.text) : { kind: 'id', id };
  }
  const id = parseArxivId(token.text);
  return id === null ? null : { kind: 'id', id };
}

/**
 * A bare number is an identifier only if arXiv has assigned such numbers, up to the clock's month: not in `1012.1234
 * kg`.
 */
function mayBeNumber(text: string, digits: number, { tokens, clock }: Source, at: number): boolean {
  const month = arxivIdMonth(text.replace(/v\d+$/i, ''));
  if (month === null || month < FIRST_NUMBER || month > clock.toISOString().slice(0, 10)) return false;
  return digits === (month < FIVE_DIGITS ? 4 : 5) && !countsThings(tokens, at);
}

/**
 * Adds what papers and reference lists put after an identifier: `arXiv:1706.03762v7 [cs.CL] 2 Aug 2023`,
 * `arXiv:1706.03762 (2017)`.
 */
export function withStamp(source: Source, identifier: Read): Read {
  const { tokens, clock } = source;
  const read = withVersion(tokens, identifier);
  const classes = readClasses(tokens, read.next);
  if (classes === null) return withYear(source, read);
  const next = readPeriod(tokens, classes.next, clock)?.next ?? classes.next;
  const end = next === classes.next ? classes.end : tokens[next - 1]?.end;
  return end === undefined ? read : withYear(source, { ...read, next, end });
}

/** `1706.03762 v2`, `1706.03762 (version 2)` */
function withVersion(tokens: readonly Token[], read: Read): Read {
  const isInBrackets = tokens[read.next]?.kind === 'open';
  const at = isInBrackets ? read.next + 1 : read.next;
  const isWord = tokens[at]?.lower === 'version' && /^\d{1,2}$/.test(tokens[at + 1]?.text ?? '');
  if (!isWord && !/^v\d{1,2}$/.test(tokens[at]?.lower ?? '')) return read;
  const next = at + (isWord ? 2 : 1) + (isInBrackets ? 1 : 0);
  const last = tokens[next - 1];
  return last === undefined || (isInBrackets && last.kind !== 'close')
    ? read
    : { ...read, next, end: last.end };
}

/** The end of brackets with categories: `[cs.CL]`, `[cs.CL; cs.LG]`, `(cs.CL)`. */
function readClasses(tokens: readonly Token[], at: number): { next: number; end: number } | null {
  const isRound = tokens[at]?.kind === 'open';
  if (!isRound && tokens[at]?.before !== '[') return null;
  for (let place = isRound ? at + 1 : at; ; place++) {
    const token = tokens[place];
    if (token?.kind !== 'word' || !findCategory(token.text)) return null;
    if (!isRound && token.after.startsWith(']')) return { next: place + 1, end: token.end + 1 };
    const close = tokens[place + 1];
    if (isRound && close?.kind === 'close') return { next: place + 2, end: close.end };
    if (!/^[;,]?$/.test(token.after)) return null;
  }
}

function withYear(source: Source, read: Read): Read {
  const year = readCitedYear(source, read.next);
  return year ? { ...read, end: year.end, next: year.next } : read;
}

/** Words before an identifier that introduce it. */
const IDENTIFIER_NOUNS: ReadonlySet<string> = new Set(
  'arxiv preprint preprints e-print e-prints eprint eprints corr id identifier'.split(' '),
);
const MAX_IDENTIFIER_NOUNS = 3;

/** The first token of `arXiv preprint arXiv:1706.03762`, given the token of the identifier. */
export function startOfIdentifier(tokens: readonly Token[], at: number, from: number): number {
  let start = at;
  while (start > from && start > at - MAX_IDENTIFIER_NOUNS && isIdentifierNoun(tokens[start - 1])) start -= 1;
  return start;
}

function isIdentifierNoun(token: Token | undefined): boolean {
  return token?.kind === 'word' && /^[:,]?$/.test(token.after) && IDENTIFIER_NOUNS.has(token.lower);
}

/** Archives that are divided into categories. */
const DIVIDED: ReadonlySet<string> = new Set(
  CATEGORIES.filter(({ code }) => code.includes('.')).map(({ archive }) => archive),
);

/** A shorter beginning matches too much: `cat:c*`. */
const SHORTEST_BEGINNING = 2;

/**
 * The category that a code names, in arXiv's own case: `CS.lg` is `cs.LG`. A divided archive, with or without a star,
 * is `cs.*`. A star after anything else means every category that begins so: `hep-*`. Null for what arXiv does not
 * have.
 */
function toCategory(code: string): Draft | null {
  const name = code.toLowerCase();
  const beginning = name.replace(/\.?\*$/, '');
  if (DIVIDED.has(beginning)) return { kind: 'category', code: `${beginning}.*` };
  const known = name.endsWith('*') ? categoriesFrom(beginning) : [findCategory(name)?.code];
  const drafts = known.flatMap((each): Draft[] =>
    each === undefined ? [] : [{ kind: 'category', code: each }],
  );
  return drafts.length === 0 ? null : anyOf(drafts);
}

/** The codes with this beginning. If all codes of a divided archive have it, the archive is one code. */
function categoriesFrom(beginning: string): string[] {
  if (beginning.length < SHORTEST_BEGINNING) return [];
  const codes = CATEGORIES.map(({ code, archive }) =>
    DIVIDED.has(archive) && archive.startsWith(beginning) ? `${archive}.*` : code,
  );
  return [...new Set(codes)].filter((code) => code.toLowerCase().startsWith(beginning));
}

/** Maximum number of codes that slashes join. */
const MAX_SLASHED = 4;
const CODE = /^[a-z-]+(?:\.(?:[a-z-]+|\*))?$/i;
const BEFORE_CATEGORY: ReadonlySet<string> = new Set(['in', 'within', 'under', 'from']);
const CATEGORY_NOUNS: ReadonlySet<string> = new Set(
  'category categories archive archives section sections subject subjects class classes'.split(' '),
);

/**
 * `in cs.CV`, `in cs.* and math.PR`, `in hep-th or gr-qc`, `in the cs.CV category`, `in the category math`. An archive without a subject
 * counts only if its name is not a word (`in hep-th`, not `in math`) or if "category" precedes it.
 */
export function readInCategory({ tokens, read }: Source, at: number): Read | null {
  const preposition = tokens[at];
  if (preposition?.after !== '' || !BEFORE_CATEGORY.has(preposition.lower)) return null;
  const noun = skipCategoryNoun(tokens, at + 1);
  const isNamed = noun > at + 1;
  const hasArticle = !isNamed && tokens[noun]?.lower === 'the';
  const from = hasArticle ? noun + 1 : noun;
  const isInBrackets = tokens[from]?.kind === 'open';
  const toCode = (token: Token | undefined) =>
    toBareCategory(token) ?? (isNamed && token?.kind === 'word' ? toCategory(token.text) : null);
  const categories: Draft[] = [];
  const joinings = new Set<string>();
  let next = from;
  for (let place = isInBrackets ? from + 1 : from; ++read.operands < MAX_READ;) {
    const category = toCode(tokens[place]);
    if (category === null) break;
    categories.push(category);
    next = place + 1;
    const joined = joinedPlace(tokens, next);
    if (joined === null || toCode(tokens[joined]) === null) break;
    if (joined > next) joinings.add(tokens[next]?.lower ?? '');
    place = joined;
  }
  if (categories.length === 0 || joinings.size > 1) return null;
  if (isInBrackets && tokens[next]?.kind !== 'close') return null;
  if (isInBrackets) next += 1;
  const hasNoun = !isNamed && tokens[next - 1]?.after === '' && isCategoryNoun(tokens[next]);
  if (hasArticle && !hasNoun) return null;
  if (hasNoun) next += 1;
  const draft = joinings.has('or') ? anyOf(categories) : allOf(categories);
  return { draft, next, ...spanOf(tokens, at, next) };
}

/** Skips `the category`, `arXiv's archive`; returns the same token if there is nothing to skip. */
function skipCategoryNoun(tokens: readonly Token[], from: number): number {
  let at = from;
  if (tokens[at]?.lower === 'the') at += 1;
  if (/^arxiv(?:['’]s)?$/.test(tokens[at]?.lower ?? '')) at += 1;
  return isCategoryNoun(tokens[at]) && /^:?$/.test(tokens[at]?.after ?? '') ? at + 1 : from;
}

function isCategoryNoun(token: Token | undefined): boolean {
  return token?.kind === 'word' && token.before === '' && CATEGORY_NOUNS.has(token.lower);
}

/** A code that cannot be a word, or several of them: `cs.CV`, `hep-th`, `hep-th/gr-qc`. */
export function toBareCategory(token: Token | undefined): Draft | null {
  if (token?.kind !== 'word') return null;
  const codes = token.text.split('/', MAX_SLASHED + 1);
  const drafts = codes.map((code) => (isUnmistakable(code) ? toCategory(code) : null));
  const known = drafts.filter((draft) => draft !== null);
  return codes.length > MAX_SLASHED || known.length < codes.length ? null : anyOf(known);
}

function isUnmistakable(code: string): boolean {
  return /^[a-z-]+\.[a-z*-]+$/i.test(code) || (code.includes('-') && !code.includes('.'));
}

const JOINING_CODES: ReadonlySet<string> = new Set(['and', 'or', '&']);
/** Words that may follow a separate code: `cs.LG by Kingma`, not `stat.ML vs cs.LG`. */
const AFTER_CODE: ReadonlySet<string> = new Set(
  'and or & not but without except excluding by in from on about since before after until till between during paper papers preprint preprints article articles'.split(
    ' ',
  ),
);

/**
 * `attention cs.CL`, `cs.CL and cs.LG`, `math.AG papers`: a code as arXiv writes it that no word of the text is
 * joined to. Next to such a word it belongs to the text: `the cs.LG crowd`, `history of cs.LG`.
 */
export function readCategoryBeside({ tokens, isAllCapitals }: Source, at: number): Read | null {
  const token = tokens[at];
  const draft = CODE.test(token?.text ?? '') ? toBareCategory(token) : null;
  if (!token || draft?.kind !== 'category') return null;
  const code = draft.code.replace(/\.\*$/, '');
  if ((isAllCapitals ? code.toUpperCase() : code) !== token.text.replace(/\.\*$/, '')) return null;
  const [previous, follower] = [tokens[at - 1], tokens[at + 1]];
  const isJoined =
    previous?.kind === 'word' &&
    previous.after === '' &&
    SMALL_WORDS.has(previous.lower) &&
    !JOINING_CODES.has(previous.lower);
  const isFollowed = token.after === '' && follower?.kind === 'word' && SMALL_WORDS.has(follower.lower);
  if (isJoined || (isFollowed && !AFTER_CODE.has(follower.lower))) return null;
  const hasNoun = isCategoryNoun(previous) && previous?.after === '';
  const isBeforeNoun = !hasNoun && token.after === '' && isCategoryNoun(follower);
  if (isOfSubject(tokens, at) && toBareCategory(follower) === null && !isBeforeNoun) return null;
  const isInBrackets = token.before.endsWith('[') && token.after.startsWith(']');
  const start = hasNoun ? previous.start : token.start - (isInBrackets ? 1 : 0);
  if (isBeforeNoun) return { draft, start, end: follower?.end ?? token.end, next: at + 2 };
  return { draft, start, end: token.end + (isInBrackets ? 1 : 0), next: at + 1 };
}

function joinedPlace(tokens: readonly Token[], next: number): number | null {
  const joining = tokens[next]?.lower ?? '';
  if (joining === 'and' || joining === 'or') return next + 1;
  return tokens[next - 1]?.after === ',' ? next : null;
}
