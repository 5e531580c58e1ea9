import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PaperQLError } from '@paperql/client';
import { App } from './app.js';
import { ANSWER_AGE_MS } from './use-operation.js';
import './tokens.css';
import './page.css';

const LONGEST_PAUSE_MS = 2_000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The corpus rarely changes, and a kept answer lets the person leave a view and return to it.
      staleTime: ANSWER_AGE_MS,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      // If the wait is longer, the person is told and decides.
      retry: (failures, error) =>
        failures < 1 &&
        error instanceof PaperQLError &&
        error.isRetryable &&
        (error.retryAfterMs ?? 0) <= LONGEST_PAUSE_MS,
      retryDelay: (_, error) => (error instanceof PaperQLError ? (error.retryAfterMs ?? 500) : 500),
      // A browser may believe that it is offline while the server on the same machine answers.
      networkMode: 'always',
    },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html lacks the element "root"');
// These links are for feed readers that run no scripts; each view has its own.
for (const link of document.querySelectorAll('link[rel="alternate"]')) link.remove();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
