import { useLocation } from 'wouter';
import { CorpusFrontDocument } from '@paperql/client';
import { CountedList } from '../counted-list.js';
import { FeedLinks } from '../feed-links.js';
import { AsGraphQL } from '../graphql-panel.js';
import { categoryPath, PageLink, paperPath } from '../links.js';
import { MathText } from '../math-text.js';
import { Problem, Waiting } from '../problem.js';
import { toDay } from '../result-item.js';
import { NO_SEARCH, writeSearch } from '../search-url.js';
import { useOperation } from '../use-operation.js';
import { useTitle } from '../use-title.js';
import { YearChart } from '../year-chart.js';

const OPERATION = { document: CorpusFrontDocument, variables: {} };
const STORES = { LANCE: 'LanceDB', QDRANT: 'Qdrant' };

/** The corpus, and example searches that find papers in it. */
export function FrontView() {
  const [, navigate] = useLocation();
  const { data, error, refetch } = useOperation('front', OPERATION);
  useTitle('');
  const corpus = data?.corpus;
  const found = data?.search;
  return (
    <div className="front">
      <FeedLinks title="New papers" />
      <h1 tabIndex={-1}>Search arXiv by meaning and by words</h1>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Waiting what="Loading the corpus" />}
      {corpus && (
        <p className="lead">
          {corpus.count.toLocaleString('en')} papers
          {corpus.earliest && corpus.latest && `, from ${toDay(corpus.earliest)} to ${toDay(corpus.latest)}`}
        </p>
      )}
      {found && (
        <div className="front-columns">
          <section>
            <h2>Example searches</h2>
            <ul className="plain-list">
              {toExamples(found.authors ?? [], found.categories ?? [], found.years ?? []).map((query) => (
                <li key={query}>
                  <PageLink to={toPath(query)}>{query}</PageLink>
                </li>
              ))}
              {found.nodes.map(({ paper }) => (
                <li key={paper.id}>
                  The newest paper:{' '}
                  <PageLink to={paperPath(paper.id)}>
                    <MathText text={paper.title} />
                  </PageLink>
                </li>
              ))}
            </ul>
          </section>
          <section>
            <h2>Categories</h2>
            <CountedList
              names={(found.categories ?? []).map(({ value, label: name, count }) => ({
                name,
                to: categoryPath(value),
                count,
              }))}
            />
          </section>
          <section className="wide">
            <h2>Papers per year</h2>
            <YearChart
              years={found.years ?? []}
              onChange={(from, to) => navigate(`/?${writeSearch({ ...NO_SEARCH, from, to })}`)}
            />
          </section>
        </div>
      )}
      {corpus && (
        <p className="quiet">
          Embedded with {corpus.embeddingModel}, stored in {STORES[corpus.store]} as “{corpus.collection}”.{' '}
          <AsGraphQL operation={OPERATION} />
        </p>
      )}
    </div>
  );
}

function toPath(query: string): string {
  return `/?${writeSearch({ ...NO_SEARCH, query })}`;
}

interface Count {
  value: string;
  count: number;
}

/** One query for each kind of condition, with the values that are most frequent in the corpus. */
function toExamples(
  authors: readonly Count[],
  categories: readonly Count[],
  years: readonly Count[],
): string[] {
  const [author, category, year] = [authors[0]?.value, categories[0]?.value, years[0]?.value];
  return [
    ...(author === undefined ? [] : [`papers by ${author}`]),
    ...(category === undefined ? [] : [`learning from few examples in ${category}`]),
    ...(year === undefined ? [] : [`new methods in ${year}`]),
    ...(category === undefined ? [] : [`cat:${category} -survey`]),
  ];
}
