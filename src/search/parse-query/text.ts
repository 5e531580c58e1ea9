import type { Span } from './tokens.js';

const SPACE_BEFORE_MARK = / ([,;:.?!])/g;
const EMPTY_BRACKETS = /[([{<] ?[)\]}>]/g;
const MARKS = new Set(',;:.?! ');
const MARKS_AT_END = new Set(',;: ');
const JOINING = new Set(['and', 'or', '&']);
/** A letter, a digit, or a sign that no keyboard has (`∇`, an emoji). */
const SAYS_SOMETHING = /[\p{L}\p{N}]|(?![\x00-\x7f])\p{S}/u; // eslint-disable-line no-control-regex -- the ASCII range itself

/** White space collapsed. */
function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/**
 * The query without the spans (in order, apart from each other) and a full stop after them, tidied: no punctuation or "and" is
 * left over where they were.
 */
export function cutOut(query: string, spans: readonly Span[]): string {
  if (spans.length === 0) return orNothing(collapse(query));
  let kept = '';
  let from = 0;
  for (const { start, end } of spans) {
    kept += `${query.slice(from, start)} `;
    from = query[end] === '.' ? end + 1 : end;
  }
  return orNothing(tidy(collapse(kept + query.slice(from))));
}

/** Punctuation alone has no meaning to search for. */
function orNothing(text: string): string {
  return SAYS_SOMETHING.test(text) ? text : '';
}

function tidy(text: string): string {
  const joined = collapse(text.replace(EMPTY_BRACKETS, ' ')).replace(SPACE_BEFORE_MARK, '$1');
  const words = withoutRepeatedCommas(joined).split(' ');
  let start = 0;
  let end = words.length;
  while (start < end && isJoining(words[start])) start += 1;
  while (end > start && isJoining(words[end - 1])) end -= 1;
  return trim(words.slice(start, end).join(' '));
}

function withoutRepeatedCommas(text: string): string {
  return text.replace(/,(?=[,;:.])/g, '');
}

function isJoining(word = ''): boolean {
  return JOINING.has(trim(word).toLowerCase());
}

function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && MARKS.has(text[start] ?? '')) start += 1;
  while (end > start && MARKS_AT_END.has(text[end - 1] ?? '')) end -= 1;
  return text.slice(start, end);
}
