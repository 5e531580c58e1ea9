import { textOf, type Connection, type TypedDocument } from './documents.js';
import { PaperQLError } from './errors.js';
import { readAnswer, type Answer } from './read-answer.js';

export interface ClientOptions {
  /** Where the server answers GraphQL: `http://127.0.0.1:4000/graphql`, or `/graphql` in a page that the server serves. */
  url: string | URL;
  /** Sent as `Authorization: Bearer …`. */
  apiKey?: string | undefined;
  /** Instead of the global `fetch`: to add headers, to record, to retry. */
  fetch?: typeof fetch | undefined;
}

export interface RequestOptions {
  /** Ends the request; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Variables may be left out where none is required. */
type Rest<Variables> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: RequestOptions]
    : [variables: Variables, options?: RequestOptions];

/** What a request needs to be continued with the next page. */
interface PageVariables {
  after?: string | null | undefined;
}

export interface Client {
  /**
   * The answer of an operation.
   *
   * @throws PaperQLError when any field has an error; its `data` is what was answered nevertheless.
   */
  request<Data, Variables>(
    document: TypedDocument<Data, Variables> | string,
    ...rest: Rest<Variables>
  ): Promise<Data>;
  /**
   * The answer of an operation with its errors beside it: fields with an error are null, the others are there.
   *
   * @throws PaperQLError when there is no answer.
   */
  execute<Data, Variables>(
    document: TypedDocument<Data, Variables> | string,
    ...rest: Rest<Variables>
  ): Promise<Answer<Data>>;
  /**
   * The pages of a list, from `variables.after` on, each requested when the loop comes to it. Ends after the last page, and
   * where `connectionOf` finds none.
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

/** A client of one server. It keeps nothing between requests: any cache may stand before it. */
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
