import { z } from 'zod';

/** The search of a feed, from its parameters. */
export interface FeedSearch {
  q?: string | undefined;
  filter?: unknown;
  mode?: string | undefined;
  interpret?: boolean | undefined;
}

/** The page's names for the values of `mode`; the default has none. */
const MATCHES: Readonly<Record<string, string | null>> = {
  HYBRID: null,
  SEMANTIC: 'meaning',
  KEYWORD: 'words',
};

type Parameter = [name: string, value: string];

/** Several values in one `in` are alternatives, for which the page has no parameter. */
const oneOf = (name: string) =>
  z
    .strictObject({ in: z.tuple([z.string().min(1)]) })
    .transform(({ in: [value] }): Parameter[] => [[name, value]]);

const Years = z
  .strictObject({
    gte: z
      .string()
      .regex(/^\d{4}-01-01$/)
      .optional(),
    lte: z
      .string()
      .regex(/^\d{4}-12-31$/)
      .optional(),
  })
  .transform(({ gte, lte }): Parameter[] => [
    ...(gte === undefined ? [] : [['from', gte.slice(0, 4)] satisfies Parameter]),
    ...(lte === undefined ? [] : [['to', lte.slice(0, 4)] satisfies Parameter]),
  ]);

/** A filter whose conditions the page has parameters for, see `web/src/search-url.ts`. */
const Conditions = z
  .strictObject({
    categories: oneOf('category').optional(),
    archives: oneOf('archive').optional(),
    authors: oneOf('author').optional(),
    submitted: Years.optional(),
  })
  .transform((conditions) => Object.values(conditions).flatMap((parameters) => parameters ?? []));

const PageFilter = z.union([
  z.strictObject({ and: z.array(Conditions) }).transform(({ and }) => and.flat()),
  Conditions,
]);

/**
 * Path and query of the page that shows a feed's search, newest papers first; the front page for all papers.
 *
 * @returns undefined if the page has no parameters for the filter, because any other page would show other papers.
 */
export function toPageAddress({
  q = '',
  filter,
  mode = 'HYBRID',
  interpret = true,
}: FeedSearch): string | undefined {
  const conditions = PageFilter.safeParse(filter ?? {});
  const match = MATCHES[mode];
  if (!conditions.success || match === undefined || repeatsYear(conditions.data)) return undefined;
  const parameters: Parameter[] = [
    ...(q.trim() === '' ? [] : [['q', q] satisfies Parameter]),
    ...conditions.data,
    ...(match === null ? [] : [['match', match] satisfies Parameter]),
    ...(interpret ? [] : [['read', 'text'] satisfies Parameter]),
  ];
  if (parameters.length === 0) return '/';
  return `/?${new URLSearchParams([...parameters, ['order', 'newest']]).toString()}`;
}

/** If a year is given twice, the page reads only the first one. */
function repeatsYear(parameters: readonly Parameter[]): boolean {
  return ['from', 'to'].some((year) => parameters.filter(([name]) => name === year).length > 1);
}
