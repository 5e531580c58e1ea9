import { ARCHIVES, toArchive } from '../papers/archives.js';
import type { PaperPayload } from '../papers/payload.js';
import { StartupError } from '../errors/errors.js';

/** Which records of the input are wanted. */
export interface Selection {
  /** Category codes (`cs.LG`) and whole archives (`cs.*` or `cs`); none means every category. */
  categories: readonly string[];
  /** Day of the first submission, `YYYY-MM-DD`, or null. */
  since: string | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** @throws StartupError that names the option and what it takes. */
export function parseSelection(categories: readonly string[], since: string | undefined): Selection {
  for (const code of categories) {
    if (!ARCHIVES.has(toArchive(code))) {
      throw new StartupError(
        `--category: "${code}" belongs to no arXiv archive; expected a code such as cs.LG or an archive such as "cs.*"`,
      );
    }
  }
  if (since !== undefined && !isDay(since)) {
    throw new StartupError(`--since: expected a day such as 2020-01-01, not "${since}"`);
  }
  return { categories, since: since ?? null };
}

export function isSelected({ categories, since }: Selection, payload: PaperPayload): boolean {
  if (since !== null && !(payload.submitted_at !== undefined && payload.submitted_at >= since)) return false;
  return categories.length === 0 || categories.some((wanted) => isOf(wanted, payload));
}

function isOf(wanted: string, { categories, archives }: PaperPayload): boolean {
  return categories.includes(wanted) || (isWhole(wanted) && archives.includes(toArchive(wanted)));
}

/** `cs.*`, or `cs` itself: no paper has the bare name of an archive that is divided. */
function isWhole(wanted: string): boolean {
  return wanted.endsWith('.*') || !wanted.includes('.');
}

function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
