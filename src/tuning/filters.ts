import type { FilterLevel } from './experiments.js';
import type { Skipped } from './report.js';
import type { Filter } from '../store/filter.js';
import type { TuningStore } from '../store/tuning.js';

const KEY = 'submitted_at';
/** Before arXiv's first paper, and after its last. */
const EARLIEST = Date.parse('1990-01-01');
const LATEST = Date.parse('2100-01-01');
const SECOND_MS = 1_000;
/** A paper that is asked for is left out of its own answer: something else must be there to find. */
const LEAST_PAPERS = 2;
/** A share is met when it is missed by no more than this part of itself. */
const CLOSE_ENOUGH = 0.02;

/**
 * Filters that select the shares of the papers: those submitted since some moment, found by bisection over exact counts.
 * Where many papers were submitted at once a share may be missed; the level says what it selects.
 *
 * @param shares 0 to 1; 1 is no filter that leaves anything out, but a filter all the same.
 */
export async function findFilterLevels(
  store: TuningStore,
  shares: readonly number[],
): Promise<{ levels: FilterLevel[]; skipped: Skipped[] }> {
  const total = await store.count(since(EARLIEST));
  const levels: FilterLevel[] = [];
  const skipped: Skipped[] = [];
  for (const share of shares) {
    const level = await findLevel(store, share, total);
    const label = toLabel(share);
    if (level.selected < LEAST_PAPERS) {
      skipped.push({ label, reason: `of ${total} papers with a date that would be ${level.selected}` });
    } else if (levels.some(({ selected }) => selected === level.selected)) {
      skipped.push({ label, reason: `the dates of the papers do not tell it from another share` });
    } else levels.push(level);
  }
  return { levels, skipped };
}

async function findLevel(store: TuningStore, share: number, total: number): Promise<FilterLevel> {
  const wanted = Math.max(1, Math.round(share * total));
  let [from, to] = [EARLIEST, LATEST];
  let best = { at: from, selected: total };
  while (to - from > SECOND_MS && Math.abs(best.selected - wanted) > CLOSE_ENOUGH * wanted) {
    const middle = Math.floor((from + to) / 2 / SECOND_MS) * SECOND_MS;
    const selected = await store.count(since(middle));
    if (isCloser(selected, best.selected, wanted)) best = { at: middle, selected };
    if (selected > wanted) from = Math.max(middle, from + SECOND_MS);
    else to = middle;
  }
  const description = `${toLabel(share)} (${best.selected.toLocaleString('en-US')} papers)`;
  return { share, selected: best.selected, filter: since(best.at), description };
}

/** Nothing at all is never close. */
function isCloser(selected: number, than: number, wanted: number): boolean {
  return selected > 0 && Math.abs(selected - wanted) < Math.abs(than - wanted);
}

function since(moment: number): Filter {
  return { must: [{ key: KEY, range: { gte: new Date(moment).toISOString() } }] };
}

function toLabel(share: number): string {
  return `${Number((100 * share).toPrecision(3))}%`;
}
