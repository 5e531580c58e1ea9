import { textOf, type Connection, type TypedDocument } from './documents.js';
import { PaperQLError } from './errors.js';
import { readAnswer, type Answer } from './read-answer.js';

export interface ClientOptions {
  /** The server's GraphQL endpoint: `http://127.0.0.1:4000/graphql`, or `/graphql` in a page that the server serves. */
  url: string | URL;
  /** Sent as `Authorization: Bearer …`. */
  apiKey?: string | undefined;
  /** Replaces the global `fetch`, for example to add headers, record requests or retry. */
  fetch?: typeof fetch | undefined;
}

export interface RequestOptions {
  /** Aborts the request. The promise is then rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Variables can be omitted if none is required. */
type Rest<Variables> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: RequestOptions]
    : [variables: Variables, options?: RequestOptions];

/** The variable that requests the next page. */
interface PageVariables {
  after?: string | null | undefined;
}

export interface Client {
  /**
   * Returns the data of an operation.
   *
   * @throws PaperQLError if any field has an error; its `data` has the other fields, if any.
   */
  request<Data, Variables>(
    document: TypedDocument<Data, Variables> | string,
    ...rest: Rest<Variables>
  ): Promise<Data>;
  /**
   * Returns the data of an operation together with its errors. Fields with an error are null; the others have their values.
   *
   * @throws PaperQLError if there is no answer.
   */
  execute<Data, Variables>(
    document: TypedDocument<Data, Variables> | string,
    ...rest: Rest<Variables>
  ): Promise<Answer<Data>>;
  /**
   * Iterates over the pages of a list from `variables.after` on, and requests each when the loop reaches it. Ends after the last
   * page, or if `connectionOf` finds none.
   *
   * ```ts
   * for await (const page of client.pages(SearchPapersDocument, { query }, ({ search }) => search)) { … }
   * ```
   *
   * @throws PaperQLError as `request` does.
   */
  pages<Data, Variables extends PageVariables, Page extends Connection>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    connectionOf: (data: Data) => Page | null | undefined,
    options?: RequestOptions,
  ): AsyncGenerator<Page, void, undefined>;
}

/** Creates a client for one server. It keeps nothing between requests, so it works with any cache. */
export function createClient({ url, apiKey, fetch: send = globalThis.fetch }: ClientOptions): Client {
  const headers = {
    accept: 'application/graphql-response+json, application/json;q=0.9',
    'content-type': 'application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };

  async function post<Data>(body: string, signal: AbortSignal | undefined): Promise<Answer<Data>> {
    try {
      const response = await send(url, { method: 'POST', headers, body, ...(signal && { signal }) });
      return readAnswer(response, await response.text());
    } catch (cause) {
      if (cause instanceof PaperQLError) throw cause;
      signal?.throwIfAborted();
      const message = `No answer from ${String(url)}: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw new PaperQLError([{ message, code: 'NETWORK_ERROR', isRetryable: true }], {}, { cause });
    }
  }

  const execute: Client['execute'] = async (document, ...[variables, { signal } = {}]) => {
    signal?.throwIfAborted();
    return post(JSON.stringify({ query: textOf(document), variables }), signal);
  };

  const request: Client['request'] = async (...operation) => {
    const { data, error } = await execute(...operation);
    if (error) throw error;
    return data;
  };

  async function* pages<Data, Variables extends PageVariables, Page extends Connection>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    connectionOf: (data: Data) => Page | null | undefined,
    { signal }: RequestOptions = {},
  ): AsyncGenerator<Page, void, undefined> {
    let after = variables.after;
    do {
      signal?.throwIfAborted();
      const body = JSON.stringify({ query: textOf(document), variables: { ...variables, after } });
      const { data, error } = await post<Data>(body, signal);
      if (error) throw error;
      const page = connectionOf(data);
      if (!page) return;
      yield page;
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
  }

  return { execute, request, pages };
}
