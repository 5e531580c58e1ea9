import type { BylineAuthor, Read } from './candidate.js';
import { isAbbreviated, readName, type NameCandidate, type NameContext, type NameReading } from './names.js';
import type { Token } from './tokens.js';

const LIST_MARK = /[,，、;；]/u;
const AND = new Set(['and', '&']);
const OTHERS = new Set(['others', 'colleagues', 'coworkers', 'co-workers', 'coauthors', 'co-authors']);

/**
 * Authors named by "by" as a word of its own: `by Xu`, `by Xu, Gao and Hu`, `by Xu & by Gao`, `by LeCun, Y.`, `by Wang et al.`
 * Null when no name follows.
 */
export function readByline(tokens: readonly Token[], at: number, context: NameContext): Read | null {
  const by = tokens[at];
  if (by?.kind !== 'word' || by.lower !== 'by' || !/^:?$/.test(by.after)) return null;
  const authors: BylineAuthor[] = [];
  let next = at + 1;
  let nameAt: number | null = next;
  while (nameAt !== null) {
    const author = readAuthor(tokens, nameAt, context);
    if (!author) break;
    authors.push(author);
    next = author.next;
    nameAt = skipJoining(tokens, next);
  }
  const last = authors.at(-1);
  return last ? { candidate: { kind: 'byline', authors, start: by.start, end: last.end }, next } : null;
}

function readAuthor(
  tokens: readonly Token[],
  at: number,
  context: NameContext,
): (BylineAuthor & { next: number }) | null {
  const named = readName(tokens, at, context);
  if (!named) return null;
  const candidate = withInitialsBehind(tokens, named);
  const { end, next } = longestOf(candidate);
  const others = skipOthers(tokens, next);
  return { candidate, next: others, end: others > next ? endOf(tokens, others - 1) : end };
}

/** The longest way to read a name. */
export function longestOf(candidate: NameCandidate): NameReading {
  return candidate.isCertain ? candidate.reading : candidate.readings[0];
}

/** `LeCun, Y.` is one author. */
function withInitialsBehind(tokens: readonly Token[], candidate: NameCandidate): NameCandidate {
  if (!candidate.isCertain) return candidate;
  const { name, next } = candidate.reading;
  const initials = tokens[next];
  if (!initials || !LIST_MARK.test(tokens[next - 1]?.after ?? '')) return candidate;
  const isAlone = isAbbreviated(initials) && readName(tokens, next, { isTitleCase: false }) === null;
  if (!isAlone) return candidate;
  const reading = { name: `${name}, ${initials.text}.`, end: initials.end + 1, next: next + 1 };
  return { isCertain: true, reading };
}

/** Where the next name of the list may begin; null when the list ends here. */
function skipJoining(tokens: readonly Token[], next: number): number | null {
  let at = next;
  let isJoined = LIST_MARK.test(tokens[next - 1]?.after ?? '');
  for (const token of tokens.slice(next, next + 2)) {
    const isMark = token.text === '' && LIST_MARK.test(token.before + token.after);
    if (!isMark && !AND.has(token.lower)) break;
    isJoined = true;
    at += 1;
  }
  if (!isJoined) return null;
  return tokens[at]?.lower === 'by' ? at + 1 : at;
}

/** Behind `et al.` or `and others`. */
function skipOthers(tokens: readonly Token[], at: number): number {
  const [first, second] = [tokens[at]?.lower ?? '', tokens[at + 1]?.lower ?? ''];
  if (first === 'et' && second === 'al') return at + 2;
  return AND.has(first) && OTHERS.has(second) ? at + 2 : at;
}

function endOf(tokens: readonly Token[], at: number): number {
  const token = tokens[at];
  return token === undefined ? 0 : token.end + (token.lower === 'al' && token.after.startsWith('.') ? 1 : 0);
}
