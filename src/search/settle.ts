import { longestOf } from './parse-query/authors.js';
import type { BylineAuthor, Candidate } from './parse-query/candidate.js';
import type { NameReading } from './parse-query/names.js';
import type { ParsedQuery } from './parse-query/parse-query.js';
import type { Span } from './parse-query/tokens.js';

/** Knows who writes papers in the corpus. */
export interface AuthorSource {
  /** Those of the names that an author of the corpus has, as an author filter would match them. One call to the store. */
  knownAuthors(names: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What counts of a query, with the authors settled. In order, apart from each other. */
export type SettledPart =
  Exclude<Candidate, { kind: 'byline' }> | (Span & { kind: 'authors'; names: readonly string[] });

/** Names looked up for one query; what else looks like one stays text. */
const MAX_LOOK_UPS = 64;

/**
 * Decides which names are authors: unmistakable ones are, of the others those that somebody in the corpus has. One call for all
 * doubtful names of the query, none when there is no doubt.
 */
export async function settle(parsed: ParsedQuery, source: AuthorSource): Promise<SettledPart[]> {
  const doubtful = [...new Set(parsed.candidates.flatMap(doubtfulNames))].slice(0, MAX_LOOK_UPS);
  const known = doubtful.length === 0 ? new Set<string>() : await source.knownAuthors(doubtful);
  return parsed.candidates.flatMap((candidate) =>
    candidate.kind === 'byline' ? settleByline(candidate, known) : [candidate],
  );
}

function doubtfulNames(candidate: Candidate): string[] {
  if (candidate.kind !== 'byline') return [];
  return candidate.authors.flatMap(({ candidate: name }) =>
    name.isCertain ? [] : name.readings.map((reading) => reading.name),
  );
}

/** The authors up to the first that is none, or that leaves words of its longest reading in front of the next. */
function settleByline(
  { start, authors }: Extract<Candidate, { kind: 'byline' }>,
  known: ReadonlySet<string>,
): SettledPart[] {
  const names: string[] = [];
  let end = start;
  for (const author of authors) {
    const reading = choose(author, known);
    if (!reading) break;
    names.push(reading.name);
    const isWhole = reading.next === longestOf(author.candidate).next;
    end = isWhole ? author.end : reading.end;
    if (!isWhole) break;
  }
  return names.length === 0 ? [] : [{ kind: 'authors', names, start, end }];
}

function choose({ candidate }: BylineAuthor, known: ReadonlySet<string>): NameReading | undefined {
  return candidate.isCertain
    ? candidate.reading
    : candidate.readings.find((reading) => known.has(reading.name));
}
