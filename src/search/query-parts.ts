import { toConjuncts, toDescription, type Expression } from './expression.js';
import type { Interpretation } from './interpret.js';
import { cutOut, type Span } from './parse-query/tokens.js';

export type QueryPartKind =
  'AUTHOR' | 'CATEGORY' | 'DATE' | 'EXCLUSION' | 'IDENTIFIER' | 'TEXT' | 'COMBINATION';

/** A condition that was read from a query, and its place. */
export interface QueryPart extends Span {
  kind: QueryPartKind;
  /** The text as typed. */
  text: string;
  description: string;
  /** The query without this condition. */
  queryWithout: string;
}

/**
 * Maximum number of places in a query that are reported; each takes time in proportion to the length of the query.
 */
const MAX_PLACES = 64;

/**
 * The conditions of a query, one by one. Several conditions in one place (`by Xu and Gao`) are separate parts if the
 * query can be written without each of them, and one part otherwise.
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

/** The condition in the query language; null if it cannot be written as a single operand. */
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
      // There is no notation for several words in any order.
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
