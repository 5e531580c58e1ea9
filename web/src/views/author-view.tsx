import { AuthorPageDocument, AuthorPapersDocument } from '@paperql/client';
import { CountedList } from '../counted-list.js';
import { FeedLinks } from '../feed-links.js';
import { AsGraphQL } from '../graphql-panel.js';
import { authorPath, categoryPath } from '../links.js';
import { PickTray } from '../pick-buttons.js';
import { Problem, Waiting } from '../problem.js';
import { ResultList } from '../result-list.js';
import { useOperation, usePages } from '../use-operation.js';
import { useTitle } from '../use-title.js';
import { YearChart } from '../year-chart.js';

/** All authors with a name: their papers, years, spellings, co-authors and categories. */
export function AuthorView({ name }: { name: string }) {
  const operation = { document: AuthorPageDocument, variables: { name } };
  const { data, error, isPending, refetch } = useOperation('author', operation);
  const pages = usePages(
    'author-papers',
    { document: AuthorPapersDocument, variables: { name } },
    (page) => page.author?.papers,
  );
  const author = data?.author;
  useTitle(author?.name ?? name);
  if (isPending) return <Waiting what="Loading the author" />;
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!author)
    return (
      <>
        <h1 tabIndex={-1}>{name}</h1>
        <p>No author in this corpus has this name.</p>
      </>
    );
  const count = pages.first?.author?.papers?.totalCount;
  const spellings = (author.variants ?? []).filter((variant) => variant.name !== author.name);
  return (
    <div className="with-aside">
      <aside className="facets about" aria-label={`About ${author.name}`}>
        <section>
          <h2>Papers per year</h2>
          <YearChart years={author.papers?.facets ?? []} />
        </section>
        {spellings.length > 0 && (
          <section>
            <h2>Also written as</h2>
            <CountedList names={spellings.map(({ name, paperCount: count }) => ({ name, count }))} />
          </section>
        )}
        <section>
          <h2>Co-authors</h2>
          <CountedList
            names={(author.coauthors ?? []).map(({ author: { name }, paperCount: count }) => ({
              name,
              to: authorPath(name),
              count,
            }))}
          />
        </section>
        <section>
          <h2>Categories</h2>
          <CountedList
            names={(author.categories ?? []).map(({ category: { code, name }, paperCount: count }) => ({
              name,
              to: categoryPath(code),
              count,
            }))}
          />
        </section>
      </aside>
      <div className="column">
        <FeedLinks title={`New papers by ${author.name}`} filter={{ authors: { match: [author.name] } }} />
        <h1 tabIndex={-1}>{author.name}</h1>
        <p className="quiet">
          {count != null && `${count.toLocaleString('en')} ${count === 1 ? 'paper' : 'papers'}`}
          {author.firstYear != null && `, ${toSpan(author.firstYear, author.lastYear)}`}{' '}
          <AsGraphQL operation={operation} />
        </p>
        <PickTray />
        <ResultList pages={pages} />
      </div>
    </div>
  );
}

function toSpan(first: number, last: number | null | undefined): string {
  return last == null || last === first ? String(first) : `${first}–${last}`;
}
