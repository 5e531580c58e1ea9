import { allOf, anyOf, notOf, type Expression } from './parse-query/expression.js';
import type { NameReading } from './parse-query/names.js';
import type { ParsedQuery, Part } from './parse-query/parse-query.js';
import type { Byline, BylineAuthor, Draft } from './parse-query/reading.js';
import type { Span } from './parse-query/tokens.js';

/** Knows who writes papers in the corpus. */
export interface AuthorSource {
  /** Those of the names that an author of the corpus has, as an author filter would match them. One call to the store. */
  knownAuthors(names: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What counts of a query, with the authors settled. In order, apart from each other. */
export interface SettledPart extends Span {
  expression: Expression;
}

/** Names looked up for one query; what else looks like one stays text. */
const MAX_LOOK_UPS = 64;

/**
 * Decides which names are authors: unmistakable ones are, of the others those that somebody in the corpus has. One call for all
 * doubtful names of the query, none when there is no doubt.
 */
export async function settle(parsed: ParsedQuery, source: AuthorSource): Promise<SettledPart[]> {
  const doubtful = [...new Set(parsed.parts.flatMap(({ draft }) => doubtfulNames(draft)))].slice(
    0,
    MAX_LOOK_UPS,
  );
  const known = doubtful.length === 0 ? new Set<string>() : await source.knownAuthors(doubtful);
  return parsed.parts.flatMap((part) => settlePart(part, known));
}

function doubtfulNames(draft: Draft): string[] {
  switch (draft.kind) {
    case 'and':
    case 'or':
      return draft.operands.flatMap(doubtfulNames);
    case 'not':
      return doubtfulNames(draft.operand);
    case 'byline':
      return draft.authors.flatMap(({ readings }) =>
        readings.filter(({ isCertain }) => !isCertain).map(({ name }) => name),
      );
    default:
      return [];
  }
}

/** A byline that stands alone counts as far as its names do; one that operators join counts whole or not at all. */
function settlePart({ draft, start, end }: Part, known: ReadonlySet<string>): SettledPart[] {
  if (draft.kind === 'byline') {
    const lastEnd = draft.authors.at(-1)?.end;
    // Read to its end, it takes along what the part has around it.
    return settleByline(draft, start, known).map((settled) =>
      settled.end === lastEnd ? { ...settled, end } : settled,
    );
  }
  const expression = settleDraft(draft, known);
  return expression === null ? [] : [{ expression, start, end }];
}

function settleDraft(draft: Draft, known: ReadonlySet<string>): Expression | null {
  switch (draft.kind) {
    case 'and':
    case 'or': {
      const operands = draft.operands.map((operand) => settleDraft(operand, known));
      const settled = operands.filter((operand) => operand !== null);
      if (settled.length < operands.length) return null;
      return draft.kind === 'and' ? allOf(settled) : anyOf(settled);
    }
    case 'not': {
      const operand = settleDraft(draft.operand, known);
      return operand && notOf(operand);
    }
    case 'byline': {
      const [settled] = settleByline(draft, 0, known);
      return settled?.end === draft.authors.at(-1)?.end ? (settled?.expression ?? null) : null;
    }
    default:
      return draft;
  }
}

/** The authors up to the first that is none, or that leaves words of its longest reading before the next; of alternatives all. */
function settleByline({ authors }: Byline, start: number, known: ReadonlySet<string>): SettledPart[] {
  const taken: { author: BylineAuthor; reading: NameReading }[] = [];
  let end = start;
  for (const author of authors) {
    const reading = author.readings.find(({ name, isCertain }) => isCertain || known.has(name));
    if (!reading) break;
    taken.push({ author, reading });
    const isWhole = reading.next === author.readings[0]?.next;
    end = isWhole ? author.end : reading.end;
    if (!isWhole) break;
  }
  const isPartOfAlternatives =
    taken.length < authors.length && authors.some(({ joining }) => joining === 'or');
  if (taken.length === 0 || isPartOfAlternatives) return [];
  return [{ expression: joinNames(taken), start, end }];
}

/** "And" binds tighter than "or". */
function joinNames(taken: readonly { author: BylineAuthor; reading: NameReading }[]): Expression {
  const alternatives: Expression[][] = [];
  for (const { author, reading } of taken) {
    const condition = { kind: 'author' as const, name: reading.name };
    if (author.joining === 'or' || alternatives.length === 0) alternatives.push([condition]);
    else alternatives.at(-1)?.push(condition);
  }
  return anyOf(alternatives.map((names) => allOf(names)));
}
