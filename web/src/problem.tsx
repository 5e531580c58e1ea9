import { useEffect, useState } from 'react';
import { PaperQLError } from '@paperql/client';

const WORDS: Record<string, string> = {
  NETWORK_ERROR: 'The server does not answer. It may have been stopped, or the connection is gone.',
  STORE_UNAVAILABLE: 'The store of papers does not answer at the moment.',
  EMBEDDING_UNAVAILABLE: 'Searching by meaning is not possible at the moment. Searching by words is.',
  TIMEOUT: 'The answer took too long.',
  OVERLOADED: 'The server has too much to do at the moment.',
  RATE_LIMITED: 'The server gets too many requests at the moment.',
};

/** Says calmly what did not work, and offers to try again. */
export function Problem({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const words =
    error instanceof PaperQLError
      ? (WORDS[error.code] ?? error.message)
      : 'Something went wrong on this page.';
  const mayHelp =
    !(error instanceof PaperQLError) || error.isRetryable || error.code === 'INTERNAL_SERVER_ERROR';
  return (
    <div className="notice" role="alert">
      <p>{words}</p>
      {mayHelp && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

const SLOW_AFTER_MS = 2_500;

/** That something is being waited for; after a while, that it takes long. */
export function Waiting({ what }: { what: string }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <p className="quiet waiting" role="status">
      {what} …{isSlow && ' This takes longer than usual.'}
    </p>
  );
}
