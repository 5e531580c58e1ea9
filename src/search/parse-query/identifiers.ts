import { findCategory } from '../../papers/taxonomy.js';
import { countsThings } from './counted.js';
import { readPeriod } from './read-period.js';
import { spanOf, type Draft, type Read, type Source } from './reading.js';
import type { Token } from './tokens.js';
import { arxivIdMonth, parseArxivId } from '../../papers/arxiv-id.js';
import { arxivIdOfDoi, isDoi } from '../../papers/doi.js';

/** Nothing without one of these is looked at: most words are none. */
const MAY_NAME_PAPER = /\d{4}\.\d{4}|\/\d{7}|^10\.\d|doi\.org|%2f/i;
const NUMBER = /^\d{4}\.(\d+)(?:v\d+)?$/i;
const LABELS: ReadonlySet<string> = new Set(['arxiv', 'doi']);
/** Identifiers have five digits after the point from this month on. */
const FIVE_DIGITS = '2015-01-01';
const FIRST_NUMBER = '2007-04-01';

/**
 * An identifier in any form that stands alone: `1706.03762v7`, `hep-th/9901001`, an address of arXiv or a mirror, a DOI.
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

/** What a text names in a field that takes identifiers. */
export function toIdentifier(text: string): Draft | null {
  const id = parseArxivId(text);
  if (id !== null) return { kind: 'id', id };
  return isDoi(text) ? { kind: 'doi', doi: text } : null;
}

function nameOf(token: Token, source: Source, at: number, isLabelled: boolean): Draft | null {
  if (token.kind !== 'word' || token.before.includes('{') || !MAY_NAME_PAPER.test(token.text)) return null;
  const number = NUMBER.exec(token.text);
  if (number && !isLabelled && !mayBeNumber(token.text, number[1]?.length ?? 0, source, at)) return null;
  if (isDoi(token.text)) {
    const id = arxivIdOfDoi(token.text);
    return id === null ? { kind: 'doi', doi: token.text } : { kind: 'id', id };
  }
  const id = parseArxivId(token.text);
  return id === null ? null : { kind: 'id', id };
}

/** A bare number is an identifier only as arXiv gave them, up to the clock's month: `1012.1234 kg` is none. */
function mayBeNumber(text: string, digits: number, { tokens, clock }: Source, at: number): boolean {
  const month = arxivIdMonth(text.replace(/v\d+$/i, ''));
  if (month === null || month < FIRST_NUMBER || month > clock.toISOString().slice(0, 10)) return false;
  return digits === (month < FIVE_DIGITS ? 4 : 5) && !countsThings(tokens, at);
}

/** With `[cs.CL]` and the day after an identifier, as papers carry them: `arXiv:1706.03762v7 [cs.CL] 2 Aug 2023`. */
export function withStamp({ tokens, clock }: Source, read: Read): Read {
  const category = tokens[read.next];
  if (category?.kind !== 'word' || category.before !== '[' || !category.after.startsWith(']')) return read;
  if (!findCategory(category.text)) return read;
  const next = readPeriod(tokens, read.next + 1, clock)?.next ?? read.next + 1;
  const last = tokens[next - 1];
  return last ? { ...read, next, end: last === category ? last.end + 1 : last.end } : read;
}
