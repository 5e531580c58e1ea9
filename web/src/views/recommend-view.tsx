import { useSearchParams } from 'wouter';
import { CitedPapersDocument, RecommendPapersDocument } from '@paperql/client';
import { AsGraphQL } from '../graphql-panel.js';
import { MathText } from '../math-text.js';
import { PageLink, paperPath } from '../links.js';
import { PickButtons } from '../pick-buttons.js';
import { readPicks } from '../picks.js';
import { ResultList } from '../result-list.js';
import { PAGE_SIZE, useOperation, usePages } from '../use-operation.js';
import { useTitle } from '../use-title.js';

/** Papers similar to the liked ones and different from the unliked ones. */
export function RecommendView() {
  const [parameters] = useSearchParams();
  const picks = readPicks(parameters);
  const { like, unlike } = picks;
  const variables = { like: [...like], unlike: [...unlike] };
  const pages = usePages(
    'recommend',
    { document: RecommendPapersDocument, variables },
    ({ recommend }) => recommend,
    { isEnabled: like.length > 0 },
  );
  const ids = [...like, ...unlike];
  const gathered = useOperation(
    'cited',
    { document: CitedPapersDocument, variables: { ids } },
    { isEnabled: ids.length > 0 },
  );
  useTitle('Recommendations');
  return (
    <div className="column">
      <h1 tabIndex={-1}>Recommendations</h1>
      {ids.length === 0 && (
        <p>
          Choose <em>More like this</em> on a paper to get recommendations.{' '}
          <PageLink to="/">Find a paper</PageLink>.
        </p>
      )}
      <ul className="plain-list gathered">
        {(gathered.data?.papers ?? []).map(
          (paper) =>
            paper && (
              <li key={paper.id}>
                <PageLink to={paperPath(paper.id)}>
                  <MathText text={paper.title} />
                </PageLink>
                <span className="actions">
                  <PickButtons id={paper.id} title={paper.title} />
                </span>
              </li>
            ),
        )}
      </ul>
      {ids.length > 0 && like.length === 0 && (
        <p>Choose at least one paper that the recommendations should resemble.</p>
      )}
      {like.length > 0 && (
        <>
          <AsGraphQL
            operation={{ document: RecommendPapersDocument, variables: { ...variables, first: PAGE_SIZE } }}
          />
          <ResultList pages={pages} />
        </>
      )}
    </div>
  );
}
