import { useLocation, useSearchParams } from 'wouter';
import {
  CountPapersDocument,
  DidYouMeanDocument,
  SearchFacetsDocument,
  SearchPageDocument,
} from '@paperql/client';
import { FrontView } from './front-view.js';
import { Chips, toConditions, type Condition, type QueryPart } from '../chips.js';
import { Facets } from '../facets.js';
import { FeedLinks } from '../feed-links.js';
import { AsGraphQL } from '../graphql-panel.js';
import { PageLink } from '../links.js';
import { PickTray } from '../pick-buttons.js';
import { readPicks, withPicks } from '../picks.js';
import { Degraded, Problem } from '../problem.js';
import { ResultList } from '../result-list.js';
import {
  isSearch,
  readSearch,
  toFilter,
  toVariables,
  writeSearch,
  type Mode,
  type Order,
  type Search,
} from '../search-url.js';
import { PAGE_SIZE, useOperation, usePages } from '../use-operation.js';
import { useTitle } from '../use-title.js';

/** The front page, or the results of the URL's search. */
export function SearchView() {
  const [parameters] = useSearchParams();
  const search = readSearch(parameters);
  return isSearch(search) ? <Results search={search} /> : <FrontView />;
}

function Results({ search }: { search: Search }) {
  const [, navigate] = useLocation();
  const [parameters] = useSearchParams();
  const variables = toVariables(search);
  const operation = { document: SearchPageDocument, variables };
  const pages = usePages('search', operation, ({ search: found }) => found);
  const found = pages.first?.search;
  // Without the embedding of the text, only the words are searched for.
  const mode = found?.degraded?.reason === 'EMBEDDING_UNAVAILABLE' ? 'KEYWORD' : search.mode;
  const facets = useOperation('facets', {
    document: SearchFacetsDocument,
    variables: {
      query: variables.query ?? null,
      filter: toFilter(search),
      filterWithoutYears: toFilter(search, false),
      interpret: !search.isPlain,
      mode,
      // A search by meaning ranks every paper that the filter selects, and a narrower filter ranks those that remain.
      of: mode === 'KEYWORD' ? 'FOUND' : 'SELECTED',
    },
  });
  useTitle(search.query === '' ? 'Papers' : search.query);
  const count = facets.data?.search;
  const isEmpty = found != null && pages.nodes.length === 0;
  const conditions = toConditions(search, found?.interpretation.parts ?? []);
  const onSearch = (next: Search) => navigate(withPicks(toPath(next), readPicks(parameters)));

  return (
    <div className="with-aside">
      <Facets
        search={search}
        facets={facets.data}
        onChange={(changes) => onSearch({ ...search, ...changes })}
      />
      <div className="column">
        <FeedLinks
          title={`New papers: ${search.query || 'this search'}`}
          query={search.query}
          filter={toFilter(search)}
          mode={search.mode}
          isPlain={search.isPlain}
        />
        <h1 tabIndex={-1} className="visually-hidden">
          {search.query === '' ? 'Papers' : `Results for ${search.query}`}
        </h1>
        <div className="results-head">
          <p role="status" className="quiet">
            {isEmpty
              ? toCountText(0)
              : count?.foundCount != null && found && toFoundText(count.foundCount, count.isExact)}
          </p>
          <Options search={search} onSearch={onSearch} />
          <AsGraphQL
            operation={{ document: SearchPageDocument, variables: { ...variables, first: PAGE_SIZE } }}
          />
        </div>
        <Chips search={search} conditions={conditions} onSearch={onSearch} />
        <DidYouMean search={search} parts={found?.interpretation.parts ?? []} />
        {found?.degraded && (
          <Degraded message={found.degraded.message} onRetry={() => void pages.refetch()} />
        )}
        {facets.error && pages.nodes.length > 0 && (
          <Problem
            error={facets.error}
            what="The papers could not be counted."
            onRetry={() => void facets.refetch()}
          />
        )}
        <PickTray />
        {isEmpty ? (
          <NothingFound search={search} conditions={conditions} hasText={found.interpretation.text !== ''} />
        ) : (
          <ResultList pages={pages} />
        )}
      </div>
    </div>
  );
}

function toPath(search: Search): string {
  return `/?${writeSearch(search)}`;
}

function toCountText(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'paper' : 'papers'}`;
}

function toFoundText(count: number, isExact: boolean | null | undefined): string {
  return isExact ? toCountText(count) : `The best ${toCountText(count)}`;
}

function Options({ search, onSearch }: { search: Search; onSearch: (search: Search) => void }) {
  return (
    <div className="options">
      <label>
        Match
        <select
          value={search.mode}
          onChange={({ target }) => onSearch({ ...search, mode: target.value as Mode })}
        >
          <option value="HYBRID">meaning and words</option>
          <option value="SEMANTIC">meaning</option>
          <option value="KEYWORD">words</option>
        </select>
      </label>
      <label>
        Order
        <select
          value={search.order}
          onChange={({ target }) => onSearch({ ...search, order: target.value as Order })}
        >
          <option value="best">best first</option>
          <option value="newest">newest first</option>
          <option value="oldest">oldest first</option>
          <option value="updated">last updated</option>
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={search.prefersNew}
          onChange={({ target }) => onSearch({ ...search, prefersNew: target.checked })}
        />
        Prefer new papers
      </label>
    </div>
  );
}

/** Suggests similar names if the corpus has no author with a name in the query. */
function DidYouMean({ search, parts }: { search: Search; parts: readonly QueryPart[] }) {
  const namesAuthors = parts.some(({ kind }) => kind === 'AUTHOR' || kind === 'COMBINATION');
  const { data } = useOperation(
    'did-you-mean',
    { document: DidYouMeanDocument, variables: { query: search.query } },
    { isEnabled: namesAuthors },
  );
  const unknown = data?.search?.interpretation.unknownAuthors ?? [];
  if (!namesAuthors || unknown.length === 0) return null;
  return unknown.map(({ name, didYouMean }) => (
    <p key={name} className="notice">
      No author in this corpus is named {name}.{didYouMean.length > 0 && ' Did you mean '}
      {didYouMean.map((other, at) => (
        <span key={other}>
          {at > 0 && ', '}
          <PageLink to={toPath({ ...search, query: search.query.replace(name, other) })}>{other}</PageLink>
        </span>
      ))}
      {didYouMean.length > 0 && '?'}
    </p>
  ));
}

interface NothingFoundProps {
  search: Search;
  conditions: readonly Condition[];
  /** Whether the query has text in addition to conditions. */
  hasText: boolean;
}

/** Suggests how to find more, and offers each change. */
function NothingFound({ search, conditions, hasText }: NothingFoundProps) {
  return (
    <section className="notice">
      <h2>Nothing found</h2>
      {search.mode === 'KEYWORD' && hasText && (
        <p>
          {conditions.length === 0
            ? 'No paper has any of these words.'
            : 'No paper that meets the conditions has any of these words.'}{' '}
          <PageLink to={toPath({ ...search, mode: 'HYBRID' })}>Search by meaning, too</PageLink>
        </p>
      )}
      {conditions.length === 0 ? (
        <p>Try other words.</p>
      ) : (
        <>
          <p>Leave out a condition:</p>
          <ul>
            {conditions.map((condition, at) => (
              <Loosening key={`${at} ${condition.label}`} condition={condition} />
            ))}
          </ul>
        </>
      )}
      <p>
        <PageLink to="/">Start again</PageLink>
      </p>
    </section>
  );
}

function Loosening({ condition: { label, without } }: { condition: Condition }) {
  const { query, mode, isPlain } = without;
  const { data } = useOperation('count', {
    document: CountPapersDocument,
    variables: { query: query || null, filter: toFilter(without), interpret: !isPlain, mode },
  });
  const count = data?.search;
  return (
    <li>
      <PageLink to={isSearch(without) ? toPath(without) : '/'}>without “{label}”</PageLink>
      {count?.foundCount != null && `: ${toFoundText(count.foundCount, count.isExact)}`}
    </li>
  );
}
