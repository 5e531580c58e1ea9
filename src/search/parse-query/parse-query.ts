import { readByline } from './authors.js';
import { UNITS } from './calendar.js';
import { readCitation } from './citations.js';
import {
  isField,
  readField,
  readIdentifier,
  readCategoryBeside,
  readInCategory,
  readQuotedIdentifier,
  startOfIdentifier,
  toBareCategory,
  withStamp,
} from './fields.js';
import { readCitedYear, readTime } from './times.js';
import {
  MAX_READ,
  readOperator,
  tokenise,
  toReadable,
  type Source,
  type Span,
  type Token,
} from './tokens.js';
import { SMALL_WORDS } from './words.js';
import { allOf, anyOf, notOf, type Draft, type Read } from '../expression.js';

/** A part of the query that is possibly not text. */
export interface DraftPart extends Span {
  draft: Draft;
}

export interface ParsedQuery {
  query: string;
  /** In the order of the query, without overlaps. All of them must hold. */
  parts: readonly DraftPart[];
}

/** Words that belong to "by" and to dates: `written by Xu`, `published in 2021`. */
const LEADING = new Set(
  'written authored coauthored co-authored published posted submitted uploaded released appeared appearing dated'.split(
    ' ',
  ),
);
/** Words that belong to these: `that were published in 2021`, `first submitted in 2021`. */
const BEFORE_LEADING = new Set(
  'that which was were is are has have been first originally initially last'.split(' '),
);
const MAX_BEFORE_LEADING = 4;
/** What these words belong to: authors and dates, alone or joined. */
const TAKE_LEAD: ReadonlySet<Draft['kind']> = new Set(['byline', 'date', 'and', 'or']);
/** Words that make a date that of the newest version: `updated since 2021`. */
const UPDATED = new Set(['updated', 'revised', 'modified']);
/** Words without a meaning of their own before an operand that is joined to another. */
const EITHER = new Set(['either', 'both']);
const ONE_CODE = /^\s*[a-z-]{2,10}(?:\.[a-z*-]{1,9})?\s*$/i;
const HAS_WORD = /[\p{Alphabetic}\p{N}]/u;
const PLAIN_WORD = /^\p{L}[\p{L}\p{M}\p{N}'’.-]*$/u;
const EXCLUDED_WORD = /^-\p{L}[^:]+$/u;
/** Second halves of separated words: `transformer -based`. */
const ENDINGS = new Set(['based', 'like', 'free', 'driven', 'aware', 'style', 'specific', 'wise']);
/** Matches every query that is more than text. The beginnings of all readers must be listed here. */
const OPERAND =
  /["“”„«»:|()[\]/]|\d{4}|\d0['’]?s|(?:^|\s)-|\b[a-z-]{2,8}\.(?:[a-z]{2}|\*)|[a-z]-(?:ph|qc|th|ex|lat|mat|bio|fin)\b|\b(?:al|by|from|or|not|andnot|neither|nor|without|except|excluding|in|within|under|on|during|since|until|till|before|after|than|last|past|previous|this|current|year|today|yesterday|ago)\b/iu;
/** Matches every time expression. */
const TIME = new RegExp(
  `\\d|\\b(?:${[...UNITS.keys()].join('|')}|last|past|previous|this|current|today|yesterday|fifties|sixties|seventies|eighties|nineties)\\b`,
  'iu',
);
const CITATION = /\bet\.?\s*al\b/giu;
/** Maximum nesting of brackets and NOTs; deeper ones stay text. */
const MAX_NESTING = 8;

/**
 * Finds possible authors, dates, categories, phrases, exclusions, fields and identifiers in a query, joined by AND,
 * OR and NOT, by the grammar in docs/query-language.md. Pure; never throws; linear in the length. `interpret.ts`
 * later decides which doubtful authors exist, and thus what is left as text.
 *
 * @param clock the time that "last year" counts from.
 */
export function parseQuery(query: string, clock: Date): ParsedQuery {
  const readable = toReadable(query);
  const category = readOnlyCategory(readable);
  if (category) return { query, parts: [category] };
  if (!OPERAND.test(readable)) return { query, parts: [] };
  return { query, ...readParts(readable, tokenise(readable), clock) };
}

/** A query that is only a category's code: `cs.CL`, `hep-th`. */
function readOnlyCategory(query: string): DraftPart | null {
  if (!ONE_CODE.test(query)) return null;
  const [token] = tokenise(query);
  const draft = toBareCategory(token);
  return draft && token ? { draft, start: token.start, end: token.end } : null;
}

/**
 * Reads each token once, or once for each level of brackets. Each reader looks a bounded number of tokens ahead.
 */
export function readParts(query: string, tokens: readonly Token[], clock: Date): Omit<ParsedQuery, 'query'> {
  const capitals = countTitleWords(tokens);
  const source: Source = {
    query,
    tokens,
    clock,
    isTitleCase: capitals >= 3,
    isTitleLike: capitals >= 2,
    isAllCapitals: !/\p{Ll}/u.test(query),
    mayHaveTimes: TIME.test(query),
    mayCite: query.match(CITATION)?.length === 1,
    read: { operands: 0 },
  };
  /** Groups of adjacent reads without text between them. */
  const runs: Read[][] = [];
  /** The token after the last read. */
  let unread = 0;
  let at = 0;
  while (at < tokens.length && source.read.operands < MAX_READ) {
    const chain = readChain(source, at, at > unread);
    if (chain === null) {
      at += 1;
      continue;
    }
    const [first, ...more] = withIdentifierStart(source, unread, at, withYear(source, chain));
    if (first) {
      const isJoined = runs.length > 0 && joinsNothingElse(source, unread, at);
      const start = Math.min(first.start, isJoined ? (tokens[unread]?.start ?? first.start) : first.start);
      if (runs.length === 0 || (at > unread && !isJoined)) runs.push([]);
      runs.at(-1)?.push({ ...first, start }, ...more);
      unread = Math.max(chain.next, more.at(-1)?.next ?? first.next);
    }
    at = Math.max(chain.next, more.at(-1)?.next ?? first?.next ?? 0);
  }
  const parts = runs.flatMap((run) =>
    run.length > 1 && run.some(({ isOpen }) => isOpen) ? [] : run.map(toPart),
  );
  return { parts };
}

/**
 * Adds the year of `by Vaswani et al. (2017)`, which is a year only after a name: if the name is doubtful, the year counts
 * only with it.
 */
function withYear(source: Source, { reads, next }: Chain): Read[] {
  const last = reads.at(-1);
  if (last?.draft.kind !== 'byline' || last.draft.year) return reads;
  const year = source.mayHaveTimes ? readCitedYear(source, next) : null;
  if (year?.draft.kind !== 'date') return reads;
  const isName = last.draft.authors.every(({ readings }) => readings.some(({ isCertain }) => isCertain));
  if (isName) return [...reads, year];
  const draft = { ...last.draft, year: year.draft.range };
  return [...reads.slice(0, -1), { ...last, draft, end: year.end, next: year.next }];
}

/** Adds the words that introduce an identifier: `arXiv preprint arXiv:1706.03762`. */
function withIdentifierStart({ tokens }: Source, from: number, at: number, reads: readonly Read[]): Read[] {
  const [first, ...more] = reads;
  if (!first) return [];
  const start = first.draft.kind === 'id' ? startOfIdentifier(tokens, at, from) : at;
  return [{ ...first, start: tokens[start < at ? start : -1]?.start ?? first.start }, ...more];
}

function toPart({ draft, start, end }: Read): DraftPart {
  return { draft, start, end };
}

/** Top-level operands, all of which must hold. Empty if they cannot be read and stay text up to `next`. */
interface Chain {
  reads: Read[];
  next: number;
}

/**
 * One operand, or several joined by operators; `OR` binds tighter than juxtaposition. If one side of an operator
 * cannot be read, everything that it joins stays text, because half of it would mean something else.
 *
 * @param followsText whether a word of the text precedes.
 */
function readChain(source: Source, at: number, followsText: boolean): Chain | null {
  const operator = readOperator(source, at);
  if (operator?.kind === 'or') {
    const right = followsText || operator.isExplicit ? readAlternatives(source, operator.next, 0) : null;
    return right && { reads: [], next: right.next };
  }
  // `transformers AND cat:cs.CL`: the operator means the same as juxtaposition.
  const leading = operator?.kind === 'and' && operator.isExplicit ? operator : null;
  const read = readAlternatives(source, leading?.next ?? at, 0);
  if (read === null) return null;
  const [first, ...more] = read.operands;
  if (read.isBroken || !first) return { reads: [], next: read.next };
  const start = leading ? (source.tokens[at]?.start ?? first.start) : first.start;
  const reads = withLead(source, followsText ? at - 1 : -1, [{ ...first, start }, ...more]);
  const trailing = readOperator(source, read.next);
  const last = reads.at(-1);
  if (trailing?.kind !== 'and' || !trailing.isExplicit || !last) return { reads, next: read.next };
  const end = source.tokens[trailing.next - 1]?.end ?? last.end;
  return { reads: [...reads.slice(0, -1), { ...last, end }], next: trailing.next };
}

/** Adds the words of the text before an author or a time that belong to it. */
function withLead({ tokens }: Source, at: number, reads: readonly Read[]): Read[] {
  const [first, ...more] = reads;
  if (!first) return [];
  const lead = tokens[at];
  const updated = lead?.after === '' && UPDATED.has(lead.lower) ? toUpdated(first.draft) : null;
  if (!lead || (updated === null && !isLead(lead, first.draft))) return [first, ...more];
  const start = tokens[startOfLead(tokens, at)]?.start ?? lead.start;
  return [{ ...first, draft: updated ?? first.draft, start }, ...more];
}

function startOfLead(tokens: readonly Token[], lead: number): number {
  let at = lead;
  while (at > lead - MAX_BEFORE_LEADING && isBeforeLead(tokens[at - 1])) at -= 1;
  return at;
}

function isBeforeLead(token: Token | undefined): boolean {
  return token?.kind === 'word' && token.after === '' && BEFORE_LEADING.has(token.lower);
}

/** The same dates, but of the newest version; null for what is not a time. */
function toUpdated(draft: Draft): Draft | null {
  if (draft.kind === 'date') return { ...draft, field: 'updated' };
  if (draft.kind !== 'or') return null;
  const operands = draft.operands.map(toUpdated).filter((operand) => operand !== null);
  return operands.length === draft.operands.length ? { kind: 'or', operands } : null;
}

interface Alternatives {
  /** The operands of a chain of ANDs, or a single operand. */
  operands: Read[];
  next: number;
  /** An operator lacks an operand. */
  isBroken: boolean;
}

function readAlternatives(source: Source, at: number, depth: number): Alternatives | null {
  const first = readAll(source, at, depth);
  if (first === null || first.isBroken) return first;
  const alternatives = [first.operands];
  let next = first.next;
  for (let or = readOperator(source, next); or?.kind === 'or'; or = readOperator(source, next)) {
    const right = readAll(source, or.next, depth, true);
    if (right === null || right.isBroken)
      return { operands: [], next: right?.next ?? or.next, isBroken: true };
    alternatives.push(right.operands);
    next = right.next;
  }
  if (alternatives.length === 1) return first;
  const draft = anyOf(alternatives.map((operands) => allOf(operands.map((operand) => operand.draft))));
  const read = { ...toRead(alternatives.flat(), draft, next), isOpen: mixesTimes(alternatives.flat()) };
  return { operands: [read], next, isBroken: false };
}

/**
 * Whether only some operands are times. `by Xu in 2012 or by Gao in 1998` joins more than the words next to its "or".
 */
function mixesTimes(operands: readonly Read[]): boolean {
  const times = operands.filter(({ draft }) => draft.kind === 'date');
  return times.length > 0 && times.length < operands.length;
}

/** Operands joined by an explicit AND or by ANDNOT. */
function readAll(source: Source, at: number, depth: number, isOperand = false): Alternatives | null {
  const first = readNegated(source, at, depth, isOperand);
  if (first === null) return null;
  const operands = [first];
  let next = first.next;
  for (;;) {
    const operator = readOperator(source, next);
    if (operator?.kind === 'andnot') {
      const right = readOperand(source, operator.next, depth, operator.isExplicit);
      if (right === null)
        return operator.isExplicit ? { operands: [], next: operator.next, isBroken: true } : done();
      operands.push({
        ...right,
        draft: notOf(right.draft),
        start: source.tokens[next]?.start ?? right.start,
      });
      next = right.next;
      continue;
    }
    if (operator?.kind !== 'and' || !operator.isExplicit) return done();
    const right = readNegated(source, operator.next, depth, true);
    if (right === null) return done();
    operands.push({ ...right, start: source.tokens[next]?.start ?? right.start });
    next = right.next;
  }

  function done(): Alternatives {
    return { operands, next, isBroken: false };
  }
}

/** An operand, possibly with NOT before it. */
function readNegated(source: Source, at: number, depth: number, isOperand: boolean): Read | null {
  const operator = readOperator(source, at);
  if (operator?.kind !== 'not' && operator?.kind !== 'andnot')
    return readPrimary(source, at, depth, isOperand);
  if (depth >= MAX_NESTING) return null;
  const read = readOperand(source, operator.next, depth + 1, operator.isExplicit);
  return read && { ...read, draft: notOf(read.draft), start: source.tokens[at]?.start ?? read.start };
}

/**
 * What may follow NOT. After an explicit NOT, this can be a word if no other word of the text follows it. In lower
 * case, "not" is otherwise a word of the sentence: `to prune or not to prune`.
 */
function readOperand(source: Source, at: number, depth: number, isExplicit: boolean): Read | null {
  const { tokens } = source;
  const lead = tokens[at];
  const read = readNegated(source, isLeading(lead) ? at + 1 : at, depth, true);
  if (read !== null || !isExplicit || !lead) return read;
  if (lead.kind !== 'word' || !PLAIN_WORD.test(lead.text)) return null;
  if (lead.after === '' && goesOn(source, at + 1)) return null;
  return { draft: toWord(lead.text), start: lead.start, end: lead.end, next: at + 1 };
}

/** Whether another word of the text follows: `NOT machine translation` may be `NOT machine` and a word. */
function goesOn(source: Source, at: number): boolean {
  const token = source.tokens[at];
  if (token?.kind !== 'word') return false;
  return readOperator(source, at) === null && readPrimary(source, at, MAX_NESTING, false) === null;
}

/**
 * A single condition, or several in brackets.
 *
 * @param isOperand whether it follows an operator, so that a category's code alone counts: `cat:cs.CL OR cs.LG`.
 */
function readPrimary(source: Source, at: number, depth: number, isOperand: boolean): Read | null {
  const read = source.read.operands < MAX_READ ? readAny(source, at, depth, isOperand) : null;
  if (read) source.read.operands += 1;
  return read;
}

function readAny(source: Source, at: number, depth: number, isOperand: boolean): Read | null {
  const token = source.tokens[at];
  if (!token) return null;
  if (token.kind === 'open') return readGroup(source, at, depth);
  if (token.kind === 'quoted') return readQuotedIdentifier(source, at) ?? readPhrase(source, at);
  if (EITHER.has(token.lower) && token.after === '' && depth < MAX_NESTING) {
    const read = readPrimary(source, at + 1, depth + 1, isOperand);
    return read && { ...read, start: token.start };
  }
  const excluded = readExclusion(source, at, depth);
  if (excluded || token.before === '-') return excluded;
  const code = isOperand ? toBareCategory(token) : null;
  if (code) return { draft: code, start: token.start, end: token.end, next: at + 1 };
  const category = readCategoryBeside(source, at);
  if (category) return category;
  const named = readIdentifier(source, at) ?? readField(source, at);
  if (named) return named.draft.kind === 'id' ? withStamp(source, named) : named;
  const other =
    readByline(source, at) ??
    readInCategory(source, at) ??
    (source.mayCite ? readCitation(source, at, isOperand) : null);
  return other === null && source.mayHaveTimes ? readTime(source, at) : other;
}

/** Brackets that contain only operands. Brackets around words of the text belong to the text. */
function readGroup(source: Source, at: number, depth: number): Read | null {
  const { tokens } = source;
  if (depth >= MAX_NESTING) return null;
  const drafts: Draft[] = [];
  let next = at + 1;
  while (tokens[next]?.kind !== 'close') {
    const joining = drafts.length > 0 ? readOperator(source, next) : null;
    const inner = readAlternatives(source, joining?.kind === 'and' ? joining.next : next, depth + 1);
    if (inner === null || inner.isBroken) return null;
    drafts.push(...inner.operands.map(({ draft }) => draft));
    // If words may be left within the brackets, the brackets belong to the text.
    if (drafts.some(mayBeginLater)) return null;
    next = inner.next;
  }
  const [open, close] = [tokens[at], tokens[next]];
  if (drafts.length === 0 || !open || !close) return null;
  return { draft: allOf(drafts), start: open.start, end: close.end, next: next + 1 };
}

function mayBeginLater(draft: Draft): boolean {
  if (draft.kind !== 'byline') return false;
  const starts = draft.authors[0]?.readings.map(({ start }) => start);
  return new Set(starts).size > 1;
}

/** The value of an unreadable field stays with its field: `category:"no such category"`. */
function readPhrase({ tokens }: Source, at: number): Read | null {
  const token = tokens[at];
  if (!token || !HAS_WORD.test(token.text) || (token.isGlued && isField(tokens[at - 1]))) return null;
  return { draft: toWord(token.text), start: token.start, end: token.end, next: at + 1 };
}

/**
 * `-survey`, `-cs.CV`, `-"image classification"`, `-author:smith`, `-("a" OR "b")`: a hyphen with white space before it and
 * none after. Numbers (`-1 degrees`) and small words (after a dash: `transformers -an overview`) do not count.
 */
function readExclusion(source: Source, at: number, depth: number): Read | null {
  const [token, quoted] = [source.tokens[at], source.tokens[at + 1]];
  if (token?.kind !== 'word' || token.isGlued) return null;
  if (token.before === '-') {
    const field = readField(source, at);
    return field && { ...field, draft: notOf(field.draft), start: token.start - 1 };
  }
  if (token.before !== '') return null;
  if (token.text === '-') {
    const group = quoted?.kind === 'open' && quoted.isGlued ? readGroup(source, at + 1, depth) : null;
    if (group) return { ...group, draft: notOf(group.draft), start: token.start };
    if (quoted?.kind !== 'quoted' || !quoted.isGlued || !HAS_WORD.test(quoted.text)) return null;
    return { draft: notOf(toWord(quoted.text)), start: token.start, end: quoted.end, next: at + 2 };
  }
  if (!EXCLUDED_WORD.test(token.text) || SMALL_WORDS.has(token.lower.slice(1))) return null;
  const word = token.text.slice(1);
  if (ENDINGS.has(word) || token.after.startsWith(':')) return null;
  const draft = notOf(toBareCategory({ ...token, text: word }) ?? toWord(word));
  return { draft, start: token.start, end: token.end, next: at + 1 };
}

/** The title or abstract contains the word or phrase. */
function toWord(text: string): Draft {
  return { kind: 'text', field: 'anywhere', text, isPhrase: true };
}

/** Whether there is only "and" between two parts; it is then removed with them. */
function joinsNothingElse(source: Source, from: number, to: number): boolean {
  const first = source.tokens[from];
  if (first?.lower === 'but' && first.after === '') return to === from + 1;
  const operator = readOperator(source, from);
  if (operator?.kind !== 'and') return false;
  return operator.next === to || (operator.next === to - 1 && isLeading(source.tokens[to - 1]));
}

function toRead(operands: readonly Read[], draft: Draft, next: number): Read {
  return { draft, start: operands[0]?.start ?? 0, end: operands.at(-1)?.end ?? 0, next };
}

function isLead(token: Token | undefined, draft: Draft): token is Token {
  return TAKE_LEAD.has(draft.kind) && isLeading(token);
}

function isLeading(token: Token | undefined): boolean {
  return token?.after === '' && LEADING.has(token.lower);
}

/**
 * Number of significant words before "by" if all are capitalised, as in a title; else 0. The first word is skipped,
 * because a sentence begins with a capital anyway. A capitalised "By" within the query suffices (Infinity).
 */
function countTitleWords(tokens: readonly Token[]): number {
  const by = tokens.findIndex(({ lower }) => lower === 'by');
  if (by > 0 && tokens[by]?.text !== 'by') return Infinity;
  const words = tokens
    .slice(1, Math.max(1, by))
    .filter(({ kind, text, lower }) => kind === 'word' && text.length > 3 && !SMALL_WORDS.has(lower));
  return words.every(({ text }) => /^[\p{Lu}\p{Lo}]/u.test(text)) ? words.length : 0;
}
