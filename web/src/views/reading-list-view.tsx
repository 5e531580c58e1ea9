import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CitedPapersDocument, PaperQLError, type CitedPapersQuery } from '@paperql/client';
import { request } from '../api.js';
import { toCsl, toRis } from '../citations.js';
import { AsGraphQL } from '../graphql-panel.js';
import { PageLink } from '../links.js';
import { PickTray } from '../pick-buttons.js';
import { Problem, Waiting } from '../problem.js';
import { addToReadingList, findArxivIds, useReadingList } from '../reading-list.js';
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
    refetch,
  } = useQuery({
    queryKey: ['reading-list', ids],
    queryFn: ({ signal }) => loadAll(ids, signal),
    placeholderData: (previous) => previous,
    enabled: ids.length > 0,
  });
  useTitle('Reading list');
  const papers = data.filter(({ id }) => ids.includes(id));
  const importFile = async (file: File | undefined) => {
    if (!file) return;
    const found = findArxivIds(await file.text());
    addToReadingList(found);
    setSaid(found.length === 1 ? 'Found 1 paper in the file.' : `Found ${found.length} papers in the file.`);
  };
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
              void importFile(target.files?.[0]);
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
      <ol className="results">
        {papers.map((paper) => (
          <ResultItem key={paper.id} result={{ paper }} />
        ))}
      </ol>
    </div>
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
