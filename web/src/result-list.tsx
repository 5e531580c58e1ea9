import { useEffect, useRef } from 'react';
import { Problem, Waiting } from './problem.js';
import { ResultItem, type Result } from './result-item.js';

interface Pages {
  nodes: readonly Result[];
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isPending: boolean;
  error: Error | null;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

/** Beyond this number, only the button loads more, so that the end of the page can be reached. */
const LOADED_BY_SCROLLING = 100;

/** A list of results that loads more on scrolling or with a button. */
export function ResultList({ pages, level = 'h2' }: { pages: Pages; level?: 'h2' | 'h3' }) {
  const { nodes, hasNextPage, isFetchingNextPage, error, fetchNextPage } = pages;
  const end = useRef<HTMLDivElement>(null);
  const goesOn = hasNextPage && !isFetchingNextPage && error === null && nodes.length < LOADED_BY_SCROLLING;
  useEffect(() => {
    if (!goesOn || end.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void fetchNextPage();
      },
      { rootMargin: '200px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [goesOn, fetchNextPage, nodes.length]);

  if (pages.isPending) return <Waiting what="Loading papers" />;
  if (error && nodes.length === 0) return <Problem error={error} onRetry={() => void pages.refetch()} />;
  return (
    <>
      <ol className="results">
        {nodes.map((result) => (
          <ResultItem key={result.paper.id} result={result} level={level} />
        ))}
      </ol>
      <div ref={end} className="list-end">
        {error && <Problem error={error} onRetry={() => void fetchNextPage()} />}
        {hasNextPage && !error && (
          <button
            type="button"
            className="button"
            disabled={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {isFetchingNextPage ? 'Loading …' : 'Load more'}
          </button>
        )}
      </div>
    </>
  );
}
