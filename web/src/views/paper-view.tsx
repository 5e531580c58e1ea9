import { useState } from 'react';
import { PaperPageDocument, PapersLikeItDocument, type PaperPageQuery } from '@paperql/client';
import { toCsl, toRis } from '../citations.js';
import { AsGraphQL } from '../graphql-panel.js';
import { AuthorLinks, categoryPath, PageLink } from '../links.js';
import { MathText } from '../math-text.js';
import { PickButtons, PickTray } from '../pick-buttons.js';
import { Problem, Waiting } from '../problem.js';
import { ResultItem, SaveButton, toDay } from '../result-item.js';
import { saveFile } from '../save-file.js';
import { useOperation } from '../use-operation.js';
import { useTitle } from '../use-title.js';

type Paper = NonNullable<PaperPageQuery['paper']>;

const SHOWN_AUTHORS = 50;
/** `Paper.authors` returns at most this many. */
const MAX_AUTHORS = 1_000;

/** One paper, and similar papers. */
export function PaperView({ id }: { id: string }) {
  const [authors, setAuthors] = useState(SHOWN_AUTHORS);
  const operation = { document: PaperPageDocument, variables: { id, authors: SHOWN_AUTHORS } };
  const { data, error, isPending, refetch } = useOperation('paper', operation);
  const all = useOperation(
    'paper',
    { document: PaperPageDocument, variables: { id, authors } },
    { isEnabled: authors > SHOWN_AUTHORS },
  );
  useTitle(data?.paper?.title ?? id);
  if (isPending) return <Waiting what="Loading the paper" />;
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  const paper = all.data?.paper ?? data.paper;
  if (!paper)
    return (
      <>
        <h1 tabIndex={-1}>Not in this corpus</h1>
        <p>This corpus does not contain {id}.</p>
      </>
    );
  return (
    <article className="paper">
      <h1 tabIndex={-1}>
        <MathText text={paper.title} />
      </h1>
      <p className="byline">
        <AuthorLinks authors={paper.authors} />{' '}
        {paper.authors.length < paper.authorCount && authors === SHOWN_AUTHORS && (
          <button type="button" className="text-button" onClick={() => setAuthors(MAX_AUTHORS)}>
            Show {Math.min(paper.authorCount, MAX_AUTHORS).toLocaleString('en')} of{' '}
            {paper.authorCount.toLocaleString('en')} authors
          </button>
        )}
      </p>
      <div className="paper-links">
        <a className="button primary" href={paper.pdfUrl}>
          PDF
        </a>
        <a className="button" href={paper.url}>
          arXiv:{paper.id}
        </a>
        <SaveButton id={paper.id} title={paper.title} />
        <PickButtons id={paper.id} title={paper.title} />
        <AsGraphQL operation={operation} />
      </div>
      <PickTray />
      <p className="abstract">
        <MathText text={paper.abstract} />
      </p>
      <Facts paper={paper} />
      <Citations paper={paper} />
      <Similar id={paper.id} />
    </article>
  );
}

function Facts({ paper }: { paper: Paper }) {
  const texts: [string, string | null | undefined][] = [
    ['Comments', paper.comments],
    ['Journal', paper.journalRef],
    ['Report', paper.reportNumber],
  ];
  return (
    <dl className="facts">
      <dt>Categories</dt>
      <dd>
        {paper.categories.map(({ code, name }, at) => (
          <span key={code}>
            {at > 0 && ', '}
            <PageLink to={categoryPath(code)}>
              {name} ({code})
            </PageLink>
          </span>
        ))}
      </dd>
      {paper.submittedAt && (
        <>
          <dt>Submitted</dt>
          <dd>{toDay(paper.submittedAt)}</dd>
        </>
      )}
      {paper.versions.length > 0 && (
        <>
          <dt>Versions</dt>
          <dd>
            {paper.versions.map(({ number, createdAt }, at) => (
              <span key={number}>
                {at > 0 && ', '}
                <a href={`${paper.url}v${number}`}>v{number}</a> {toDay(createdAt)}
              </span>
            ))}
          </dd>
        </>
      )}
      {paper.doi && (
        <>
          <dt>DOI</dt>
          <dd>
            <Dois text={paper.doi} />
          </dd>
        </>
      )}
      {texts.map(
        ([name, text]) =>
          text && (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>
                <MathText text={text} />
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Links only text in the form of a DOI, always to doi.org. */
function Dois({ text }: { text: string }) {
  return text.split(/\s+/).map((doi, at) => (
    <span key={doi}>
      {at > 0 && ' '}
      {/^10\.\d{4,9}\/\S+$/.test(doi) ? <a href={`https://doi.org/${encodeURI(doi)}`}>{doi}</a> : doi}
    </span>
  ));
}

const FORMATS = ['BibTeX', 'RIS', 'CSL-JSON'] as const;
type Format = (typeof FORMATS)[number];
const EXTENSIONS = { BibTeX: 'bib', RIS: 'ris', 'CSL-JSON': 'json' };

function Citations({ paper }: { paper: Paper }) {
  const [format, setFormat] = useState<Format>('BibTeX');
  const [isCopied, setCopied] = useState(false);
  const text = cite(paper, format);
  return (
    <section className="citations">
      <h2>Cite</h2>
      <div className="paper-links" role="group" aria-label="Format">
        {FORMATS.map((each) => (
          <button
            key={each}
            type="button"
            className="button"
            aria-pressed={each === format}
            onClick={() => {
              setFormat(each);
              setCopied(false);
            }}
          >
            {each}
          </button>
        ))}
      </div>
      <pre tabIndex={0} aria-label={format}>
        {text}
      </pre>
      <div className="paper-links">
        <button
          type="button"
          className="button"
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        >
          Copy {format}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => saveFile(`${paper.id.replace('/', '-')}.${EXTENSIONS[format]}`, text)}
        >
          Save {format}
        </button>
        <span role="status">{isCopied && 'Copied'}</span>
      </div>
    </section>
  );
}

function cite(paper: Paper, format: Format): string {
  if (format === 'BibTeX') return paper.bibtex;
  return format === 'RIS' ? toRis(paper) : JSON.stringify([toCsl(paper)], null, 2);
}

function Similar({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useOperation('similar', {
    document: PapersLikeItDocument,
    variables: { id },
  });
  const similar = data?.paper?.similar ?? [];
  return (
    <section>
      <h2>Similar papers</h2>
      {isPending && <Waiting what="Looking for similar papers" />}
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      <ol className="results">
        {similar.map((result) => (
          <ResultItem key={result.paper.id} result={result} level="h3" />
        ))}
      </ol>
    </section>
  );
}
