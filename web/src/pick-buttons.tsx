import { useLocation, useSearchParams } from 'wouter';
import { entryState } from './history-entry.js';
import { PageLink } from './links.js';
import { pick, readPicks, withPicks, type Picks } from './picks.js';

/** Buttons that add a paper to the liked or unliked ones. Pressing one again removes it. */
export function PickButtons({ id, title }: { id: string; title: string }) {
  const [pathname, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const picks = readPicks(parameters);
  const choose = (list: 'like' | 'unlike') => {
    const next = pick(picks, id, picks[list].includes(id) ? null : list);
    navigate(withPicks(`${pathname}?${parameters}`, next), { replace: true, state: entryState() });
  };
  return (
    <>
      <button
        type="button"
        className="text-button"
        aria-pressed={picks.like.includes(id)}
        aria-label={`More like ${title}`}
        onClick={() => choose('like')}
      >
        More like this
      </button>
      <button
        type="button"
        className="text-button"
        aria-pressed={picks.unlike.includes(id)}
        aria-label={`Less like ${title}`}
        onClick={() => choose('unlike')}
      >
        Less like this
      </button>
    </>
  );
}

/** The gathered papers, and the link to their recommendations. */
export function PickTray() {
  const [parameters] = useSearchParams();
  const picks = readPicks(parameters);
  if (picks.like.length + picks.unlike.length === 0) return null;
  return (
    <p className="tray" role="status">
      {describe(picks)}
      {picks.like.length > 0 && (
        <PageLink to={withPicks('/recommend', picks)} className="button primary">
          Show recommendations
        </PageLink>
      )}
    </p>
  );
}

function describe({ like, unlike }: Picks): string {
  const parts = [
    like.length > 0 && `More like ${count(like.length)}`,
    unlike.length > 0 && `${like.length > 0 ? 'less' : 'Less'} like ${count(unlike.length)}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function count(papers: number): string {
  return papers === 1 ? '1 paper' : `${papers} papers`;
}
