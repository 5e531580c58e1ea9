import type { SearchFilter, SearchPageQueryVariables } from '@paperql/client';

export type Mode = 'HYBRID' | 'SEMANTIC' | 'KEYWORD';
export type Order = 'best' | 'newest' | 'oldest' | 'updated';

/** A search as its URL encodes it. */
export interface Search {
  query: string;
  categories: readonly string[];
  archives: readonly string[];
  authors: readonly string[];
  /** First and last year of submission, both included. */
  from: number | null;
  to: number | null;
  mode: Mode;
  order: Order;
  /** Whether newer papers rank higher. */
  prefersNew: boolean;
  /** Whether the query is only text, so that no authors, dates and the like are read from it. */
  isPlain: boolean;
}

export const NO_SEARCH: Search = {
  query: '',
  categories: [],
  archives: [],
  authors: [],
  from: null,
  to: null,
  mode: 'HYBRID',
  order: 'best',
  prefersNew: false,
  isPlain: false,
};

const MODES: ReadonlyMap<string, Mode> = new Map([
  ['meaning', 'SEMANTIC'],
  ['words', 'KEYWORD'],
]);
const ORDERS: readonly Order[] = ['newest', 'oldest', 'updated'];
const YEAR = /^(1[89]|20)\d\d$/;

/** Reads the parameters of a URL; missing and invalid ones get their defaults. */
export function readSearch(parameters: URLSearchParams): Search {
  return {
    query: (parameters.get('q') ?? '').trim(),
    categories: readList(parameters, 'category'),
    archives: readList(parameters, 'archive'),
    authors: readList(parameters, 'author'),
    from: readYear(parameters.get('from')),
    to: readYear(parameters.get('to')),
    mode: MODES.get(parameters.get('match') ?? '') ?? 'HYBRID',
    order: ORDERS.find((order) => order === parameters.get('order')) ?? 'best',
    prefersNew: parameters.get('prefer') === 'new',
    isPlain: parameters.get('read') === 'text',
  };
}

/** The parameters that `readSearch` reads, without defaults. */
export function writeSearch(search: Search): URLSearchParams {
  const parameters = new URLSearchParams();
  if (search.query !== '') parameters.set('q', search.query);
  for (const category of search.categories) parameters.append('category', category);
  for (const archive of search.archives) parameters.append('archive', archive);
  for (const author of search.authors) parameters.append('author', author);
  if (search.from !== null) parameters.set('from', String(search.from));
  if (search.to !== null) parameters.set('to', String(search.to));
  for (const [name, mode] of MODES) if (mode === search.mode) parameters.set('match', name);
  if (search.order !== 'best') parameters.set('order', search.order);
  if (search.prefersNew) parameters.set('prefer', 'new');
  if (search.isPlain) parameters.set('read', 'text');
  return parameters;
}

/** Whether there is a search; otherwise, the front page is shown. */
export function isSearch(search: Search): boolean {
  return writeSearch(search).size > 0;
}

/** The filter that the parameters other than the query select; null if it matches every paper. */
export function toFilter(search: Search, withYears = true): SearchFilter | null {
  const conditions: SearchFilter[] = [
    ...search.categories.map((code) => ({ categories: { in: [code] } })),
    ...search.archives.map((archive) => ({ archives: { in: [archive] } })),
    ...search.authors.map((name) => ({ authors: { in: [name] } })),
    ...(withYears ? toYears(search) : []),
  ];
  return conditions.length === 0 ? null : { and: conditions };
}

function toYears({ from, to }: Search): SearchFilter[] {
  if (from === null && to === null) return [];
  return [
    {
      submitted: {
        ...(from !== null && { gte: `${from}-01-01` }),
        ...(to !== null && { lte: `${to}-12-31` }),
      },
    },
  ];
}

const ORDER_INPUTS = {
  best: null,
  newest: { field: 'SUBMITTED', direction: 'DESC' },
  oldest: { field: 'SUBMITTED', direction: 'ASC' },
  updated: { field: 'UPDATED', direction: 'DESC' },
} as const;

/** The variables of `SearchPage`, except those for paging. */
export function toVariables(search: Search): SearchPageQueryVariables {
  const orderBy = ORDER_INPUTS[search.order];
  return {
    query: search.query === '' ? null : search.query,
    filter: toFilter(search),
    mode: search.mode,
    ranking: search.prefersNew ? { recency: { halfLifeDays: 730, weight: 0.5 } } : null,
    orderBy,
    interpret: !search.isPlain,
  };
}

function readList(parameters: URLSearchParams, name: string): string[] {
  return [...new Set(parameters.getAll(name).filter((value) => value !== ''))];
}

function readYear(text: string | null): number | null {
  return text !== null && YEAR.test(text) ? Number(text) : null;
}
