import { cleanText, collapse, decodeEntities } from './clean-text.js';
import type { KaggleRecord } from './kaggle-record.js';
import { toUnicode } from './latex-text.js';
import { keyNameOf } from '../papers/citation-key.js';

/** Of a string whose white space is single spaces: patterns for runs of it would take the square of a run's length. */
const SEPARATOR = / ?[,;] ?(?:and |& ?)?| (?:and|&) | on behalf of (?:the )?|(?<=collaboration) ?: ?/iu;
const SUFFIX = /^(?:jr|sr|i{2,3}|iv)\.?$/iu;
/** What stands before a collaboration that others speak for. */
const ON_BEHALF =
  /^(?:\(?\s*(?:for|on behalf of)\s+)(?:the\s+)?(?=.*\b(?:collaboration|consortium|group|team|project)\b)/iu;
const ET_AL = /\bet\.?\s+al\.?$/iu;
const HAS_LETTER = /\p{L}/u;

/**
 * Display names in reading order, "Given Family Suffix": from the parsed list where there is one, since it tells the
 * parts apart; else from the string, its affiliations left out.
 */
export function toAuthorNames({
  authors,
  authors_parsed: parsed,
}: Pick<KaggleRecord, 'authors' | 'authors_parsed'>): string[] {
  const names = parsed?.length ? parsed.map(joinParts) : splitNames(authors ?? '');
  return names.map(toName).filter((name) => HAS_LETTER.test(name));
}

/** The first author's key name: arXiv's own from the parsed list; else what arXiv would parse out of the string. */
export function toKeyName({
  authors,
  authors_parsed: parsed,
}: Pick<KaggleRecord, 'authors' | 'authors_parsed'>): string {
  const [keyName] = parsed?.[0] ?? [];
  if (keyName) return cleanText(keyName);
  const first = toPlain(authors ?? '')
    .split(FIRST_SEPARATOR)
    .find(Boolean);
  return keyNameOf(first ?? '');
}

/** What ends the first name for arXiv, which does not know semicolons. */
const FIRST_SEPARATOR = /[,:]| (?:and|&) /iu;

function joinParts([family = '', given = '', suffix = '']: readonly string[]): string {
  return [given, family, suffix].map(cleanText).filter(Boolean).join(' ');
}

function splitNames(authors: string): string[] {
  const names: string[] = [];
  for (const name of toPlain(authors).split(SEPARATOR)) {
    const last = names.length - 1;
    if (SUFFIX.test(name) && last >= 0) names[last] = `${names[last] ?? ''} ${name}`;
    else names.push(name);
  }
  return names;
}

function toPlain(authors: string): string {
  return collapse(withoutBrackets(toUnicode(decodeEntities(authors))));
}

/** Affiliations and footnote marks stand in brackets, those in others; a bracket without its partner goes alone. */
function withoutBrackets(text: string): string {
  if (!/[()]/.test(text)) return text;
  const open: number[] = [];
  const pairs = new Map<number, number>();
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') open.push(at);
    const start = text[at] === ')' ? open.pop() : undefined;
    if (start !== undefined) pairs.set(start, at);
  }
  let kept = '';
  for (let at = 0; at < text.length; at++) {
    const end = pairs.get(at);
    if (end !== undefined) at = end;
    else kept += text[at] === '(' || text[at] === ')' ? ' ' : (text[at] ?? '');
  }
  return kept;
}

function toName(text: string): string {
  // Two hyphens in a name are LaTeX's for a double name, not for a range.
  const name = collapse(text).replace(ET_AL, '').replace(ON_BEHALF, '').replaceAll('–', '-');
  return name.trim().normalize('NFC');
}
