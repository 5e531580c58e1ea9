import type { FilterLevel } from './experiments.js';
import { leastBy } from './figures.js';
import type { Skipped } from './report.js';
import { utcDay } from '../day.js';
import type { Filter } from '../store/filter.js';
import type { FacetCount } from '../store/store.js';
import type { TuningStore } from '../store/tuning.js';

const DATE = 'submitted_at';
/** Before arXiv's first paper, and after its last. */
const EARLIEST = Date.parse('1990-01-01');
const LATEST = Date.parse('2100-01-01');
const SECOND_MS = 1_000;
/** A share counts as met if the selected share differs from it by at most this fraction of it. */
const CLOSE_ENOUGH = 0.02;
/** A filter that misses its share by more than this factor is not used. */
const FURTHEST = 2;
/** A paper used as a query is excluded from its own answer, so a filter must select at least one other paper. */
const LEAST_PAPERS = 2;

interface FilterCandidate {
  selected: number;
  filter: Filter;
  /** Describes what it selects, for people. */
  what: string;
}

/**
 * Filters that select approximately these shares of the papers: all papers submitted since a date, which is found by
 * bisection over exact counts, or all papers of a category, whichever is closer. The levels contain the actual
 * numbers.
 *
 * @param shares 0 to 1; 1 is a filter that matches every paper.
 * @param categories number of papers per category; empty if the collection cannot count them.
 */
export async function findFilterLevels(
  store: TuningStore,
  shares: readonly number[],
  categories: readonly FacetCount[],
): Promise<{ levels: FilterLevel[]; skipped: Skipped[] }> {
  const total = await store.count();
  const levels: FilterLevel[] = [];
  const skipped: Skipped[] = [];
  for (const share of shares) {
    const wanted = share * total;
    const candidates = [await findDate(store, wanted), ...categories.map(toCategory)];
    const nearest = leastBy(candidates, ({ selected }) => factor(selected, wanted));
    const label = `${Number((100 * share).toPrecision(3))}%`;
    const { selected, filter, what } = nearest;
    if (selected < LEAST_PAPERS || factor(selected, wanted) > FURTHEST) {
      skipped.push({
        label,
        reason: `no date and no category of ${total} papers selects about ${Math.round(wanted)}`,
      });
    } else {
      const description = `${label} (${selected.toLocaleString('en-US')} papers ${what})`;
      levels.push({ share, selected, filter, description });
    }
  }
  return { levels, skipped };
}

/** The factor by which the count is too large or too small; infinite if nothing is selected. */
function factor(selected: number, wanted: number): number {
  return selected === 0 ? Infinity : Math.max(selected / wanted, wanted / selected);
}

async function findDate(store: TuningStore, wanted: number): Promise<FilterCandidate> {
  let [from, to] = [EARLIEST, LATEST];
  let best = { at: from, selected: await store.count(since(from)) };
  while (to - from > SECOND_MS && factor(best.selected, wanted) > 1 + CLOSE_ENOUGH) {
    const middle = Math.floor((from + to) / 2 / SECOND_MS) * SECOND_MS;
    const selected = await store.count(since(middle));
    if (factor(selected, wanted) < factor(best.selected, wanted)) best = { at: middle, selected };
    if (selected > wanted) from = Math.max(middle, from + SECOND_MS);
    else to = middle;
  }
  const day = utcDay(best.at);
  return { selected: best.selected, filter: since(best.at), what: `since ${day}` };
}

function since(moment: number): Filter {
  return { must: [{ key: DATE, range: { gte: new Date(moment).toISOString() } }] };
}

function toCategory({ value, count }: FacetCount): FilterCandidate {
  const filter: Filter = { must: [{ key: 'categories', match: { value } }] };
  return { selected: count, filter, what: `in ${value}` };
}
