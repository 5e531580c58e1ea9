import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type SubmitEvent } from 'react';
import { PaperQLError } from '@paperql/client';
import { apiKey, keepApiKey } from './api-key.js';

const WORDS: Record<string, string> = {
  NETWORK_ERROR: 'Cannot reach the server. It may be stopped, or your connection may be down.',
  STORE_UNAVAILABLE: 'The paper database is not responding at the moment.',
  EMBEDDING_UNAVAILABLE:
    'Searching by meaning is not available at the moment. You can still search by words.',
  TIMEOUT: 'The server took too long to answer.',
  OVERLOADED: 'The server is busy at the moment.',
  RATE_LIMITED: 'You have reached the limit of requests for now.',
};

interface ProblemProps {
  error: Error;
  /** What is missing for this reason, in one sentence, if it is not obvious. */
  what?: string;
  onRetry: () => void;
}

/** Explains what did not work, and offers a retry. */
export function Problem({ error, what, onRetry }: ProblemProps) {
  if (error instanceof PaperQLError && error.code === 'UNAUTHENTICATED') return <KeyRequest />;
  const words = error instanceof PaperQLError ? describe(error) : 'Something went wrong on this page.';
  const mayHelp =
    !(error instanceof PaperQLError) || error.isRetryable || error.code === 'INTERNAL_SERVER_ERROR';
  return (
    <div className="notice" role="alert">
      <p>
        {what} {words}
      </p>
      {mayHelp && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

function describe({ code, message, retryAfterMs }: PaperQLError): string {
  const words = WORDS[code] ?? message;
  if (code !== 'RATE_LIMITED' || retryAfterMs === undefined) return words;
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return `${words} Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
}

/** Asks for the API key that the server expects, then retries the request. */
function KeyRequest() {
  const queries = useQueryClient();
  const wasRefused = apiKey() !== undefined;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get('key');
    if (typeof key !== 'string' || key.trim() === '') return;
    keepApiKey(key.trim());
    void queries.resetQueries();
  };
  return (
    <form className="notice" role="alert" onSubmit={submit}>
      <p>
        {wasRefused
          ? 'The server does not accept this API key. It may have been revoked.'
          : 'This server requires an API key. Ask its operator for one.'}
      </p>
      <p>
        <label>
          API key <input type="password" name="key" autoComplete="off" required />
        </label>{' '}
        <button type="submit" className="button">
          Use this key
        </button>
      </p>
      <p className="quiet">The key is stored until you close this tab.</p>
    </form>
  );
}

/** Explains why results are worse than usual, and offers to search again. */
export function Degraded({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div className="notice" role="status">
      <p>{message}.</p>
      <button type="button" className="button" onClick={onRetry}>
        Search again
      </button>
    </div>
  );
}

const SLOW_AFTER_MS = 2_500;

/** Says what is loading and, after a while, that it takes longer than usual. */
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
