import { toConjuncts, toDescription, type Expression } from './expression.js';
import type { Interpretation } from './interpret.js';
import { cutOut, type Span } from './parse-query/tokens.js';

export type QueryPartKind =
  'AUTHOR' | 'CATEGORY' | 'DATE' | 'EXCLUSION' | 'IDENTIFIER' | 'TEXT' | 'COMBINATION';

/** A condition that was read from a query, and where. */
export interface QueryPart extends Span {
  kind: QueryPartKind;
  /** What was typed. */
  text: string;
  description: string;
  /** The query without this condition. */
  queryWithout: string;
}

/** Places of a query that are told; each costs work in proportion to the length of the query. */
const MAX_PLACES = 64;

/**
 * The conditions of a query one by one. Several that stand in one place (`by Xu and Gao`) are parts of their own when the
 * query can say the others without it, and one part otherwise.
 */
export function toQueryParts({ query, parts }: Interpretation['read']): QueryPart[] {
  return parts.slice(0, MAX_PLACES).flatMap(({ expression, start, end }) => {
    const place = { start, end, text: query.slice(start, end) };
    const conjuncts = toConjuncts(expression);
    const written = conjuncts.map(write);
    if (conjuncts.length === 1 || written.includes(null)) {
      const queryWithout = cutOut(query, [place]);
      return [{ ...place, kind: kindOf(expression), description: toDescription(expression), queryWithout }];
    }
    return conjuncts.map((conjunct, at) => ({
      ...place,
      kind: kindOf(conjunct),
      description: toDescription(conjunct),
      queryWithout: `${query.slice(0, start)}${written.toSpliced(at, 1).join(' ')}${query.slice(end)}`,
    }));
  });
}

function kindOf(expression: Expression): QueryPartKind {
  switch (expression.kind) {
    case 'author':
      return 'AUTHOR';
    case 'category':
      return 'CATEGORY';
    case 'date':
      return 'DATE';
    case 'not':
      return 'EXCLUSION';
    case 'id':
    case 'doi':
      return 'IDENTIFIER';
    case 'text':
      return 'TEXT';
    case 'and':
    case 'or':
      return 'COMBINATION';
  }
}

const FIELDS = { title: 'title:', abstract: 'abs:', comments: 'co:', journalRef: 'jr:', anywhere: '' };

/** The condition in the query language, or null when it is not one that a single operand says. */
function write(expression: Expression): string | null {
  switch (expression.kind) {
    case 'author':
      return quote('author:', expression.name);
    case 'category':
      return `cat:${expression.code}`;
    case 'id':
      return `id:${expression.id}`;
    case 'doi':
      return `doi:${expression.doi}`;
    case 'text':
      // Words in any order have no notation of their own, except a single one.
      return expression.isPhrase || !expression.text.includes(' ')
        ? quote(FIELDS[expression.field], expression.text)
        : null;
    case 'not': {
      const operand = write(expression.operand);
      return operand && `NOT ${operand}`;
    }
    default:
      return null;
  }
}

function quote(field: string, text: string): string | null {
  return text.includes('"') ? null : `${field}"${text}"`;
}
