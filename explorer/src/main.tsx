import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
// GraphiQL's style sheet without its fonts: they are 600 kB, and systems have equivalent ones.
import 'graphiql/graphiql.css';
import './explorer.css';
import 'graphiql/setup-workers/vite';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { toTabs } from './example-tabs';
import { EXAMPLE_OPERATIONS } from '../../src/server/example-operations';

const endpoint = new URL('/graphql', location.href).href;
const sandbox = `https://studio.apollographql.com/sandbox/explorer?endpoint=${encodeURIComponent(endpoint)}`;
const fetcher = createGraphiQLFetcher({ url: endpoint });
const examples = toTabs(EXAMPLE_OPERATIONS);

/** An operation in the address, `?query=…&variables=…`, opens in its own tab before the others. */
const address = new URLSearchParams(location.search);
const query = address.get('query');
const variables = address.get('variables') ?? '';

function Explorer() {
  return (
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={query === null ? examples : [{ query, variables }, ...examples]}
      {...(query !== null && { initialQuery: query, initialVariables: variables })}
      schemaDescription
      inputValueDeprecation
    >
      <GraphiQL.Logo>
        <nav className="explorer-links">
          <a href="/">PaperQL</a>
          <a href={sandbox} target="_blank" rel="noreferrer">
            Apollo Sandbox
          </a>
        </nav>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

const root = document.getElementById('explorer');
if (!root) throw new Error('index.html has no element "explorer"');
createRoot(root).render(
  <StrictMode>
    <Explorer />
  </StrictMode>,
);
