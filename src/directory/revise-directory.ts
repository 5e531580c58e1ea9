import { inParts } from '../in-parts.js';
import type { PayloadField } from '../papers/payload.js';
import type { AuthorEntry, DirectoryInfo, TitleEntry } from '../store/directory.js';
import type { PaperReader, PaperWriter, StoredPaper } from '../store/store.js';

/** Fields of a paper that the directory uses. */
export const DIRECTORY_FIELDS = [
  'id',
  'title',
  'author_names',
  'submitted_at',
  'year',
] as const satisfies PayloadField[];

type Payload = StoredPaper['payload'];

/**
 * By point id: the payload that was stored before the change, with at least `DIRECTORY_FIELDS`; null for a new paper.
 */
export type ChangedPapers = ReadonlyMap<string, Payload | null>;

/** If at least a tenth of all papers changed, making the whole directory takes about as long. */
const MOST_CHANGED = 1 / 10;
const PAPERS_AT_ONCE = 1_000;
/** Maximum number of authors whose years are looked up, each with a request to the store. */
const MOST_LOOKED_UP = 500;

/**
 * Changes the directory as planned.
 *
 * @returns false if it could not, so that the whole directory must be made.
 */
export type Revise = () => Promise<boolean>;

/**
 * Plans to update the directory with the changes of these papers, which gives the same result as making all of it.
 * Everything that must be read from the papers is read now.
 *
 * @param total number of papers that are stored now.
 * @returns null if the whole directory must be made.
 */
export async function planRevision(
  store: PaperReader & Pick<PaperWriter, 'directory'>,
  changed: ChangedPapers,
  total: number,
  signal: AbortSignal | undefined,
): Promise<Revise | null> {
  const { revision } = store.directory;
  const info = await store.directory.describe({ signal });
  if (!revision || !info || changed.size > total * MOST_CHANGED) return null;
  const papers = await readChanges(store, changed, signal);
  const appeared = papers.filter(({ before, after }) => !before && after).length;
  if (info.points + appeared !== total) return null;

  const changes = countNames(papers);
  const known = await revision.authorsOf([...changes.keys()], { signal });
  const authors = await changeAuthors(store, changes, known, signal);
  if (!authors) return null;
  const titles = changeTitles(papers);
  const difference = (entries: { removed: unknown[]; added: unknown[] }) =>
    entries.added.length - entries.removed.length;
  const after: DirectoryInfo = {
    points: total,
    authors: info.authors + difference(authors),
    titles: info.titles + difference(titles),
  };
  const removed = [...titles.removed, ...authors.removed];
  const added = [...titles.added, ...authors.added];
  return () => revision.revise({ removed, added, info: after }, { signal });
}

interface PaperChange {
  before: Payload | null;
  after: Payload | undefined;
}

async function readChanges(
  store: PaperReader,
  changed: ChangedPapers,
  signal: AbortSignal | undefined,
): Promise<PaperChange[]> {
  const papers: PaperChange[] = [];
  for (const part of inParts([...changed], PAPERS_AT_ONCE)) {
    const ids = part.map(([id]) => id);
    const stored = await store.retrieve(ids, DIRECTORY_FIELDS, { signal });
    for (const [id, before] of part) papers.push({ before, after: stored.get(id)?.payload });
  }
  return papers;
}

/** The title of a paper; empty for a point that is not a paper. */
export function toTitle({ id, title, submitted_at: submitted }: Payload): TitleEntry[] {
  if (id === undefined || title === undefined) return [];
  return [
    {
      kind: 'title',
      text: title,
      paperId: id,
      submitted: submitted?.slice(0, 'YYYY-MM-DD'.length) ?? null,
    },
  ];
}

function changeTitles(papers: readonly PaperChange[]): { removed: TitleEntry[]; added: TitleEntry[] } {
  const changes = papers
    .map(({ before, after }) => ({ old: toTitle(before ?? {}), now: toTitle(after ?? {}) }))
    .filter(({ old, now }) => JSON.stringify(old) !== JSON.stringify(now));
  return { removed: changes.flatMap(({ old }) => old), added: changes.flatMap(({ now }) => now) };
}

/** Changes in the papers that have a name. */
interface NameChange {
  papers: number;
  /** Years of papers that gained the name, and of papers that lost it. */
  gained: number[];
  lost: number[];
}

function countNames(papers: readonly PaperChange[]): Map<string, NameChange> {
  const changes = new Map<string, NameChange>();
  const count = (payload: Payload, papersMore: 1 | -1) => {
    for (const name of payload.author_names ?? []) {
      const change = changes.get(name) ?? { papers: 0, gained: [], lost: [] };
      changes.set(name, change);
      change.papers += papersMore;
      if (payload.year != null) (papersMore > 0 ? change.gained : change.lost).push(payload.year);
    }
  };
  for (const { before, after } of papers) {
    if (haveSameNames(before, after)) continue;
    count(before ?? {}, -1);
    count(after ?? {}, 1);
  }
  return changes;
}

function haveSameNames(before: Payload | null, after: Payload | undefined): boolean {
  const namesOf = (payload: Payload = {}) =>
    JSON.stringify([payload.year ?? null, payload.author_names ?? []]);
  return namesOf(before ?? {}) === namesOf(after);
}

/** Null if the names cannot be changed one by one. */
async function changeAuthors(
  store: PaperReader,
  changes: ReadonlyMap<string, NameChange>,
  known: readonly AuthorEntry[],
  signal: AbortSignal | undefined,
): Promise<{ removed: AuthorEntry[]; added: AuthorEntry[] } | null> {
  const entries = new Map(known.map((entry) => [entry.text, entry]));
  const removed: AuthorEntry[] = [];
  const added: AuthorEntry[] = [];
  let lookedUp = 0;
  for (const [text, change] of changes) {
    const old = entries.get(text);
    const papers = (old?.papers ?? 0) + change.papers;
    if (papers < 0 || (!old && change.lost.length > 0)) return null;
    const mayNarrow =
      papers > 0 && change.lost.some((year) => year === old?.firstYear || year === old?.lastYear);
    if (mayNarrow && ++lookedUp > MOST_LOOKED_UP) return null;
    const years = mayNarrow ? await readYears(store, text, signal) : widenYears(old, change.gained);
    const entry: AuthorEntry = { kind: 'author', text, papers, ...years };
    if (JSON.stringify(entry) === JSON.stringify(old)) continue;
    if (old) removed.push(old);
    if (papers > 0) added.push(entry);
  }
  return { removed, added };
}

type Years = Pick<AuthorEntry, 'firstYear' | 'lastYear'>;

function widenYears(old: Years | undefined, gained: readonly number[]): Years {
  return toYears([...gained, old?.firstYear ?? null, old?.lastYear ?? null]);
}

/** The years of the papers that have the name now. */
async function readYears(store: PaperReader, name: string, signal: AbortSignal | undefined): Promise<Years> {
  const filter = { must: [{ key: 'author_names', match: { value: name } }] };
  const [counts] = await store.facets([{ field: 'year', limit: 1_000, filter }], { signal });
  if (!counts || counts instanceof Error) throw counts ?? new Error('The store counted no years');
  return toYears(counts.map(({ value }) => Number(value)));
}

function toYears(years: readonly (number | null)[]): Years {
  const known = years.filter((year) => year !== null);
  return known.length === 0
    ? { firstYear: null, lastYear: null }
    : { firstYear: Math.min(...known), lastYear: Math.max(...known) };
}
