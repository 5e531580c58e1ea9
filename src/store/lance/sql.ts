/**
 * Pieces of Lance's SQL dialect. Every value goes through one of these; the dialect has no escape but the doubled
 * quote.
 */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoteAll(texts: Iterable<string>): string {
  return [...texts].map(quote).join(', ');
}

/**
 * What a condition selects, and what it leaves, each as SQL. Both are built side by side, so that NOT stands before
 * single conditions only: nulls are dealt with in one place, indexes are used for negations too, and the engine's
 * parser, which takes some 50 levels, is not driven deep.
 */
export interface Predicate {
  /** True for the rows selected; false or null for the others. */
  selects: string;
  /** True for the rows not selected; false or null for the others. */
  leaves: string;
}

export const EVERYTHING: Predicate = { selects: 'true', leaves: 'false' };
export const NOTHING: Predicate = { selects: 'false', leaves: 'true' };

/** A condition that is true or false for every row. */
export function exact(sql: string): Predicate {
  return { selects: sql, leaves: `NOT (${sql})` };
}

/** A condition that may be null for rows it does not select. */
export function nullable(sql: string): Predicate {
  return { selects: sql, leaves: `NOT COALESCE(${sql}, false)` };
}

export function not({ selects, leaves }: Predicate): Predicate {
  return { selects: leaves, leaves: selects };
}

export function and(predicates: readonly Predicate[]): Predicate {
  const narrowing = predicates.filter(({ selects }) => selects !== EVERYTHING.selects);
  const [first] = narrowing;
  if (!first) return EVERYTHING;
  if (narrowing.some(({ selects }) => selects === NOTHING.selects)) return NOTHING;
  if (narrowing.length === 1) return first;
  return {
    selects: `(${narrowing.map(({ selects }) => selects).join(' AND ')})`,
    leaves: `(${narrowing.map(({ leaves }) => leaves).join(' OR ')})`,
  };
}

export function or(predicates: readonly Predicate[]): Predicate {
  return predicates.length === 0 ? NOTHING : not(and(predicates.map(not)));
}

/** At least `count` of the predicates hold. */
export function atLeast(count: number, predicates: readonly Predicate[]): Predicate {
  if (count <= 0) return EVERYTHING;
  if (count > predicates.length) return NOTHING;
  if (count === 1) return or(predicates);
  if (count === predicates.length) return and(predicates);
  const ones = predicates.map(({ selects }) => `CAST(COALESCE(${selects}, false) AS INT)`);
  return exact(`(${ones.join(' + ')}) >= ${count}`);
}
