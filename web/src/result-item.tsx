import { memo, useState } from 'react';
import type { ListedPaperFragment, ResultFieldsFragment } from '@paperql/client';
import { AuthorLinks, categoryPath, PageLink, paperPath } from './links.js';
import { MathText } from './math-text.js';
import { PickButtons } from './pick-buttons.js';
import { addToReadingList, removeFromReadingList, useReadingList } from './reading-list.js';
import type { Mark } from './split-math.js';

export type Result = { paper: ListedPaperFragment } & Partial<Omit<ResultFieldsFragment, 'paper'>>;

/** A paper in a list, with the reason why it was found, if known. */
export const ResultItem = memo(function ResultItem({
  result,
  level = 'h2',
}: {
  result: Result;
  level?: 'h2' | 'h3';
}) {
  const [isExplained, setExplained] = useState(false);
  const { paper, explanation } = result;
  const Heading = level;
  const titleMatch = result.highlights?.find(({ field }) => field === 'TITLE');
  return (
    <li className="result">
      <Heading className="result-title">
        <PageLink to={paperPath(paper.id)} id={`paper-${paper.id}`}>
          <MathText text={paper.title} marks={titleMatch ? toMarks(titleMatch) : []} />
        </PageLink>
      </Heading>
      <Byline paper={paper} />
      <Passage result={result} />
      <div className="result-foot">
        <ul className="inline-list">
          {paper.submittedAt && <li>{toDay(paper.submittedAt)}</li>}
          {paper.categories.slice(0, 4).map(({ code, name }) => (
            <li key={code}>
              <PageLink to={categoryPath(code)}>
                <abbr title={name}>{code}</abbr>
              </PageLink>
            </li>
          ))}
        </ul>
        <div className="actions">
          <SaveButton id={paper.id} title={paper.title} />
          {explanation && (
            <button
              type="button"
              className="text-button"
              aria-expanded={isExplained}
              aria-label={`Why ${paper.title}`}
              onClick={() => setExplained(!isExplained)}
            >
              Why
            </button>
          )}
          <PickButtons id={paper.id} title={paper.title} />
        </div>
      </div>
      {isExplained && explanation && <Explanation explanation={explanation} score={result.score ?? null} />}
    </li>
  );
});

function Byline({ paper }: { paper: Pick<ListedPaperFragment, 'authors' | 'authorCount' | 'id'> }) {
  const others = paper.authorCount - paper.authors.length;
  if (paper.authorCount === 0) return null;
  return (
    <p className="byline">
      <AuthorLinks authors={paper.authors} />
      {others > 0 && ` and ${others.toLocaleString('en')} ${others === 1 ? 'other' : 'others'}`}
    </p>
  );
}

/** The passages of the abstract that match, or its beginning. */
function Passage({ result }: { result: Result }) {
  const passages = result.highlights?.filter(({ field }) => field === 'ABSTRACT') ?? [];
  if (passages.length === 0)
    return (
      <p className="passage clamped">
        <MathText text={result.paper.abstract} />
      </p>
    );
  return (
    <p className="passage">
      {passages.slice(0, 2).map((passage, at) => (
        <span key={passage.start}>
          {at > 0 && ' … '}
          <MathText text={passage.text} marks={toMarks(passage)} />
        </span>
      ))}
    </p>
  );
}

type Highlight = NonNullable<ResultFieldsFragment['highlights']>[number];

function toMarks({ parts }: Highlight): Mark[] {
  let at = 0;
  return parts.flatMap(({ text, isMatch }) => {
    const mark: Mark = [at, (at += text.length)];
    return isMatch ? [mark] : [];
  });
}

type Explained = NonNullable<ResultFieldsFragment['explanation']>;

function Explanation({ explanation, score }: { explanation: Explained; score: number | null }) {
  const { semantic, keyword, fusion, boosts } = explanation;
  const meaning = Math.max(0, fusion?.semanticContribution ?? (semantic ? 1 : 0));
  const words = Math.max(0, fusion?.keywordContribution ?? (keyword ? 1 : 0));
  const total = Math.max(1, meaning + words);
  return (
    <div className="explanation">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className="bar-rest" width="100" height="6" />
        <rect className="bar-meaning" width={(100 * meaning) / total} height="6" />
        <rect className="bar-words" x={(100 * meaning) / total} width={(100 * words) / total} height="6" />
      </svg>
      <ul className="inline-list">
        <li className="key-meaning">
          Meaning:{' '}
          {semantic
            ? `number ${semantic.rank}, similarity ${semantic.score.toFixed(2)}`
            : 'not among the best results'}
        </li>
        <li className="key-words">
          Words:{' '}
          {keyword
            ? `number ${keyword.rank}, BM25 ${keyword.score.toFixed(1)}`
            : 'not among the best results'}
        </li>
        {boosts.map(({ factor, reason }) => (
          <li key={reason}>
            × {factor.toFixed(2)}: {reason}
          </li>
        ))}
        {score !== null && <li>Score {score.toFixed(2)}</li>}
      </ul>
    </div>
  );
}

export function SaveButton({ id, title }: { id: string; title: string }) {
  const isSaved = useReadingList().includes(id);
  return (
    <button
      type="button"
      className="text-button"
      aria-pressed={isSaved}
      aria-label={`Keep ${title} in the reading list`}
      onClick={() => (isSaved ? removeFromReadingList(id) : addToReadingList([id]))}
    >
      {isSaved ? 'Saved' : 'Save'}
    </button>
  );
}

const DAYS = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

export function toDay(time: string): string {
  return DAYS.format(new Date(time));
}
