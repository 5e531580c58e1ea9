import { CategoryPageDocument, CategoryPapersDocument } from '@paperql/client';
import { CountedList } from '../counted-list.js';
import { FeedLinks } from '../feed-links.js';
import { AsGraphQL } from '../graphql-panel.js';
import { authorPath, categoryPath, PageLink } from '../links.js';
import { PickTray } from '../pick-buttons.js';
import { Problem, Waiting } from '../problem.js';
import { ResultList } from '../result-list.js';
import { NO_SEARCH, writeSearch } from '../search-url.js';
import { useOperation, usePages } from '../use-operation.js';
import { useTitle } from '../use-title.js';
import { YearChart } from '../year-chart.js';

/** A category: its papers, years and authors, and other categories of its papers. */
export function CategoryView({ code }: { code: string }) {
  const operation = { document: CategoryPageDocument, variables: { code } };
  const { data, error, isPending, refetch } = useOperation('category', operation);
  const pages = usePages(
    'category-papers',
    { document: CategoryPapersDocument, variables: { code } },
    (page) => page.category?.papers,
  );
  const category = data?.category;
  useTitle(category?.name ?? code);
  if (isPending) return <Waiting what="Loading the category" />;
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!category)
    return (
      <>
        <h1 tabIndex={-1}>{code}</h1>
        <p>arXiv has no category with this code.</p>
      </>
    );
  const count = pages.first?.category?.papers?.totalCount;
  const others = (category.papers?.categories ?? []).filter(({ value }) => value !== category.code);
  return (
    <div className="with-aside">
      <aside className="facets about" aria-label={`About ${category.name}`}>
        <section>
          <h2>Papers per year</h2>
          <YearChart years={category.papers?.years ?? []} />
        </section>
        <section>
          <h2>Authors</h2>
          <CountedList
            names={(category.papers?.authors ?? []).map(({ value: name, count }) => ({
              name,
              to: authorPath(name),
              count,
            }))}
          />
        </section>
        <section>
          <h2>Often also in</h2>
          <CountedList
            names={others.map(({ value, label: name, count }) => ({ name, to: categoryPath(value), count }))}
          />
        </section>
      </aside>
      <div className="column">
        <FeedLinks
          title={`New papers in ${category.name}`}
          filter={{ categories: { in: [category.code] } }}
        />
        <h1 tabIndex={-1}>{category.name}</h1>
        <p className="quiet">
          {category.code}
          {category.group != null && `, ${category.group}`}
          {count != null && `, ${count.toLocaleString('en')} ${count === 1 ? 'paper' : 'papers'}`}{' '}
          <PageLink to={`/?${writeSearch({ ...NO_SEARCH, categories: [category.code] })}`}>
            Search this category
          </PageLink>{' '}
          <AsGraphQL operation={operation} />
        </p>
        {category.mergedInto && (
          <p className="notice">
            Now part of{' '}
            <PageLink to={categoryPath(category.mergedInto.code)}>{category.mergedInto.name}</PageLink>.
          </p>
        )}
        <PickTray />
        <ResultList pages={pages} />
      </div>
    </div>
  );
}
