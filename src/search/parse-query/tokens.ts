/** A part of the query: characters from `start` up to but not including `end`. */
export interface Span {
  start: number;
  end: number;
}

/**
 * A run of characters without white space, a quoted text, or a round bracket. The span of a word excludes the
 * punctuation around it; that of a quoted text includes the quotes.
 */
export interface Token extends Span {
  kind: 'word' | 'quoted' | 'open' | 'close';
  /**
   * The text without the punctuation around it, or what is inside the quotes. Empty for separate punctuation.
   */
  text: string;
  lower: string;
  /** Punctuation before the text: `[`, `'`; the hyphen before a field. */
  before: string;
  /** Punctuation after the text: `,`, `].`. */
  after: string;
  /** Whether there is no white space between this token and the previous one. */
  isGlued: boolean;
}

/** A query in the form that readers use. */
export interface Source {
  query: string;
  tokens: readonly Token[];
  /** The time that "last year" counts from. */
  clock: Date;
  /** All significant words are capitalised, as in a title, so capitals do not indicate a name. */
  isTitleCase: boolean;
  /** The same for fewer words, so that a single capitalised word does not indicate a name. */
  isTitleLike: boolean;
  /** No letter is in lower case, so `OR` and `NOT` are ordinary words. */
  isAllCapitals: boolean;
  /** The query may contain a time: see `TIME`. */
  mayHaveTimes: boolean;
  /** The query has exactly one "et al.", so it may cite a paper. With several, no paper would match all. */
  mayCite: boolean;
  /**
   * Number of operands read so far, including members of lists. What follows `MAX_READ` of them stays text.
   */
  read: { operands: number };
}

/**
 * Four for each condition that a query may have, because a name takes that many. Hostile queries then take a few
 * milliseconds at most.
 */
export const MAX_READ = 260;

const OPENING = new Set("[{<'‘’`");
const CLOSING = new Set("]}>'’,;:.?!…，、。；：？！`");
/** A run ends after each of these, so that `Xu,Gao` is two words. */
const LIST_MARKS = new Set(',;，、；');
/** Characters before an opening quote within a run: `author:"…"`, `-"…"`, `("…"`. */
const BEFORE_QUOTE = new Set('([{<:-–—/,;，、；');
const CLOSING_QUOTE: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['“', '”'],
  ['„', '“'],
  ['«', '»'],
]);

/** A field that a hyphen before it excludes: `-author:smith`. */
const FIELD = /^\p{L}[\p{L}-]{1,10}:/u;
const FIELD_LENGTH = 13;
/** Footnote marks that papers put after authors' names. */
const NOTE_MARKS = new Set('*∗†‡§¶⁰¹²³⁴⁵⁶⁷⁸⁹');
/** The name before footnote marks; not a single letter, as in `C*`. */
const NOTED_NAME = /^[\p{Lu}\p{Lo}][\p{L}\p{M}'’.-]*\p{L}$/u;
const LONGEST_NAME = 60;
/** Operators in capitals, which are never initials. */
export const OPERATOR = /^(?:AND|OR|NOT|ANDNOT)$/;

/** Full-width forms of ASCII, which East Asian keyboards produce: `ｃａｔ：cs.CL`. */
const FULL_WIDTH = /[！-～]/gu;
const FULL_WIDTH_OFFSET = 0xfee0;
/** Invisible characters: a zero-width space, and those that set the writing direction. */
const UNSEEN = /[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** As in addresses of arXiv's API: `ti:attention+AND+au:vaswani`, `ti:%22quantum+criticality%22`. */
const IN_ADDRESS = /^(?:\(|%28)*[a-z]{2,}:\S*(?:\+(?:AND|OR|ANDNOT)\+|%2[28])/iu;
const ESCAPED = /%2[289]/g;

/** The query in plain characters, one for each original character, so that positions stay the same. */
export function toReadable(query: string): string {
  const plain = query
    .replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replace(UNSEEN, ' ');
  const isAddress = IN_ADDRESS.test(plain) && !/\s/u.test(plain);
  return isAddress ? fromAddress(plain) : plain;
}

/** Decodes signs of an address, with spaces outside the quotes and brackets for the rest of each code. */
function fromAddress(query: string): string {
  let quotes = 0;
  return query.replaceAll('+', ' ').replace(ESCAPED, (code) => {
    if (code === '%28') return '(  ';
    if (code === '%29') return '  )';
    quotes += 1;
    return quotes % 2 === 1 ? '"  ' : '  "';
  });
}

/** The tokens in order. An unclosed quote is punctuation. Linear in the length. */
export function tokenise(query: string): Token[] {
  const tokens: Token[] = [];
  const findClosing = createClosingFinder(query);
  let at = 0;
  while (at < query.length) {
    if (isSpace(query, at)) {
      at += 1;
      continue;
    }
    const isGlued = at > 0 && !isSpace(query, at - 1);
    const token = readToken(query, at, isGlued, findClosing);
    tokens.push(token);
    at = token.end + (token.kind === 'word' ? token.after.length : 0);
  }
  return tokens;
}

/** The characters from one token up to another, which is not included. */
export function spanOf(tokens: readonly Token[], at: number, next: number): Span {
  return { start: tokens[at]?.start ?? 0, end: tokens[next - 1]?.end ?? 0 };
}

function readToken(
  query: string,
  at: number,
  isGlued: boolean,
  findClosing: (at: number) => number | undefined,
): Token {
  const character = query[at];
  if (character === '(') return toMark('open', '(', at, isGlued);
  if (character === ')') return toMark('close', ')', at, isGlued);
  const closing = findClosing(at);
  return closing === undefined
    ? toWord(query, at, findRunEnd(query, at, findClosing), isGlued)
    : toQuoted(query, at, closing, isGlued);
}

/**
 * A run ends before a closing bracket whose opening one is not in the run (`f(x)` stays whole), before a bracket
 * opened by a field or an operator (`ti:(`, `NOT(`), and before and after a bar.
 */
function findRunEnd(query: string, start: number, findClosing: (at: number) => number | undefined): number {
  let depth = 0;
  let at = start;
  while (at < query.length) {
    const character = query[at] ?? '';
    if (isSpace(query, at)) return at;
    if (character === '|' && depth === 0) return at > start ? at : skipBars(query, at);
    if (character === ')' && --depth < 0) return at;
    if (character === '(') {
      if (opensGroup(query, start, at)) return at;
      depth += 1;
    }
    if (at > start && mayOpenQuote(query, at) && findClosing(at) !== undefined) return at;
    at += 1;
    if (LIST_MARKS.has(character)) return at;
  }
  return at;
}

function skipBars(query: string, start: number): number {
  let at = start;
  while (query[at] === '|') at += 1;
  return at;
}

function opensGroup(query: string, start: number, at: number): boolean {
  const previous = query[at - 1];
  // After `]`, the address of a link in Markdown follows.
  const opens = previous === ':' || previous === '-' || previous === ']';
  return opens || (at - start <= 6 && OPERATOR.test(query.slice(start, at)));
}

/**
 * Whether a quote may open within a run. Directional quotes always may; `"` may not after a letter or digit (`5"
 * wafers`).
 */
function mayOpenQuote(query: string, at: number): boolean {
  return query[at] !== '"' || BEFORE_QUOTE.has(query[at - 1] ?? '');
}

/**
 * The position of the closing quote. If a kind of closing quote was not found once, it is not searched for again.
 */
function createClosingFinder(query: string): (at: number) => number | undefined {
  const missing = new Set<string>();
  return (at) => {
    const closing = CLOSING_QUOTE.get(query[at] ?? '');
    if (closing === undefined || missing.has(closing)) return undefined;
    const end = query.indexOf(closing, at + 1);
    if (end < 0) missing.add(closing);
    return end < 0 ? undefined : end;
  };
}

function toMark(kind: 'open' | 'close', text: string, at: number, isGlued: boolean): Token {
  return { kind, text, lower: text, before: '', after: '', start: at, end: at + 1, isGlued };
}

function toQuoted(query: string, start: number, closing: number, isGlued: boolean): Token {
  const text = query.slice(start + 1, closing).trim();
  return {
    kind: 'quoted',
    start,
    end: closing + 1,
    text,
    lower: text.toLowerCase(),
    before: '',
    after: '',
    isGlued,
  };
}

function toWord(query: string, start: number, end: number, isGlued: boolean): Token {
  let from = start;
  let to = end;
  while (from < to && OPENING.has(query[from] ?? '')) from += 1;
  if (from === start && query[from] === '-' && FIELD.test(query.slice(from + 1, from + 1 + FIELD_LENGTH)))
    from += 1;
  while (to > from && CLOSING.has(query[to - 1] ?? '')) to -= 1;
  to = skipNotesBack(query, from, to);
  const text = query.slice(from, to);
  return {
    kind: 'word',
    start: from,
    end: to,
    text,
    lower: text.toLowerCase(),
    before: query.slice(start, from),
    after: query.slice(to, end),
    isGlued,
  };
}

/** The end of a name that footnote marks follow. */
function skipNotesBack(query: string, from: number, to: number): number {
  let at = to;
  while (at > from && NOTE_MARKS.has(query[at - 1] ?? '')) at -= 1;
  if (at === to || at - from > LONGEST_NAME) return to;
  return NOTED_NAME.test(query.slice(from, at)) ? at : to;
}

/** Like `\s`. Called for every character, so letters are excluded before the expression is tested. */
function isSpace(query: string, at: number): boolean {
  const code = query.charCodeAt(at);
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  const mayBeSpace = code === 0xa0 || (code >= 0x1680 && code <= 0x3000) || code === 0xfeff;
  return mayBeSpace && /\s/u.test(query[at] ?? '');
}

/** Whether the token is the end of `et al.`, `et. al` or `et.al`. */
export function isOthers(token: Token | undefined): boolean {
  return token?.kind === 'word' && /^(?:et\.?)?al$/.test(token.lower);
}

/** How a query joins its operands. */
export interface Operator {
  kind: 'and' | 'or' | 'not' | 'andnot';
  /** Written in capitals or as a symbol: an operator even next to words of the text. */
  isExplicit: boolean;
  next: number;
}

const WORDS: ReadonlyMap<string, Operator['kind']> = new Map([
  ['or', 'or'],
  ['and/or', 'or'],
  ['|', 'or'],
  ['||', 'or'],
  ['and', 'and'],
  ['&', 'and'],
  ['&&', 'and'],
  ['not', 'not'],
  ['andnot', 'andnot'],
  ['except', 'not'],
  ['excluding', 'not'],
  ['without', 'not'],
  ['neither', 'not'],
  ['nor', 'andnot'],
]);
const EXPLICIT: ReadonlySet<string> = new Set(['OR', '|', '||', 'AND', '&&', 'NOT', 'ANDNOT']);
/** Words before "not" that add no meaning: `but not by Smith`. */
const BEFORE_NOT: ReadonlySet<string> = new Set(['and', 'but', '&', '&&']);

/** The operator at a token: `OR`, `or`, `|`, `AND`, `NOT`, `ANDNOT`, `AND NOT`, `but not`, `except`. Null when there is none. */
export function readOperator({ tokens, isAllCapitals }: Source, at: number): Operator | null {
  const token = tokens[at];
  if (token?.kind !== 'word') return null;
  const kind = WORDS.get(token.lower);
  if (kind === undefined && token.lower !== 'but') return null;
  if (token.before !== '' || (token.after !== '' && token.after !== ',')) return null;
  const second = tokens[at + 1];
  if (BEFORE_NOT.has(token.lower) && second?.kind === 'word' && second.lower === 'not') {
    const isExplicit = !isAllCapitals && (EXPLICIT.has(token.text) || EXPLICIT.has(second.text));
    return { kind: 'andnot', isExplicit, next: at + 2 };
  }
  // "Or" with one capital is a name (`Or Patashnik`).
  if (kind === undefined || (token.text !== token.lower && token.text !== token.text.toUpperCase()))
    return null;
  return { kind, isExplicit: !isAllCapitals && EXPLICIT.has(token.text), next: at + 1 };
}

const SPACE_BEFORE_MARK = / ([,;:.?!])/g;
const EMPTY_BRACKETS = /[([{<][,; ]*[)\]}>]/g;
const MARKS = new Set(',;:.?! ');
/** `which papers are by Xu?` leaves a text that is not a question. */
const END_OF_SENTENCE = new Set('.?!');
const MARKS_AT_END = new Set(',;: ');
const JOINING = new Set(['and', 'or', '&']);
/** A letter, a digit, or a symbol outside ASCII (`∇`, an emoji). */
const SAYS_SOMETHING = /[\p{L}\p{N}]|(?![\x00-\x7f])\p{S}/u; // eslint-disable-line no-control-regex -- the ASCII range itself

/** White space that is more than one space. */
const WIDE_SPACE = /[^\S ]\s*|\s{2,}/gu;

function collapse(text: string): string {
  return text.replace(WIDE_SPACE, ' ').trim();
}

/**
 * The query without the spans (in order, not overlapping) and without the sentence ends after them. No punctuation or
 * "and" is left where they were.
 */
export function cutOut(query: string, spans: readonly Span[]): string {
  if (spans.length === 0) return orNothing(collapse(query));
  let kept = '';
  let from = 0;
  for (const { start, end } of spans) {
    kept += `${query.slice(from, start)} `;
    from = END_OF_SENTENCE.has(query[end] ?? '') ? end + 1 : end;
  }
  return orNothing(tidy(collapse(kept + query.slice(from))));
}

/** Punctuation alone has nothing to search for. */
function orNothing(text: string): string {
  return SAYS_SOMETHING.test(text) ? text : '';
}

function tidy(text: string): string {
  const joined = collapse(text.replace(EMPTY_BRACKETS, ' ')).replace(SPACE_BEFORE_MARK, '$1');
  return trim(withoutJoining(withoutRepeatedCommas(joined)));
}

/** Looks only at the words at both ends, because a query without each of its parts is tidied for each part. */
function withoutJoining(text: string): string {
  let kept = text;
  while (isJoining(firstWord(kept))) kept = kept.slice(firstWord(kept).length + 1);
  while (isJoining(lastWord(kept))) kept = kept.slice(0, -lastWord(kept).length - 1);
  return kept;
}

function firstWord(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}

function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(' ') + 1);
}

function withoutRepeatedCommas(text: string): string {
  return text.replace(/,(?=[,;:.])/g, '');
}

function isJoining(word: string): boolean {
  return JOINING.has(trim(word).toLowerCase());
}

function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && MARKS.has(text[start] ?? '')) start += 1;
  while (end > start && MARKS_AT_END.has(text[end - 1] ?? '')) end -= 1;
  return text.slice(start, end);
}
