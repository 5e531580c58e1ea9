import { textOf } from '@paperql/client';
import type { DocumentNode } from 'graphql';
import { useRef } from 'react';

/** Shows the operation of a view with its variables, and opens it in the explorer. */
export function AsGraphQL({ operation }: { operation: { document: DocumentNode; variables: unknown } }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const text = textOf(operation.document);
  const variables = JSON.stringify(operation.variables, null, 2);
  const explorer = `/graphql?${new URLSearchParams({ query: text, variables })}`;
  return (
    <>
      <button type="button" className="text-button" onClick={() => dialog.current?.showModal()}>
        This as GraphQL
      </button>
      <dialog ref={dialog} className="panel" aria-labelledby="graphql-title">
        <div className="panel-head">
          <h2 id="graphql-title">This as GraphQL</h2>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
        <p>
          <a className="button primary" href={explorer}>
            Open in the explorer
          </a>
        </p>
        <h3>Variables</h3>
        <pre tabIndex={0}>{variables}</pre>
        <h3>Operation</h3>
        <pre tabIndex={0}>{text}</pre>
      </dialog>
    </>
  );
}
