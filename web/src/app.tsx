import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { useEntryMemory } from './history-entry.js';
import { PageLink } from './links.js';
import { useReadingList } from './reading-list.js';
import { SearchBox } from './search-box.js';
import { SearchView } from './views/search-view.js';

const PaperView = lazy(async () => ({ default: (await import('./views/paper-view.js')).PaperView }));
const AuthorView = lazy(async () => ({ default: (await import('./views/author-view.js')).AuthorView }));
const CategoryView = lazy(async () => ({ default: (await import('./views/category-view.js')).CategoryView }));
const RecommendView = lazy(async () => ({
  default: (await import('./views/recommend-view.js')).RecommendView,
}));
const ReadingListView = lazy(async () => ({
  default: (await import('./views/reading-list-view.js')).ReadingListView,
}));

/** The frame of every view. Old-style arXiv identifiers contain a slash. */
export function App() {
  useEntryMemory();
  const { length } = useReadingList();
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="site-header">
        <div className="site-header-inner">
          <PageLink to="/" className="wordmark">
            PaperQL
          </PageLink>
          <SearchBox />
          <nav aria-label="Site">
            <PageLink to="/reading-list" id="to-reading-list">
              Reading list{length > 0 ? ` (${length})` : ''}
            </PageLink>
          </nav>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <Suspense
          fallback={
            <p className="quiet" role="status">
              Loading …
            </p>
          }
        >
          <Switch>
            <Route path="/" component={SearchView} />
            <Route path={/^\/paper\/(?<id>.+?)\/?$/}>
              {({ id }) => <PaperView key={id} id={decode(id)} />}
            </Route>
            <Route path={/^\/author\/(?<name>.+?)\/?$/}>
              {({ name }) => <AuthorView key={name} name={decode(name)} />}
            </Route>
            <Route path={/^\/category\/(?<code>.+?)\/?$/}>
              {({ code }) => <CategoryView key={code} code={decode(code)} />}
            </Route>
            <Route path="/recommend" component={RecommendView} />
            <Route path="/reading-list" component={ReadingListView} />
            <Route>
              <h1 tabIndex={-1}>No such page</h1>
              <p>
                There is no page at this address. <PageLink to="/">Start a search</PageLink>.
              </p>
            </Route>
          </Switch>
        </Suspense>
      </main>
    </>
  );
}

/** wouter decodes parameters, unless they are malformed. */
function decode(parameter: string | undefined): string {
  try {
    return decodeURIComponent(parameter ?? '');
  } catch {
    return parameter ?? '';
  }
}
