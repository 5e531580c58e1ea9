import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CitedPapersDocument, PaperQLError, type CitedPapersQuery } from '@paperql/client';
import { request } from '../api.js';
import { toCsl, toRis } from '../citations.js';
import { AsGraphQL } from '../graphql-panel.js';
import { PageLink } from '../links.js';
import { PickTray } from '../pick-buttons.js';
import { Problem, Waiting } from '../problem.js';
import { readList } from '../read-list.js';
import { addToReadingList, removeFromReadingList, useReadingList } from '../reading-list.js';
import { ResultItem } from '../result-item.js';
import { saveFile } from '../save-file.js';
import { useTitle } from '../use-title.js';

type Cited = NonNullable<NonNullable<CitedPapersQuery['papers']>[number]>;

/** Number of papers requested in one operation. */
const BATCH = 25;

/** The reading list that this browser stores, with export and import. */
export function ReadingListView() {
  const ids = useReadingList();
  const [said, setSaid] = useState('');
  const {
    data = [],
    error,
    isPending,
    isPlaceholderData: isOld,
    refetch,
  } = useQuery({
    queryKey: ['reading-list', ids],
    queryFn: ({ signal }) => loadAll(ids, signal),
    placeholderData: (previous) => previous,
    enabled: ids.length > 0,
  });
  useTitle('Reading list');
  const papers = data.filter(({ id }) => ids.includes(id));
  const missing =
    data.length > 0 && !isOld ? ids.filter((id) => !papers.some((paper) => paper.id === id)) : [];
  return (
    <div className="column">
      <h1 tabIndex={-1}>Reading list</h1>
      <p className="quiet">Stored only in this browser.</p>
      <div className="paper-links">
        {papers.length > 0 && (
          <>
            <button
              type="button"
              className="button"
              onClick={() => saveFile('reading-list.bib', toBib(papers))}
            >
              Export BibTeX
            </button>
            <button
              type="button"
              className="button"
              onClick={() => saveFile('reading-list.ris', papers.map(toWhole).map(toRis).join(''))}
            >
              Export RIS
            </button>
            <button
              type="button"
              className="button"
              onClick={() =>
                saveFile('reading-list.json', JSON.stringify(papers.map(toWhole).map(toCsl), null, 2))
              }
            >
              Export CSL-JSON
            </button>
          </>
        )}
        <label className="button file">
          Import
          <input
            type="file"
            accept=".bib,.ris,.json"
            onChange={({ target }) => {
              void target.files?.[0]?.text().then((text) => setSaid(importList(text)));
              // Choosing the same file again imports it again.
              target.value = '';
            }}
          />
        </label>
        <span role="status">{said}</span>
        {ids.length > 0 && (
          <AsGraphQL operation={{ document: CitedPapersDocument, variables: { ids: ids.slice(0, BATCH) } }} />
        )}
      </div>
      <PickTray />
      {ids.length === 0 && (
        <p>
          The list is empty. <PageLink to="/">Find a paper</PageLink> and save it.
        </p>
      )}
      {ids.length > 0 && isPending && <Waiting what="Loading the list" />}
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {missing.length > 0 && <Missing ids={missing} />}
      <ol className="results">
        {papers.map((paper) => (
          <ResultItem key={paper.id} result={{ paper }} />
        ))}
      </ol>
    </div>
  );
}

/** Adds the papers of a file to the list. Returns what to say about it. */
function importList(text: string): string {
  const list = readList(text);
  if (typeof list === 'string') return `${list} Nothing was imported.`;
  const { ids, others } = list;
  const known = ids.length - addToReadingList(ids);
  return [
    `Found ${ids.length === 1 ? '1 paper' : `${ids.length} papers`} in the file.`,
    ...(known === 0 ? [] : [`${known} ${known === 1 ? 'was' : 'were'} already in the list.`]),
    ...(others === 0
      ? []
      : [`${others === 1 ? '1 reference has' : `${others} references have`} no arXiv identifier.`]),
  ].join(' ');
}

/** Papers of the list that cannot be shown. */
function Missing({ ids }: { ids: readonly string[] }) {
  return (
    <section className="notice">
      <p>{ids.length === 1 ? 'This paper is' : 'These papers are'} not in this corpus, and not exported:</p>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <a href={`https://arxiv.org/abs/${id}`}>arXiv:{id}</a>{' '}
            <button
              type="button"
              className="text-button"
              aria-label={`Remove ${id} from the reading list`}
              onClick={() => removeFromReadingList(id)}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Loads papers in the order of the ids, without those that are not in the corpus. */
async function loadAll(ids: readonly string[], signal: AbortSignal): Promise<Cited[]> {
  const papers: Cited[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    papers.push(...(await loadBatch(ids.slice(at, at + BATCH), signal)));
  }
  return papers;
}

/** A missing paper makes the operation fail; then each half is requested separately. */
async function loadBatch(ids: string[], signal: AbortSignal): Promise<Cited[]> {
  try {
    const { papers } = await request(CitedPapersDocument, { ids }, { signal });
    return (papers ?? []).filter((paper) => paper !== null);
  } catch (error) {
    if (!(error instanceof PaperQLError) || (error.code !== 'NOT_FOUND' && error.code !== 'BAD_USER_INPUT'))
      throw error;
    if (ids.length <= 1) return [];
    const half = Math.ceil(ids.length / 2);
    return [...(await loadBatch(ids.slice(0, half), signal)), ...(await loadBatch(ids.slice(half), signal))];
  }
}

function toWhole(paper: Cited) {
  return { ...paper, authors: paper.citedAuthors };
}

function toBib(papers: readonly Cited[]): string {
  return papers.map(({ bibtex }) => `${bibtex}\n`).join('\n');
}
