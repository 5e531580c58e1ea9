import { checkPageSize, type SearchPage } from './paging.js';
import { archiveName, findCategory } from '../papers/taxonomy.js';
import type { FacetCount, FacetField, FacetRequest } from '../store/store.js';

/** The papers whose values are counted: those that the filters select, or those that the search finds. */
export type FacetScope = 'SELECTED' | 'FOUND';

export type FacetName = 'CATEGORY' | 'PRIMARY_CATEGORY' | 'ARCHIVE' | 'YEAR' | 'AUTHOR' | 'LICENSE';

/** Counts values; the caller batches the calls. */
export interface FacetSource {
  countFacet(request: FacetRequest): Promise<FacetCount[]>;
}

/** A value and the number of papers that have it. */
export interface FacetBucket {
  value: string;
  /** The value for display. */
  label: string;
  count: number;
  /** A `SearchFilter`, as JSON, that selects exactly the papers with this value. */
  filter: Record<string, unknown>;
}

/** How a facet is counted, and what its values mean. */
interface Facet {
  field: FacetField;
  toLabel: (value: string) => string;
  toFilter: (value: string) => Record<string, unknown>;
}

const itself = (value: string) => value;

const FACETS: Record<FacetName, Facet> = {
  CATEGORY: {
    field: 'categories',
    toLabel: (code) => findCategory(code)?.name ?? code,
    toFilter: (code) => ({ categories: { in: [code] } }),
  },
  PRIMARY_CATEGORY: {
    field: 'primary_category',
    toLabel: (code) => findCategory(code)?.name ?? code,
    toFilter: (code) => ({ primaryCategory: { in: [code] } }),
  },
  ARCHIVE: {
    field: 'archives',
    toLabel: (archive) => archiveName(archive) ?? archive,
    toFilter: (archive) => ({ archives: { in: [archive] } }),
  },
  YEAR: {
    field: 'year',
    toLabel: itself,
    toFilter: (year) => ({ submitted: { gte: `${year}-01-01`, lte: `${year}-12-31` } }),
  },
  AUTHOR: {
    field: 'author_names',
    toLabel: itself,
    toFilter: (name) => ({ authors: { in: [name] } }),
  },
  LICENSE: {
    field: 'license',
    toLabel: toLicenseName,
    toFilter: (url) => ({ license: { in: [url] } }),
  },
};

const MAX_BUCKETS = 100;

/** A value that was counted. */
export interface CountedBucket extends FacetBucket {
  /** False if there may be more papers than were counted. */
  isExact: () => Promise<boolean> | boolean;
}

/**
 * The most frequent values of a field.
 *
 * @throws BadUserInputError for arguments out of range, and errors of `source`.
 */
export async function countBuckets(
  source: FacetSource,
  { field: name, first, of }: { field: FacetName; first: number; of: FacetScope },
  { filter, found }: Pick<SearchPage, 'filter' | 'found'>,
): Promise<CountedBucket[]> {
  const limit = checkPageSize(first, 'first', MAX_BUCKETS);
  const { field } = FACETS[name];
  const selection = of === 'FOUND' ? await found.select() : { ...(filter && { filter }) };
  const counts = selection ? await source.countFacet({ field, limit, ...selection }) : [];
  const isComplete = of === 'FOUND' ? async () => (await found.count()).isExact : () => true;
  const buckets = counts.map(({ value, count, isEstimate = false }) => ({
    ...toBucket(name, String(value), count),
    isExact: isEstimate ? () => false : isComplete,
  }));
  return tellApart(buckets);
}

/** Adds the value to labels that occur twice: two categories are called "Information Theory". */
export function tellApart<Labelled extends { value: string; label: string }>(
  entries: readonly Labelled[],
): Labelled[] {
  const times = new Map<string, number>();
  for (const { label } of entries) times.set(label, (times.get(label) ?? 0) + 1);
  return entries.map((entry) =>
    times.get(entry.label) === 1 ? entry : { ...entry, label: `${entry.label} (${entry.value})` },
  );
}

/** A value of a facet and its meaning. */
export function toBucket(name: FacetName, value: string, count: number): FacetBucket {
  const { toLabel, toFilter } = FACETS[name];
  return { value, label: toLabel(value), count, filter: toFilter(value) };
}

const CREATIVE_COMMONS = /creativecommons\.org\/(licenses|publicdomain)\/([a-z-]+)\/(\d\.\d)/;
const ARXIV_LICENSE = /arxiv\.org\/licenses\/([a-z-]+)\//;

/** `http://creativecommons.org/licenses/by/4.0/` → `CC BY 4.0`; other URLs are unchanged. */
function toLicenseName(url: string): string {
  const [, kind, terms = '', version = ''] = CREATIVE_COMMONS.exec(url) ?? [];
  if (kind === 'publicdomain') return terms === 'zero' ? `CC0 ${version}` : 'Public domain';
  if (kind === 'licenses') return `CC ${terms.toUpperCase()} ${version}`;
  const [, arxiv] = ARXIV_LICENSE.exec(url) ?? [];
  if (arxiv === 'nonexclusive-distrib') return 'arXiv, non-exclusive right to distribute';
  return arxiv === 'assumed' ? 'arXiv, assumed of papers from 1991 to 2003' : url;
}
